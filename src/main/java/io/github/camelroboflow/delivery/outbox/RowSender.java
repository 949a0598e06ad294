package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.database.DeliveryDatabase.DatabaseException;
import io.github.camelroboflow.delivery.failure.FailureClassifier;
import io.github.camelroboflow.delivery.outbox.OutboxMessage.MessageSender;
import io.github.camelroboflow.delivery.outbox.OutboxMessage.OutboxRow;
import io.github.camelroboflow.delivery.outbox.Payload.PayloadException;
import io.github.camelroboflow.delivery.outbox.Payload.UnpackedMessage;
import io.github.camelroboflow.delivery.source.AcceptedDestinations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.apache.camel.util.TimeUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a row and notes in the table what became of it. Whatever goes wrong with one row, an error of this program too, counts for
 * that row; only what its destination did counts for the destination.
 */
final class RowSender {

    private static final Logger LOG = LoggerFactory.getLogger(RowSender.class);

    private final OutboxTable table;
    private final MessageSender sending;
    private final OutcomeRecorder outcomes;
    private final Path folder;
    private final OutboxHealth health;
    private final Clock clock;
    private final BooleanSupplier stopping;

    /**
     * The outcome of a try.
     *
     * @param failure why the row was not accepted; empty if it was
     * @param told    whether the destination has said so, or failed to
     */
    record Outcome(Optional<DeliveryFailure> failure, boolean told) {

        static final Outcome ACCEPTED = new Outcome(Optional.empty(), true);

        /** Has nothing to say of the destination. */
        static final Outcome NOTHING = new Outcome(Optional.empty(), false);

        static Outcome notSent(String reason) {
            return new Outcome(Optional.of(new DeliveryFailure(reason, false, false, null)), false);
        }
    }

    /** @param folder where large payloads are unpacked */
    RowSender(OutboxTable table, MessageSender sending, OutcomeRecorder settlement, Path folder, OutboxHealth health, Clock clock,
               BooleanSupplier stopping) {
        this.table = table;
        this.sending = sending;
        this.outcomes = settlement;
        this.folder = folder;
        this.health = health;
        this.clock = clock;
        this.stopping = stopping;
    }

    /** @param held gives the row with the claim by which it is held by now */
    Outcome send(OutboxRow row, UnaryOperator<OutboxRow> held) {
        Outcome outcome = row.damage().isEmpty() ? attempt(row)
                : new Outcome(Optional.of(new DeliveryFailure(row.damage(), true, false, null)), false);
        try {
            if (stopping.getAsBoolean() && outcome.failure().isPresent()) {
                table.release(List.of(held.apply(row)));
            } else if (!outcomes.noteOutcome(held.apply(row), outcome.failure())) {
                LOG.warn("The claim on the result of {} for {} had lapsed before it was noted what became of it, as after a"
                        + " standstill of more than {} s, so another program may send it, too", row.parcel().image(), place(row),
                        OutboxTable.CLAIM.toSeconds());
                return Outcome.NOTHING;
            }
        } catch (DatabaseException e) {
            // the claim lapses and the row is sent again
            LOG.warn("What became of {} for {} can't be noted, so it will be sent again: {}", row.parcel().image(), place(row),
                    e.getMessage());
        } catch (RuntimeException | Error e) {
            LOG.error("What became of {} for {} can't be noted, so it will be sent again", row.parcel().image(), place(row), e);
        }
        return outcome;
    }

    private Outcome attempt(OutboxRow row) {
        try (UnpackedMessage unpacked = UnpackedMessage.of(row.parcel(), folder)) {
            Outcome outcome = send(unpacked.parcel());
            if (row.parcel().payload() instanceof Payload.Stored) {
                health.up(notSent(row.lane()));
            }
            return outcome;
        } catch (IOException | RuntimeException | Error e) {
            // nothing was sent
            String reason = row.parcel().image() + " can't be brought out of the outbox to be sent to " + place(row) + ": "
                    + FailureClassifier.describe(e);
            if (health.failed(notSent(row.lane()), reason)) {
                LOG.warn("{}; it is tried again, and others are sent meanwhile", reason);
            }
            LOG.debug("not sent", e);
            return Outcome.notSent(reason);
        }
    }

    private Outcome send(OutboxMessage parcel) throws IOException {
        try {
            sending.send(parcel);
            return Outcome.ACCEPTED;
        } catch (PayloadException e) {
            throw e.getCause();
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Exception | Error e) {
            LOG.debug("not accepted", e);
            return new Outcome(Optional.of(DeliveryFailure.of(e, clock)), true);
        }
    }

    private static String place(OutboxRow row) {
        return AcceptedDestinations.redactedAddress(row.parcel().destination());
    }

    /** Key by which the health check knows that rows of a lane can't be brought out of the table. */
    static String notSent(String lane) {
        return lane + " not sent";
    }

    /** What becomes of a row after a try: it goes, waits for the next, or is given up. */
    static final class OutcomeRecorder {

        private static final Logger LOG = LoggerFactory.getLogger(OutcomeRecorder.class);
        private static final int BATCH = 100;

        private final OutboxTable table;
        private final DeadLetterFolder deadLetters;
        private final BackoffPolicy backoff;
        private final Clock clock;

        OutcomeRecorder(OutboxTable table, DeadLetterFolder refused, BackoffPolicy patience, Clock clock) {
            this.table = table;
            this.deadLetters = refused;
            this.backoff = patience;
            this.clock = clock;
        }

        /**
         * Settles a row, if it is still ours; returns whether it was.
         *
         * @param failure empty if it was accepted
         */
        boolean noteOutcome(OutboxRow row, Optional<DeliveryFailure> failure) {
            if (failure.isEmpty()) {
                return table.delete(row);
            }
            DeliveryFailure verdict = failure.get();
            long now = clock.millis();
            boolean over = backoff.isExpired(row.deadline(), row.lastAttempt(), now);
            if (verdict.refused() || over) {
                try {
                    return giveUp(row, verdict.refused() ? verdict.reason() : overdue(verdict.reason()));
                } catch (IOException e) {
                    LOG.warn("The result of {} is to be given up, but can't be written into its folder, so it waits on: {}",
                            row.parcel().image(), e.toString());
                }
            }
            Duration pause = row.deadline() < now ? backoff.lastPause() : backoff.delay(row.attempts() + 1, verdict.retryAfter());
            return table.postpone(row, now, now + pause.toMillis(), backoff.deadline(row.deadline(), now));
        }

        /** Gives up all rows of a lane whose deadline was before a time, until it is told to stop. */
        void giveUpOverdue(String lane, long time, String reason, BooleanSupplier stopping) {
            List<OutboxRow> late = table.claimOverdue(lane, time, BATCH);
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
                late = table.claimOverdue(lane, time, BATCH);
            }
            table.release(late);
        }

        /** Only what is still ours: another program may be sending it, and its receiver may accept it. */
        private boolean giveUp(OutboxRow row, String reason) throws IOException {
            if (!table.renew(row)) {
                return false;
            }
            Path file = deadLetters.write(row, reason, clock.instant());
            if (!table.delete(row)) {
                Files.deleteIfExists(file);
                return false;
            }
            LOG.warn("The result of {} was given up, it is in {}: {}", row.parcel().image(), file, reason);
            return true;
        }

        private String overdue(String reason) {
            return "not accepted within " + TimeUtils.printDuration(backoff.keepFor()) + ", at last because: " + reason;
        }
    }
}
