package io.github.camelroboflow.delivery.outbox;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Forgets what was delivered long ago, a few at a time, so that nobody waits for it; several machines may do so at once. */
final class ForgetDelivered implements Consumer<BooleanSupplier> {

    private static final int BATCH = 500;

    private final DeliveryDatabase database;
    private final String name;
    private final Duration rememberFor;

    /** @param name what the rows are marked with */
    ForgetDelivered(DeliveryDatabase database, String name, Duration rememberFor) {
        this.database = database;
        this.name = name;
        this.rememberFor = rememberFor;
    }

    @Override
    public void accept(BooleanSupplier stopping) {
        Timestamp before = Timestamp.from(Instant.now().minus(rememberFor));
        List<String> old;
        do {
            // two statements, since H2 would go through the whole table for one with a query in it
            old = database.ask(jdbc -> jdbc.queryForList("select messageId from CAMEL_MESSAGEPROCESSED where processorName = ?"
                    + " and createdAt < ? order by processorName, createdAt limit ?", String.class, name, before, BATCH));
            delete(old, before);
        } while (old.size() == BATCH && !stopping.getAsBoolean());
    }

    private void delete(List<String> ids, Timestamp before) {
        if (!ids.isEmpty()) {
            String marks = String.join(", ", Collections.nCopies(ids.size(), "?"));
            // another machine may have forgotten one of them meanwhile, and remembered it anew
            database.ask(jdbc -> jdbc.update("delete from CAMEL_MESSAGEPROCESSED where processorName = ? and createdAt < ?"
                    + " and messageId in (" + marks + ")", Stream.concat(Stream.of(name, before), ids.stream()).toArray()));
        }
    }
}
