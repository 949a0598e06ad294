package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.database.DeliveryDatabase.DatabaseException;
import io.github.camelroboflow.delivery.failure.FailureClassifier;
import io.github.camelroboflow.delivery.outbox.OutboxMessage.MessageSender;
import io.github.camelroboflow.delivery.outbox.OutboxMessage.OutboxRow;
import io.github.camelroboflow.delivery.outbox.Payload.PayloadException;
import io.github.camelroboflow.delivery.outbox.Payload.UnpackedMessage;
import io.github.camelroboflow.delivery.source.AcceptedDestinations;
import io.github.camelroboflow.inference.support.LruMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.apache.camel.util.TimeUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a row and records the outcome in the table. Any failure with one row, including an error of this program, counts for that
 * row; only failures of the destination count for the destination.
 */
final class RowSender {

    private static final Logger LOG = LoggerFactory.getLogger(RowSender.class);

    private final OutboxTable table;
    private final MessageSender messageSender;
    private final OutcomeRecorder outcomes;
    private final Acceptances acceptances;
    private final Path folder;
    private final OutboxHealth health;
    private final Clock clock;
    private final BooleanSupplier stopping;

    /**
     * The outcome of an attempt.
     *
     * @param failure         the reason why the row was not accepted; empty if it was accepted
     * @param fromDestination whether the outcome says something about the destination
     */
    record Outcome(Optional<DeliveryFailure> failure, boolean fromDestination) {

        static final Outcome ACCEPTED = new Outcome(Optional.empty(), true);

        /** An outcome that says nothing about the destination. */
        static final Outcome NOTHING = new Outcome(Optional.empty(), false);

        static Outcome notSent(String reason) {
            return new Outcome(Optional.of(new DeliveryFailure(reason, false, false, null)), false);
        }
    }

    /** @param folder the folder for unpacked payloads */
    RowSender(OutboxTable table, MessageSender messageSender, OutcomeRecorder outcomes, Acceptances acceptances, Path folder,
              OutboxHealth health, Clock clock, BooleanSupplier stopping) {
        this.table = table;
        this.messageSender = messageSender;
        this.outcomes = outcomes;
        this.acceptances = acceptances;
        this.folder = folder;
        this.health = health;
        this.clock = clock;
        this.stopping = stopping;
    }

    /** @param held returns the row with its current claim */
    Outcome send(OutboxRow row, UnaryOperator<OutboxRow> held) {
        Outcome outcome = row.damage().isEmpty() ? attempt(row)
                : new Outcome(Optional.of(new DeliveryFailure(row.damage(), true, false, null)), false);
        try {
            if (stopping.getAsBoolean() && outcome.failure().isPresent()) {
                table.release(List.of(held.apply(row)));
            } else if (!outcomes.record(held.apply(row), outcome.failure())) {
                LOG.warn("The claim on the result of {} for {} lapsed before its outcome was recorded, as after a"
                        + " standstill of more than {} s, so another program may send it too", row.message().image(), place(row),
                        OutboxTable.CLAIM.toSeconds());
                return Outcome.NOTHING;
            }
        } catch (DatabaseException e) {
            // the claim lapses and the row is sent again
            LOG.warn("The outcome of {} for {} can't be recorded, so it will be sent again: {}", row.message().image(), place(row),
                    e.getMessage());
        } catch (RuntimeException | Error e) {
            LOG.error("The outcome of {} for {} can't be recorded, so it will be sent again", row.message().image(), place(row), e);
        }
        return outcome;
    }

    private Outcome attempt(OutboxRow row) {
        try (UnpackedMessage unpacked = UnpackedMessage.of(row.message(), folder)) {
            Outcome outcome = send(unpacked.message());
            if (row.message().payload() instanceof Payload.Stored) {
                health.up(notSent(row.destinationId()));
            }
            return outcome;
        } catch (IOException | RuntimeException | Error e) {
            // nothing was sent
            String reason = row.message().image() + " can't be brought out of the outbox to be sent to " + place(row) + ": "
                    + FailureClassifier.describe(e);
            if (health.failed(notSent(row.destinationId()), reason)) {
                LOG.warn("{}; it is tried again, and other results are sent meanwhile", reason);
            }
            LOG.debug("not sent", e);
            return Outcome.notSent(reason);
        }
    }

    private Outcome send(OutboxMessage message) throws IOException {
        try {
            messageSender.send(message);
            acceptances.add(message, clock.instant());
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
        return AcceptedDestinations.redactedAddress(row.message().destination());
    }

    /** Returns the key of the health check for a destination whose rows can't be read from the table. */
    static String notSent(String destinationId) {
        return destinationId + " not sent";
    }

    /** Remembers when the last messages were accepted, in memory: nothing is written for it. Thread-safe. */
    static final class Acceptances {

        private static final int MOST = 5000;

        /** The times by the address, by the delivery id. */
        private final Map<String, Map<String, Instant>> deliveries = new LruMap<>(MOST);

        synchronized void add(OutboxMessage message, Instant time) {
            deliveries.computeIfAbsent(message.deliveryId(), id -> new TreeMap<>())
                    .put(AcceptedDestinations.redactedAddress(message.destination()), time);
        }

        /** Returns the time of each acceptance of a delivery, by the address without secrets. */
        synchronized Map<String, Instant> of(String deliveryId) {
            return new TreeMap<>(deliveries.getOrDefault(deliveryId, Map.of()));
        }
    }

    /** Records the outcome of an attempt in the table: the row is deleted, waits for the next attempt, or is given up. */
    static final class OutcomeRecorder {

        private static final Logger LOG = LoggerFactory.getLogger(OutcomeRecorder.class);
        private static final int BATCH = 100;

        private final OutboxTable table;
        private final DeadLetterFolder deadLetters;
        private final BackoffPolicy backoff;
        private final Clock clock;

        OutcomeRecorder(OutboxTable table, DeadLetterFolder deadLetters, BackoffPolicy backoff, Clock clock) {
            this.table = table;
            this.deadLetters = deadLetters;
            this.backoff = backoff;
            this.clock = clock;
        }

        /**
         * Records the outcome of a row, if it is still held. Returns whether it was.
         *
         * @param failure empty if the row was accepted
         */
        boolean record(OutboxRow row, Optional<DeliveryFailure> failure) {
            if (failure.isEmpty()) {
                return table.delete(row);
            }
            DeliveryFailure reported = failure.get();
            long now = clock.millis();
            boolean expired = backoff.isExpired(row.deadline(), row.lastAttempt(), now);
            if (reported.rejected() || expired) {
                try {
                    return giveUp(row, reported.rejected() ? reported.reason() : overdue(reported.reason()), deadLetters);
                } catch (IOException e) {
                    LOG.warn("The result of {} can't be given up, since its file can't be written, and waits on: {}",
                            row.message().image(), e.toString());
                }
            }
            Duration pause = row.deadline() < now ? backoff.lastPause() : backoff.delay(row.attempts() + 1, reported.retryAfter());
            return table.postpone(row, now, now + pause.toMillis(), backoff.deadline(row.deadline(), now));
        }

        /** Gives up all rows of a destination whose deadline was before a time, until it must stop. */
        void giveUpOverdue(String destinationId, long time, String reason, BooleanSupplier stopping) {
            List<OutboxRow> overdueRows = table.claimOverdue(destinationId, time, BATCH);
            while (!overdueRows.isEmpty() && !stopping.getAsBoolean()) {
                for (int i = 0; i < overdueRows.size(); i++) {
                    try {
                        giveUp(overdueRows.get(i), overdue(reason), deadLetters);
                    } catch (IOException e) {
                        LOG.warn("A result can't be given up, since its file can't be written, and waits on: {}", e.toString());
                        table.release(overdueRows.subList(i, overdueRows.size()));
                        return;
                    }
                }
                overdueRows = table.claimOverdue(destinationId, time, BATCH);
            }
            table.release(overdueRows);
        }

        /**
         * Gives up rows of a destination that were added up to a time, until it must stop. Returns their number.
         *
         * @throws UncheckedIOException if a file can't be written; the row waits on
         */
        long drop(String destinationId, long until, DeadLetterFolder folder, BooleanSupplier stopping) {
            long dropped = 0;
            List<OutboxRow> rows = table.claimAdded(destinationId, until, BATCH);
            while (!rows.isEmpty()) {
                for (int i = 0; i < rows.size(); i++) {
                    if (stopping.getAsBoolean()) {
                        table.release(rows.subList(i, rows.size()));
                        return dropped;
                    }
                    OutboxRow row = rows.get(i);
                    try {
                        dropped += giveUp(row, "dropped on request after " + row.attempts() + " attempts since "
                                + Instant.ofEpochMilli(row.created()), folder) ? 1 : 0;
                    } catch (IOException e) {
                        table.release(rows.subList(i, rows.size()));
                        throw new UncheckedIOException("the result of " + row.message().image() + " can't be dropped, since its"
                                + " file can't be written: " + e.getMessage(), e);
                    }
                }
                rows = table.claimAdded(destinationId, until, BATCH);
            }
            return dropped;
        }

        /** Gives up a row that is still held. Another program may be sending any other row, and its receiver may accept it. */
        private boolean giveUp(OutboxRow row, String reason, DeadLetterFolder letters) throws IOException {
            if (!table.renew(row)) {
                return false;
            }
            Path file = letters.write(row, reason, clock.instant());
            if (!table.delete(row)) {
                Files.deleteIfExists(file);
                return false;
            }
            LOG.warn("The result of {} was given up, it is in {}: {}", row.message().image(), file, reason);
            return true;
        }

        private String overdue(String reason) {
            return "not accepted within " + TimeUtils.printDuration(backoff.keepFor()) + ", at last because: " + reason;
        }
    }
}
