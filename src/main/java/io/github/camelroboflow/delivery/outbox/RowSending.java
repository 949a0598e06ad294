package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.DatabaseException;
import io.github.camelroboflow.delivery.Deliveries;
import io.github.camelroboflow.delivery.Failures;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a row and notes in the table what became of it. Whatever goes wrong with one row, an error of this program too, counts for
 * that row; only what its destination did counts for the destination.
 */
final class RowSending {

    private static final Logger LOG = LoggerFactory.getLogger(RowSending.class);

    private final OutboxTable table;
    private final Sending sending;
    private final Settlement settlement;
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
    record Outcome(Optional<Verdict> failure, boolean told) {

        static final Outcome ACCEPTED = new Outcome(Optional.empty(), true);

        /** Has nothing to say of the destination. */
        static final Outcome NOTHING = new Outcome(Optional.empty(), false);

        static Outcome notSent(String reason) {
            return new Outcome(Optional.of(new Verdict(reason, false, false, null)), false);
        }
    }

    /** @param folder where large payloads are unpacked */
    RowSending(OutboxTable table, Sending sending, Settlement settlement, Path folder, OutboxHealth health, Clock clock,
               BooleanSupplier stopping) {
        this.table = table;
        this.sending = sending;
        this.settlement = settlement;
        this.folder = folder;
        this.health = health;
        this.clock = clock;
        this.stopping = stopping;
    }

    /** @param held gives the row with the claim by which it is held by now */
    Outcome send(OutboxRow row, UnaryOperator<OutboxRow> held) {
        Outcome outcome = row.damage().isEmpty() ? attempt(row)
                : new Outcome(Optional.of(new Verdict(row.damage(), true, false, null)), false);
        try {
            if (stopping.getAsBoolean() && outcome.failure().isPresent()) {
                table.release(List.of(held.apply(row)));
            } else if (!settlement.settle(held.apply(row), outcome.failure())) {
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
        try (Unpacked unpacked = Unpacked.of(row.parcel(), folder)) {
            Outcome outcome = send(unpacked.parcel());
            if (row.parcel().payload() instanceof Payload.Stored) {
                health.up(notSent(row.lane()));
            }
            return outcome;
        } catch (IOException | RuntimeException | Error e) {
            // nothing was sent
            String reason = row.parcel().image() + " can't be brought out of the outbox to be sent to " + place(row) + ": "
                    + Failures.sentence(e);
            if (health.failed(notSent(row.lane()), reason)) {
                LOG.warn("{}; it is tried again, and others are sent meanwhile", reason);
            }
            LOG.debug("not sent", e);
            return Outcome.notSent(reason);
        }
    }

    private Outcome send(Parcel parcel) throws IOException {
        try {
            sending.send(parcel);
            return Outcome.ACCEPTED;
        } catch (PayloadException e) {
            throw e.getCause();
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Exception | Error e) {
            LOG.debug("not accepted", e);
            return new Outcome(Optional.of(Verdict.of(e, clock)), true);
        }
    }

    private static String place(OutboxRow row) {
        return Deliveries.place(row.parcel().destination());
    }

    /** Key by which the health check knows that rows of a lane can't be brought out of the table. */
    static String notSent(String lane) {
        return lane + " not sent";
    }
}
