package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.database.DeliveryDatabase.DatabaseException;
import io.github.camelroboflow.delivery.disk.FileNames.HashedIds;
import io.github.camelroboflow.delivery.outbox.OutboxMessage.MessageSender;
import io.github.camelroboflow.delivery.outbox.OutboxMessage.OutboxRow;
import io.github.camelroboflow.delivery.outbox.RowSender.Outcome;
import io.github.camelroboflow.delivery.outbox.RowSender.OutcomeRecorder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what waits in the table. Each destination has a lane of its own, with a bounded number of rows in flight, so that none
 * waits for another. One thread decides what is sent and asks the table for it; others send.
 */
final class OutboxSender {

    private static final Logger LOG = LoggerFactory.getLogger(OutboxSender.class);

    /** How often to look for what other machines left, and for files to be sent again. */
    static final Duration POLL_INTERVAL = Duration.ofSeconds(5);
    private static final Duration SHORTEST_WAIT = Duration.ofMillis(50);
    /** The generation of a try that was not the lane's: while the lane is down, it says nothing new. */
    private static final int DIRECT_SEND = -1;

    private final OutboxTable table;
    private final DeadLetterFolder deadLetters;
    private final OutcomeRecorder outcomes;
    private final RowSender rows;
    private final ReplayFolder replayFolder;
    private final BackoffPolicy backoff;
    private final int inFlightPerLane;
    private final Clock clock;
    private final ScheduledExecutorService dispatcher;
    private final ExecutorService workers;

    private final Map<String, DestinationState> destinations = new ConcurrentHashMap<>();
    private final Set<String> signalled = ConcurrentHashMap.newKeySet();
    private final Set<String> waking = ConcurrentHashMap.newKeySet();
    private final Set<String> busy = ConcurrentHashMap.newKeySet();
    /** Rows that are being sent, with the claims by which they are held. */
    private final Map<Long, OutboxRow> inFlight = new ConcurrentHashMap<>();
    private final AtomicBoolean replaying = new AtomicBoolean();
    private final OutboxHealth health;
    private volatile boolean stopping;
    private boolean recovered;

    OutboxSender(OutboxTable table, MessageSender sending, Path refused, BackoffPolicy patience, int inFlightPerLane, Clock clock,
                 OutboxHealth health, ScheduledExecutorService dispatcher, ExecutorService workers) {
        this.table = table;
        this.deadLetters = new DeadLetterFolder(refused);
        this.outcomes = new OutcomeRecorder(table, deadLetters, patience, clock);
        this.rows = new RowSender(table, sending, outcomes, refused, health, clock, () -> stopping);
        this.replayFolder = new ReplayFolder(table, deadLetters, patience, clock, () -> stopping);
        this.backoff = patience;
        this.inFlightPerLane = inFlightPerLane;
        this.clock = clock;
        this.health = health;
        this.dispatcher = dispatcher;
        this.workers = workers;
    }

    /** @param look how often to look, no more seldom than is usual */
    void start(Duration look) {
        dispatcher.scheduleWithFixedDelay(() -> guarded(this::poll), 0, look.toMillis(), TimeUnit.MILLISECONDS);
        long renewal = OutboxTable.CLAIM.toMillis() / 3;
        dispatcher.scheduleWithFixedDelay(() -> guarded(() -> table.renew(List.copyOf(inFlight.values()))), renewal, renewal,
                TimeUnit.MILLISECONDS);
    }

    /** Finishes what is being sent, or after a while leaves it to the next start. */
    void stop(Duration patience) {
        stopping = true;
        try {
            // what it is about to give to the workers is given before they take no more
            dispatcher.submit(() -> { }).get(patience.toMillis(), TimeUnit.MILLISECONDS);
            workers.shutdown();
            if (!workers.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                workers.shutdownNow();
            }
        } catch (InterruptedException e) {
            workers.shutdownNow();
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            workers.shutdownNow();
        }
        dispatcher.shutdownNow();
        guarded(() -> table.release(List.copyOf(inFlight.values())));
    }

    /** Tells that a row was added. */
    void added(OutboxMessage parcel) {
        String id = HashedIds.destinationId(parcel.destination());
        busy.add(id);
        if (signalled.add(id)) {
            dispatch(() -> {
                signalled.remove(id);
                dispatchDue(destinationState(id, parcel.destination()));
            });
        }
    }

    /** Tells that the destination accepted something where the outbox was passed by. */
    void accepted(OutboxMessage parcel) {
        String id = HashedIds.destinationId(parcel.destination());
        if (health.isDown(id)) {
            dispatch(() -> succeeded(destinationState(id, parcel.destination())));
        }
    }

    /** Tells that the destination failed where the outbox was passed by. */
    void failed(OutboxMessage parcel, DeliveryFailure verdict) {
        dispatch(() -> failed(destinationState(HashedIds.destinationId(parcel.destination()), parcel.destination()), parcel,
                verdict, DIRECT_SEND));
    }

    /** Whether rows wait for a destination, as far as is known. */
    boolean isBusy(String destination) {
        return busy.contains(HashedIds.destinationId(destination));
    }

    int knownDestinations() {
        return Math.max(destinations.size(), busy.size());
    }

    private DestinationState destinationState(String id, String uri) {
        return destinations.computeIfAbsent(id, key -> new DestinationState(key, uri, backoff, inFlightPerLane));
    }

    private void dispatch(Runnable task) {
        if (!dispatcher.isShutdown()) {
            dispatcher.execute(() -> guarded(task));
        }
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (DatabaseException e) {
            if (health.databaseFailed(e.getMessage())) {
                LOG.warn("Nothing is sent from the outbox for now: {}", e.getMessage());
            }
        } catch (RuntimeException | Error e) {
            // also an error: the scheduler would silently never run again what ended with one
            logError(e);
        }
    }

    private static void logError(Throwable e) {
        try {
            LOG.error("The outbox stumbled and goes on", e);
        } catch (RuntimeException | Error again) {
            // there may be no memory for that, either
            LOG.debug("not told", again);
        }
    }

    private void poll() {
        if (stopping) {
            return;
        }
        // where one of these was not done for want of a thread or memory
        signalled.clear();
        waking.clear();
        if (!recovered) {
            recover();
        }
        Map<String, String> waiting = table.waiting();
        if (health.databaseAnswers()) {
            LOG.info("The outbox's database is back");
        }
        waiting.forEach((id, uri) -> guarded(() -> dispatchDue(destinationState(id, uri))));
        destinations.values().stream().filter(lane -> lane.inFlight() == 0 && !waiting.containsKey(lane.id())).toList()
                .forEach(this::forget);
        replay();
    }

    private void recover() {
        table.recover();
        deadLetters.deleteStaleTemporaries();
        long lost = table.countOrphans();
        if (lost > 0) {
            LOG.warn("{} rows of the table delivery_outbox are never sent, since the table delivery_destination does not have their"
                    + " destinations: put these back, or delete the rows", lost);
        }
        recovered = true;
    }

    /** In a thread of its own: files may be large, and many. */
    private void replay() {
        if (replaying.compareAndSet(false, true)) {
            try {
                workers.execute(() -> guarded(() -> {
                    try {
                        replayFolder.replay().forEach(this::added);
                    } finally {
                        replaying.set(false);
                    }
                }));
            } catch (RuntimeException | Error e) {
                replaying.set(false);
                throw e;
            }
        }
    }

    private void dispatchDue(DestinationState lane) {
        int room = stopping ? 0 : lane.capacity(System.nanoTime());
        if (room == 0) {
            return;
        }
        long now = clock.millis();
        // one that fails whenever it is sent would otherwise be what the destination is tried by, again and again
        List<OutboxRow> claimed = lane.isDown() || lane.isDegraded() ? table.claimUntried(lane.id(), now, room)
                : table.claimDue(lane.id(), now, room);
        begin(lane, claimed);
        if (claimed.size() == room) {
            busy.add(lane.id());
            return;
        }
        Optional<Long> next = table.nextAttempt(lane.id());
        if (next.isPresent() || lane.inFlight() > 0) {
            busy.add(lane.id());
        } else {
            forget(lane);
        }
        next.ifPresent(time -> wake(lane, Duration.ofMillis(untilNext(lane, now, time))));
    }

    /** Later, when it may have been forgotten, and another be there for the same destination. */
    private void dispatchIfKnown(DestinationState lane) {
        if (destinations.get(lane.id()) == lane) {
            dispatchDue(lane);
        }
    }

    /** What nothing waits for is not known to be down for long: its rows were given up, or sent by another machine. */
    private void forget(DestinationState lane) {
        busy.remove(lane.id());
        destinations.remove(lane.id());
        health.up(lane.id());
        health.up(RowSender.notSent(lane.id()));
        if (lane.succeeded()) {
            LOG.info("Nothing waits for {} any more", lane.address());
        }
    }

    /** Milliseconds; a time that is further off than any pause is of a clock that was set back since. */
    private long untilNext(DestinationState lane, long now, long next) {
        if (next - now <= backoff.longest().toMillis()) {
            return next - now;
        }
        table.bringForward(lane.id(), now);
        return 0;
    }

    private void wake(DestinationState lane, Duration wait) {
        Duration atLeast = wait.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : wait;
        // the next look will be in time for what is further off
        if (atLeast.compareTo(POLL_INTERVAL) < 0 && waking.add(lane.id())) {
            dispatcher.schedule(() -> guarded(() -> {
                waking.remove(lane.id());
                dispatchIfKnown(lane);
            }), atLeast.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void begin(DestinationState lane, List<OutboxRow> claimed) {
        for (int i = 0; i < claimed.size(); i++) {
            try {
                begin(lane, claimed.get(i));
            } catch (RuntimeException | Error e) {
                // no thread to be had; the next look tries again
                List<OutboxRow> notBegun = claimed.subList(i, claimed.size());
                notBegun.forEach(row -> inFlight.remove(row.id()));
                table.release(notBegun);
                throw e;
            }
        }
    }

    private void begin(DestinationState lane, OutboxRow row) {
        if (inFlight.put(row.id(), row) != null) {
            // the claim had lapsed, as after a standstill, but it is still being sent here, and held by the new claim from now on;
            // or its end was noted and is not known here yet
            return;
        }
        int generation = lane.generation();
        lane.begun();
        try {
            workers.execute(() -> {
                Outcome outcome = Outcome.NOTHING;
                try {
                    outcome = rows.send(row, begun -> inFlight.getOrDefault(begun.id(), begun));
                } finally {
                    ended(lane, row, outcome, generation);
                }
            });
        } catch (RuntimeException | Error e) {
            lane.ended();
            throw e;
        }
    }

    private void ended(DestinationState lane, OutboxRow row, Outcome outcome, int generation) {
        try {
            dispatch(() -> {
                finished(lane, row);
                note(lane, row, outcome, generation);
                dispatchDue(lane);
            });
        } catch (RuntimeException | Error e) {
            // or the lane would wait for it for ever
            finished(lane, row);
            throw e;
        }
    }

    private void finished(DestinationState lane, OutboxRow row) {
        OutboxRow held = inFlight.remove(row.id());
        lane.ended();
        if (held != null && !held.claim().equals(row.claim())) {
            releaseUnsent(held);
        }
    }

    /** Frees a row that was claimed once more just before its end was known here: nobody sends it by that claim. */
    private void releaseUnsent(OutboxRow row) {
        try {
            table.release(List.of(row));
        } catch (DatabaseException e) {
            LOG.debug("the claim lapses", e);
        }
    }

    private void note(DestinationState lane, OutboxRow row, Outcome outcome, int generation) {
        if (!outcome.told()) {
            return;
        }
        if (outcome.failure().isEmpty() || outcome.failure().get().refused()) {
            succeeded(lane);
        } else {
            failed(lane, row.parcel(), outcome.failure().get(), generation);
        }
    }

    private void succeeded(DestinationState lane) {
        health.up(lane.id());
        if (lane.succeeded()) {
            LOG.info("{} is back", lane.address());
            table.bringForward(lane.id(), clock.millis());
        }
    }

    private void failed(DestinationState lane, OutboxMessage parcel, DeliveryFailure verdict, int generation) {
        boolean wasDown = lane.isDown();
        boolean wasUnwell = lane.isDegraded();
        if (!lane.failed(parcel.id(), verdict, generation, System.nanoTime())) {
            if (lane.isDegraded() && !wasUnwell) {
                String unwell = lane.address() + " does not accept what was sent last: " + verdict.reason();
                health.down(lane.id(), unwell);
                LOG.warn("{}; it waits in the outbox, and others are sent meanwhile", unwell);
            }
            return;
        }
        health.down(lane.id(), lane.address() + " is down: " + verdict.reason());
        if (!wasDown) {
            LOG.warn("{} is down, what is for it waits in the outbox: {}", lane.address(), verdict.reason());
        }
        dispatcher.schedule(() -> guarded(() -> dispatchIfKnown(lane)), lane.remainingPause(System.nanoTime()).toMillis() + 1,
                TimeUnit.MILLISECONDS);
        lane.overdueBefore(clock.millis(), System.nanoTime()).ifPresent(time -> workers.execute(() -> guarded(() ->
                outcomes.giveUpOverdue(lane.id(), time, verdict.reason(), () -> stopping))));
    }
}
