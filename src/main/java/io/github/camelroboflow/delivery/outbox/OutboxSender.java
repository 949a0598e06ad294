package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.database.DeliveryDatabase.DatabaseException;
import io.github.camelroboflow.delivery.disk.FileNames.HashedIds;
import io.github.camelroboflow.delivery.outbox.OutboxMessage.MessageSender;
import io.github.camelroboflow.delivery.outbox.OutboxMessage.OutboxRow;
import io.github.camelroboflow.delivery.outbox.RowSender.Acceptances;
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
 * Sends the messages in the table. Each destination has a queue of its own with a bounded number of rows in flight, so that none
 * waits for another. One thread selects the rows and claims them; other threads send.
 */
final class OutboxSender {

    private static final Logger LOG = LoggerFactory.getLogger(OutboxSender.class);

    /** The interval of the polls for rows of other machines and for files to replay. */
    static final Duration POLL_INTERVAL = Duration.ofSeconds(5);
    private static final Duration SHORTEST_WAIT = Duration.ofMillis(50);
    /** The generation of an attempt outside the queue: while the destination is down, it is no news. */
    private static final int DIRECT_SEND = -1;

    private final OutboxTable table;
    private final DeadLetterFolder deadLetters;
    private final OutcomeRecorder outcomes;
    private final RowSender rows;
    private final ReplayFolder replayFolder;
    private final BackoffPolicy backoff;
    private final int inFlightPerDestination;
    private final Clock clock;
    private final ScheduledExecutorService dispatcher;
    private final ExecutorService workers;

    private final Map<String, DestinationState> destinations = new ConcurrentHashMap<>();
    private final Set<String> signalled = ConcurrentHashMap.newKeySet();
    private final Set<String> waking = ConcurrentHashMap.newKeySet();
    private final Set<String> busy = ConcurrentHashMap.newKeySet();
    /** The rows that are being sent, with their claims. */
    private final Map<Long, OutboxRow> inFlight = new ConcurrentHashMap<>();
    private final AtomicBoolean replaying = new AtomicBoolean();
    private final OutboxHealth health;
    private volatile boolean stopping;
    private boolean recovered;

    OutboxSender(OutboxTable table, MessageSender messageSender, Acceptances acceptances, Path deadLetterFolder,
                 BackoffPolicy backoff, int inFlightPerDestination, Clock clock, OutboxHealth health,
                 ScheduledExecutorService dispatcher, ExecutorService workers) {
        this.table = table;
        this.deadLetters = new DeadLetterFolder(deadLetterFolder);
        this.outcomes = new OutcomeRecorder(table, deadLetters, backoff, clock);
        this.rows = new RowSender(table, messageSender, outcomes, acceptances, deadLetterFolder, health, clock, () -> stopping);
        this.replayFolder = new ReplayFolder(table, deadLetters, backoff, clock, () -> stopping);
        this.backoff = backoff;
        this.inFlightPerDestination = inFlightPerDestination;
        this.clock = clock;
        this.health = health;
        this.dispatcher = dispatcher;
        this.workers = workers;
    }

    /** @param interval the interval of the polls, at most the default */
    void start(Duration interval) {
        dispatcher.scheduleWithFixedDelay(() -> guarded(this::poll), 0, interval.toMillis(), TimeUnit.MILLISECONDS);
        long renewal = OutboxTable.CLAIM.toMillis() / 3;
        dispatcher.scheduleWithFixedDelay(() -> guarded(() -> table.renew(List.copyOf(inFlight.values()))), renewal, renewal,
                TimeUnit.MILLISECONDS);
    }

    /** Finishes the attempts in progress. After the timeout it leaves them to the next start. */
    void stop(Duration timeout) {
        stopping = true;
        try {
            // the dispatcher passes its last rows to the workers before these shut down
            dispatcher.submit(() -> { }).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            workers.shutdown();
            if (!workers.awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
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

    /** Notifies the sender of a new row. */
    void added(OutboxMessage message) {
        String id = HashedIds.destinationId(message.destination());
        busy.add(id);
        if (signalled.add(id)) {
            dispatch(() -> {
                signalled.remove(id);
                dispatchDue(destinationState(id, message.destination()));
            });
        }
    }

    /** Drops rows of a destination that were added up to a time, for as long as it may take. Returns their number. */
    long drop(String destinationId, long until, DeadLetterFolder folder, Duration longest) {
        long end = System.nanoTime() + longest.toNanos();
        return outcomes.drop(destinationId, until, folder, () -> stopping || System.nanoTime() - end > 0);
    }

    /** Notifies the sender that a destination accepted a message outside the queue. */
    void accepted(OutboxMessage message) {
        String id = HashedIds.destinationId(message.destination());
        if (health.isDown(id)) {
            dispatch(() -> succeeded(destinationState(id, message.destination())));
        }
    }

    /** Notifies the sender that a destination failed outside the queue. */
    void failed(OutboxMessage message, DeliveryFailure failure) {
        dispatch(() -> failed(destinationState(HashedIds.destinationId(message.destination()), message.destination()), message,
                failure, DIRECT_SEND));
    }

    /** Returns whether rows wait for a destination, as far as is known. */
    boolean isBusy(String destination) {
        return busy.contains(HashedIds.destinationId(destination));
    }

    int knownDestinations() {
        return Math.max(destinations.size(), busy.size());
    }

    private DestinationState destinationState(String id, String uri) {
        return destinations.computeIfAbsent(id, key -> new DestinationState(key, uri, backoff, inFlightPerDestination));
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
            // errors too: the scheduler would silently drop a task that throws one
            logError(e);
        }
    }

    private static void logError(Throwable e) {
        try {
            LOG.error("A task of the outbox failed; the outbox continues", e);
        } catch (RuntimeException | Error second) {
            // there may be no memory for the log either
            LOG.debug("not logged", second);
        }
    }

    private void poll() {
        if (stopping) {
            return;
        }
        // repeats signals that were lost for want of a thread or memory
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
        destinations.values().stream().filter(destination -> destination.inFlight() == 0 && !waiting.containsKey(destination.id()))
                .toList().forEach(this::forget);
        replay();
    }

    private void recover() {
        table.recover();
        deadLetters.deleteStaleTemporaries();
        new DeadLetterFolder(DeadLetterFolder.dropped(deadLetters.folder())).deleteStaleTemporaries();
        long lost = table.countOrphans();
        if (lost > 0) {
            LOG.warn("{} rows of the table delivery_outbox can't be sent, since the table delivery_destination does not have their"
                    + " destinations: restore these, or delete the rows", lost);
        }
        recovered = true;
    }

    /** Replays files in a worker thread: they may be large and many. */
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

    private void dispatchDue(DestinationState destination) {
        int capacity = stopping ? 0 : destination.capacity(System.nanoTime());
        if (capacity == 0) {
            return;
        }
        long now = clock.millis();
        // otherwise a row that always fails would be the probe of the destination again and again
        List<OutboxRow> claimed = destination.isDown() || destination.isDegraded()
                ? table.claimUntried(destination.id(), now, capacity) : table.claimDue(destination.id(), now, capacity);
        begin(destination, claimed);
        if (claimed.size() == capacity) {
            busy.add(destination.id());
            return;
        }
        Optional<Long> next = table.nextAttempt(destination.id(), now);
        if (next.isPresent() || destination.inFlight() > 0) {
            busy.add(destination.id());
        } else {
            forget(destination);
        }
        next.ifPresent(time -> wake(destination, Duration.ofMillis(untilNext(destination, now, time))));
    }

    /** Dispatches rows unless the state was forgotten meanwhile or replaced by another for the same destination. */
    private void dispatchIfKnown(DestinationState destination) {
        if (destinations.get(destination.id()) == destination) {
            dispatchDue(destination);
        }
    }

    /** Forgets the state of a destination without rows: they were given up, or another machine sent them. */
    private void forget(DestinationState destination) {
        busy.remove(destination.id());
        destinations.remove(destination.id());
        health.up(destination.id());
        health.up(RowSender.notSent(destination.id()));
        if (destination.succeeded()) {
            LOG.info("Nothing waits for {} any more", destination.address());
        }
    }

    /**
     * Returns the milliseconds until the next attempt. A time beyond the longest pause comes from a clock that was set back since.
     */
    private long untilNext(DestinationState destination, long now, long next) {
        if (next - now <= backoff.longest().toMillis()) {
            return next - now;
        }
        table.bringForward(destination.id(), now);
        return 0;
    }

    private void wake(DestinationState destination, Duration wait) {
        Duration atLeast = wait.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : wait;
        // the next poll is in time for later rows
        if (atLeast.compareTo(POLL_INTERVAL) < 0 && waking.add(destination.id())) {
            dispatcher.schedule(() -> guarded(() -> {
                waking.remove(destination.id());
                dispatchIfKnown(destination);
            }), atLeast.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void begin(DestinationState destination, List<OutboxRow> claimed) {
        for (int i = 0; i < claimed.size(); i++) {
            try {
                begin(destination, claimed.get(i));
            } catch (RuntimeException | Error e) {
                // without a free thread, the next poll tries again
                List<OutboxRow> notBegun = claimed.subList(i, claimed.size());
                notBegun.forEach(row -> inFlight.remove(row.id()));
                table.release(notBegun);
                throw e;
            }
        }
    }

    private void begin(DestinationState destination, OutboxRow row) {
        if (inFlight.put(row.id(), row) != null) {
            // the claim lapsed, as after a standstill, but this program is still sending the row and now holds it by the new claim;
            // or the end of the attempt is recorded but not processed yet
            return;
        }
        int generation = destination.generation();
        destination.begun();
        try {
            workers.execute(() -> {
                Outcome outcome = Outcome.NOTHING;
                try {
                    outcome = rows.send(row, begun -> inFlight.getOrDefault(begun.id(), begun));
                } finally {
                    ended(destination, row, outcome, generation);
                }
            });
        } catch (RuntimeException | Error e) {
            destination.ended();
            throw e;
        }
    }

    private void ended(DestinationState destination, OutboxRow row, Outcome outcome, int generation) {
        try {
            dispatch(() -> {
                finished(destination, row);
                recordOutcome(destination, row, outcome, generation);
                dispatchDue(destination);
            });
        } catch (RuntimeException | Error e) {
            // otherwise the destination would wait for the row for ever
            finished(destination, row);
            throw e;
        }
    }

    private void finished(DestinationState destination, OutboxRow row) {
        OutboxRow held = inFlight.remove(row.id());
        destination.ended();
        if (held != null && !held.claim().equals(row.claim())) {
            releaseUnsent(held);
        }
    }

    /** Releases a row that was claimed again just before the end of its attempt was processed: no thread sends it by that claim. */
    private void releaseUnsent(OutboxRow row) {
        try {
            table.release(List.of(row));
        } catch (DatabaseException e) {
            LOG.debug("the claim lapses", e);
        }
    }

    private void recordOutcome(DestinationState destination, OutboxRow row, Outcome outcome, int generation) {
        if (!outcome.fromDestination()) {
            return;
        }
        if (outcome.failure().isEmpty() || outcome.failure().get().rejected()) {
            succeeded(destination);
        } else {
            failed(destination, row.message(), outcome.failure().get(), generation);
        }
    }

    private void succeeded(DestinationState destination) {
        health.up(destination.id());
        if (destination.succeeded()) {
            LOG.info("{} is back", destination.address());
            table.bringForward(destination.id(), clock.millis());
        }
    }

    private void failed(DestinationState destination, OutboxMessage message, DeliveryFailure failure, int generation) {
        boolean wasDown = destination.isDown();
        boolean wasDegraded = destination.isDegraded();
        if (!destination.failed(message.id(), failure, generation, System.nanoTime())) {
            if (destination.isDegraded() && !wasDegraded) {
                String reason = destination.address() + " does not accept the last results: " + failure.reason();
                health.down(destination.id(), reason);
                LOG.warn("{}; it waits in the outbox, and other results are sent meanwhile", reason);
            }
            return;
        }
        health.down(destination.id(), destination.address() + " is down: " + failure.reason());
        if (!wasDown) {
            LOG.warn("{} is down, its results wait in the outbox: {}", destination.address(), failure.reason());
        }
        dispatcher.schedule(() -> guarded(() -> dispatchIfKnown(destination)),
                destination.remainingPause(System.nanoTime()).toMillis() + 1, TimeUnit.MILLISECONDS);
        destination.overdueBefore(clock.millis(), System.nanoTime()).ifPresent(time -> workers.execute(() -> guarded(() ->
                outcomes.giveUpOverdue(destination.id(), time, failure.reason(), () -> stopping))));
    }
}
