package io.github.camelroboflow.delivery.outbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.camel.util.TimeUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of a row after a try: it goes, waits for the next, or is given up. */
final class Settlement {

    private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);
    private static final int BATCH = 100;

    private final OutboxTable table;
    private final RefusedDeliveries refused;
    private final Patience patience;
    private final Clock clock;

    Settlement(OutboxTable table, RefusedDeliveries refused, Patience patience, Clock clock) {
        this.table = table;
        this.refused = refused;
        this.patience = patience;
        this.clock = clock;
    }

    /**
     * Settles a row, if it is still ours; returns whether it was.
     *
     * @param failure empty if it was accepted
     */
    boolean settle(OutboxRow row, Optional<Verdict> failure) {
        if (failure.isEmpty()) {
            return table.delete(row);
        }
        Verdict verdict = failure.get();
        long now = clock.millis();
        boolean over = patience.isOver(row.deadline(), row.lastAttempt(), now);
        if (verdict.refused() || over) {
            try {
                return giveUp(row, verdict.refused() ? verdict.reason() : overdue(verdict.reason()));
            } catch (IOException e) {
                LOG.warn("The result of {} is to be given up, but can't be written into its folder, so it waits on: {}",
                        row.parcel().image(), e.toString());
            }
        }
        Duration pause = row.deadline() < now ? patience.lastPause() : patience.pause(row.attempts() + 1, verdict.retryAfter());
        return table.postpone(row, now, now + pause.toMillis(), patience.deadline(row.deadline(), now));
    }

    /** Gives up all rows of a lane whose deadline was before a time, until it is told to stop. */
    void giveUpLate(String lane, long time, String reason, BooleanSupplier stopping) {
        List<OutboxRow> late = table.claimLate(lane, time, BATCH);
        while (!late.isEmpty() && !stopping.getAsBoolean()) {
            for (int i = 0; i < late.size(); i++) {
                try {
                    giveUp(late.get(i), overdue(reason));
                } catch (IOException e) {
                    LOG.warn("A result that is given up can't be written into its folder, so it waits on: {}", e.toString());
                    table.release(late.subList(i, late.size()));
                    return;
                }
            }
            late = table.claimLate(lane, time, BATCH);
        }
        table.release(late);
    }

    /** Only what is still ours: another program may be sending it, and its receiver may accept it. */
    private boolean giveUp(OutboxRow row, String reason) throws IOException {
        if (!table.renew(row)) {
            return false;
        }
        Path file = refused.file(row, reason, clock.instant());
        if (!table.delete(row)) {
            Files.deleteIfExists(file);
            return false;
        }
        LOG.warn("The result of {} was given up, it is in {}: {}", row.parcel().image(), file, reason);
        return true;
    }

    private String overdue(String reason) {
        return "not accepted within " + TimeUtils.printDuration(patience.keepFor()) + ", at last because: " + reason;
    }
}
