package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.DatabaseException;
import java.io.IOException;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what waits in the table. Each destination has a lane of its own, with a bounded number of rows in flight, so that none
 * waits for another. One thread decides what is sent and asks the table for it; others send.
 */
final class OutboxSender {

    private static final Logger LOG = LoggerFactory.getLogger(OutboxSender.class);

    /** How often to look for what other machines left, and for files to be sent again. */
    static final Duration LOOK = Duration.ofSeconds(5);
    private static final Duration SHORTEST_WAIT = Duration.ofMillis(50);
    /** The generation of a try that was not the lane's: while the lane is down, it says nothing new. */
    private static final int PASSED_BY = -1;

    private final OutboxTable table;
    private final Sending sending;
    private final Path refused;
    private final RefusedDeliveries deliveries;
    private final Settlement settlement;
    private final AgainFolder again;
    private final Patience patience;
    private final int inFlightPerLane;
    private final Clock clock;
    private final ScheduledExecutorService dispatcher;
    private final ExecutorService workers;

    private final Map<String, Lane> lanes = new ConcurrentHashMap<>();
    private final Set<String> signalled = ConcurrentHashMap.newKeySet();
    private final Set<String> waking = ConcurrentHashMap.newKeySet();
    private final Set<String> busy = ConcurrentHashMap.newKeySet();
    private final Set<Long> inFlight = ConcurrentHashMap.newKeySet();
    private final OutboxHealth health;
    private volatile boolean stopping;
    private boolean recovered;

    OutboxSender(OutboxTable table, Sending sending, Path refused, Patience patience, int inFlightPerLane, Clock clock,
                 OutboxHealth health, ScheduledExecutorService dispatcher, ExecutorService workers) {
        this.table = table;
        this.sending = sending;
        this.refused = refused;
        this.deliveries = new RefusedDeliveries(refused);
        this.settlement = new Settlement(table, deliveries, patience, clock);
        this.again = new AgainFolder(table, deliveries, patience, clock);
        this.patience = patience;
        this.inFlightPerLane = inFlightPerLane;
        this.clock = clock;
        this.health = health;
        this.dispatcher = dispatcher;
        this.workers = workers;
    }

    /** @param look how often to look, no more seldom than is usual */
    void start(Duration look) {
        dispatcher.scheduleWithFixedDelay(() -> guarded(this::look), 0, look.toMillis(), TimeUnit.MILLISECONDS);
        long renewal = OutboxTable.CLAIM.toMillis() / 3;
        dispatcher.scheduleWithFixedDelay(() -> guarded(() -> table.renew(List.copyOf(inFlight))), renewal, renewal,
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
        guarded(() -> table.release(List.copyOf(inFlight)));
    }

    /** Tells that a row was added. */
    void added(Parcel parcel) {
        String id = Ids.lane(parcel.destination());
        busy.add(id);
        if (signalled.add(id)) {
            dispatch(() -> {
                signalled.remove(id);
                pump(lane(id, parcel.destination()));
            });
        }
    }

    /** Tells that the destination accepted something where the outbox was passed by. */
    void accepted(Parcel parcel) {
        String id = Ids.lane(parcel.destination());
        if (health.isDown(id)) {
            dispatch(() -> succeeded(lane(id, parcel.destination())));
        }
    }

    /** Tells that the destination failed where the outbox was passed by. */
    void failed(Parcel parcel, Verdict verdict) {
        dispatch(() -> failed(lane(Ids.lane(parcel.destination()), parcel.destination()), parcel, verdict, PASSED_BY));
    }

    /** Whether rows wait for a destination, as far as is known. */
    boolean isBusy(String destination) {
        return busy.contains(Ids.lane(destination));
    }

    private Lane lane(String id, String uri) {
        return lanes.computeIfAbsent(id, key -> new Lane(key, uri, patience, inFlightPerLane));
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
            LOG.error("The outbox stumbled and goes on", e);
        }
    }

    private void look() {
        if (stopping) {
            return;
        }
        if (!recovered) {
            table.recover();
            deliveries.deleteLeft();
            recovered = true;
        }
        Map<String, String> destinations = table.destinations();
        if (health.databaseAnswers()) {
            LOG.info("The outbox's database is back");
        }
        destinations.forEach((id, uri) -> pump(lane(id, uri)));
        again.putBack(destinations).forEach(this::added);
    }

    private void pump(Lane lane) {
        int room = stopping ? 0 : lane.room(System.nanoTime());
        if (room == 0) {
            return;
        }
        long now = clock.millis();
        // one that fails whenever it is sent would otherwise be what the destination is tried by, again and again
        List<OutboxRow> rows = lane.isDown() || lane.isUnwell() ? table.claimUntried(lane.id(), now, room)
                : table.claimDue(lane.id(), now, room);
        rows.forEach(row -> begin(lane, row));
        if (rows.size() == room) {
            busy.add(lane.id());
            return;
        }
        Optional<Long> next = table.nextAttempt(lane.id());
        if (next.isPresent() || lane.inFlight() > 0) {
            busy.add(lane.id());
        } else {
            busy.remove(lane.id());
            forget(lane);
        }
        next.ifPresent(time -> wake(lane, Duration.ofMillis(untilNext(lane, now, time))));
    }

    /** What nothing waits for is not known to be down for long: its rows were given up, or sent by another machine. */
    private void forget(Lane lane) {
        health.up(lane.id());
        if (lane.succeeded()) {
            LOG.info("Nothing waits for {} any more", lane.place());
        }
    }

    /** Milliseconds; a time that is further off than any pause is of a clock that was set back since. */
    private long untilNext(Lane lane, long now, long next) {
        if (next - now <= patience.longest().toMillis()) {
            return next - now;
        }
        table.hasten(lane.id(), now);
        return 0;
    }

    private void wake(Lane lane, Duration wait) {
        Duration atLeast = wait.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : wait;
        // the next look will be in time for what is further off
        if (atLeast.compareTo(LOOK) < 0 && waking.add(lane.id())) {
            dispatcher.schedule(() -> guarded(() -> {
                waking.remove(lane.id());
                pump(lane);
            }), atLeast.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void begin(Lane lane, OutboxRow row) {
        int generation = lane.generation();
        lane.begun();
        inFlight.add(row.id());
        workers.execute(() -> {
            Optional<Verdict> failure = Optional.empty();
            try {
                failure = attempt(row);
                if (stopping && failure.isPresent()) {
                    table.release(List.of(row.id()));
                } else {
                    settlement.settle(row, failure);
                }
            } catch (DatabaseException | IOException e) {
                // the claim lapses and the row is sent again
                LOG.warn("What became of {} for {} can't be noted, so it will be sent again: {}", row.parcel().image(),
                        lane.place(), e.getMessage());
            } finally {
                ended(lane, row, failure, generation);
            }
        });
    }

    private Optional<Verdict> attempt(OutboxRow row) {
        try (Unpacked unpacked = Unpacked.of(row.parcel(), refused)) {
            sending.send(unpacked.parcel());
            return Optional.empty();
        } catch (Exception | Error e) {
            LOG.debug("not accepted", e);
            return Optional.of(Verdict.of(e, clock));
        }
    }

    private void ended(Lane lane, OutboxRow row, Optional<Verdict> failure, int generation) {
        dispatch(() -> {
            inFlight.remove(row.id());
            lane.ended();
            if (failure.isEmpty() || failure.get().refused()) {
                succeeded(lane);
            } else {
                failed(lane, row.parcel(), failure.get(), generation);
            }
            pump(lane);
        });
    }

    private void succeeded(Lane lane) {
        health.up(lane.id());
        if (lane.succeeded()) {
            LOG.info("{} is back", lane.place());
            table.hasten(lane.id(), clock.millis());
        }
    }

    private void failed(Lane lane, Parcel parcel, Verdict verdict, int generation) {
        boolean wasDown = lane.isDown();
        boolean wasUnwell = lane.isUnwell();
        if (!lane.failed(parcel.id(), verdict, generation, System.nanoTime())) {
            if (lane.isUnwell() && !wasUnwell) {
                String unwell = lane.place() + " does not accept what was sent last: " + verdict.reason();
                health.down(lane.id(), unwell);
                LOG.warn("{}; it waits in the outbox, and others are sent meanwhile", unwell);
            }
            return;
        }
        health.down(lane.id(), lane.place() + " is down: " + verdict.reason());
        if (!wasDown) {
            LOG.warn("{} is down, what is for it waits in the outbox: {}", lane.place(), verdict.reason());
        }
        dispatcher.schedule(() -> guarded(() -> pump(lane)), lane.pause(System.nanoTime()).toMillis() + 1, TimeUnit.MILLISECONDS);
        lane.late(clock.millis(), System.nanoTime()).ifPresent(time -> workers.execute(() -> guarded(() ->
                settlement.giveUpLate(lane.id(), time, verdict.reason(), () -> stopping))));
    }
}
