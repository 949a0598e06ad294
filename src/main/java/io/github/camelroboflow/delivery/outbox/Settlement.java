package io.github.camelroboflow.delivery.outbox;

import java.io.IOException;
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
     * Settles a row.
     *
     * @param failure empty if it was accepted
     * @throws IOException if it is to be given up, and the file about that can't be written
     */
    void settle(OutboxRow row, Optional<Verdict> failure) throws IOException {
        if (failure.isEmpty()) {
            table.delete(row.id());
            return;
        }
        Verdict verdict = failure.get();
        long now = clock.millis();
        if (verdict.refused()) {
            giveUp(row, verdict.reason());
        } else if (patience.isOver(row.deadline(), row.lastAttempt(), now)) {
            giveUp(row, overdue(verdict.reason()));
        } else {
            Duration pause = row.deadline() < now ? patience.lastPause() : patience.pause(row.attempts() + 1, verdict.retryAfter());
            table.postpone(row, now, now + pause.toMillis(), patience.deadline(row.deadline(), now));
        }
    }

    /** Gives up all rows of a lane whose deadline was before a time, until it is told to stop. */
    void giveUpLate(String lane, long time, String reason, BooleanSupplier stopping) {
        List<OutboxRow> late = table.claimLate(lane, time, BATCH);
        for (; !late.isEmpty() && !stopping.getAsBoolean(); late = table.claimLate(lane, time, BATCH)) {
            for (OutboxRow row : late) {
                try {
                    giveUp(row, overdue(reason));
                } catch (IOException e) {
                    LOG.warn("A result that is given up can't be written into its folder, so it waits on: {}", e.toString());
                    return;
                }
            }
        }
        table.release(late.stream().map(OutboxRow::id).toList());
    }

    private void giveUp(OutboxRow row, String reason) throws IOException {
        Path file = refused.file(row, reason, clock.instant());
        table.delete(row.id());
        LOG.warn("The result of {} was given up, it is in {}: {}", row.parcel().image(), file, reason);
    }

    private String overdue(String reason) {
        return "not accepted within " + TimeUtils.printDuration(patience.keepFor()) + ", at last because: " + reason;
    }
}
