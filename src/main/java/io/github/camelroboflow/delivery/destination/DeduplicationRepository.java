package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.delivery.database.DatabaseMaintenance;
import io.github.camelroboflow.delivery.database.DeliveryDatabase;
import io.github.camelroboflow.delivery.disk.PendingWrites;
import io.github.camelroboflow.delivery.route.Durations;
import io.github.camelroboflow.delivery.source.ImageExchange;
import io.github.camelroboflow.inference.support.MessageText;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;

/**
 * Remembers in the delivery database what was delivered, for an {@code idempotentConsumer}; or, with {@code none}, remembers
 * nothing and lets everything pass. To lose nothing by a crash, the consumer must be given {@code eager: false}; equal images that
 * are worked on at once are known to it if they come by way of {@link KeyedSequencer}.
 */
public final class DeduplicationRepository extends ServiceSupport implements IdempotentRepository {

    private static final Logger LOG = LoggerFactory.getLogger(DeduplicationRepository.class);
    private static final String NAME = "dedupe";
    private static final String FOREVER = "forever";
    private static final Duration UPKEEP = Duration.ofHours(1);

    private DeliveryDatabase database;
    private boolean wanted;
    private Duration rememberFor = Duration.ZERO;
    private DatabaseMaintenance upkeep;
    private JdbcMessageIdRepository repository;

    public void setDatabase(DeliveryDatabase database) {
        this.database = database;
    }

    /** {@code none}, or {@code content}: an image that was delivered with this result before is not delivered again. */
    public void setBy(String by) {
        switch (by.strip()) {
            case "none" -> wanted = false;
            case "content" -> wanted = true;
            default -> throw new IllegalArgumentException("dedupe=" + by + ": it is none or content");
        }
    }

    /** How long after its delivery an image is remembered: such as {@code 90d}; {@code forever} or 0, always. */
    public void setRememberFor(String time) {
        rememberFor = FOREVER.equals(time.strip()) ? Duration.ZERO : Durations.parse("dedupe.rememberFor", time);
    }

    boolean isWanted() {
        return wanted;
    }

    private synchronized IdempotentRepository repository() {
        if (repository == null) {
            JdbcMessageIdRepository created = new JdbcMessageIdRepository(database.dataSource(), NAME);
            // its table is made with the others
            created.setCreateTableIfNotExists(false);
            ServiceHelper.startService(created);
            repository = created;
            if (!rememberFor.isZero()) {
                upkeep = new DatabaseMaintenance(database.getCamelContext(), Duration.ZERO, UPKEEP,
                        new DeliveredCleanup(database, NAME, rememberFor));
            }
        }
        return repository;
    }

    @Override
    public boolean add(String key) {
        try {
            if (!wanted) {
                return true;
            }
            PendingWrites.Store opening = database.opening();
            boolean added = repository().add(key);
            opening.flush();
            return added;
        } catch (DuplicateKeyException e) {
            // another machine delivered the same meanwhile
            LOG.debug("remembered already", e);
            return false;
        }
    }

    @Override
    public boolean contains(Exchange exchange, String key) {
        boolean known = contains(key);
        if (known) {
            LOG.info("{} was delivered before (dedupe=content): done without a new delivery",
                    MessageText.printable(exchange.getProperty(ImageExchange.IMAGE_NAME, exchange.getExchangeId(), String.class)));
        }
        return known;
    }

    @Override
    public boolean contains(String key) {
        return wanted && repository().contains(key);
    }

    @Override
    public boolean remove(String key) {
        return !wanted || repository().remove(key);
    }

    @Override
    public boolean confirm(String key) {
        return !wanted || repository().confirm(key);
    }

    @Override
    public void clear() {
        if (wanted) {
            repository().clear();
        }
    }

    @Override
    protected synchronized void doStop() {
        if (upkeep != null) {
            upkeep.close();
            upkeep = null;
        }
        ServiceHelper.stopService(repository);
        repository = null;
    }

    /** Forgets what was delivered long ago, a few at a time, so that nobody waits for it; several machines may do so at once. */
    static final class DeliveredCleanup implements Consumer<BooleanSupplier> {

        private static final int BATCH = 500;

        private final DeliveryDatabase database;
        private final String name;
        private final Duration rememberFor;

        /** @param name what the rows are marked with */
        DeliveredCleanup(DeliveryDatabase database, String name, Duration rememberFor) {
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
                old = database
                        .execute(jdbc -> jdbc.queryForList("select messageId from CAMEL_MESSAGEPROCESSED where processorName = ?"
                        + " and createdAt < ? order by processorName, createdAt limit ?", String.class, name, before, BATCH));
                delete(old, before);
            } while (old.size() == BATCH && !stopping.getAsBoolean());
        }

        private void delete(List<String> ids, Timestamp before) {
            if (!ids.isEmpty()) {
                String marks = String.join(", ", Collections.nCopies(ids.size(), "?"));
                // another machine may have forgotten one of them meanwhile, and remembered it anew
                database.execute(jdbc -> jdbc.update("delete from CAMEL_MESSAGEPROCESSED where processorName = ? and createdAt < ?"
                        + " and messageId in (" + marks + ")", Stream.concat(Stream.of(name, before), ids.stream()).toArray()));
            }
        }
    }
}
