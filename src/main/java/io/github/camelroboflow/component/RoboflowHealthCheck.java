package io.github.camelroboflow.component;

import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.support.Backoff;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.ThreadPoolProfileBuilder;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.health.WritableHealthCheckRepository;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * The health check of a model. All users of the model share it, since Camel identifies checks by their id. It is down until the
 * model is loaded or its server answers, and from a call that an engine could not serve until a call of the same user succeeds. A
 * bad image does not count, since it says nothing about the engine.
 *
 * <p>When the check is called and a user is not ready, it starts a probe in the background, and answers at once with what it knows.
 */
final class RoboflowHealthCheck extends AbstractHealthCheck {

    private static final Backoff PAUSES = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));

    private final String target;
    private final Checks checks;
    private final Set<Use> uses = new LinkedHashSet<>();

    private RoboflowHealthCheck(String target, Checks checks) {
        super("camel", "producer:roboflow-" + target);
        this.target = target;
        this.checks = checks;
    }

    /** Finds out, before the first call of a user, whether a model can be used. */
    interface Probe {

        /** Opens the model, or asks its server. May take long. Throws the reason for which the model can't be used. */
        void run();

        /** Returns the reason for which the check is down before the first probe has ended. */
        String pending();

        /** Returns whether the user needs the model now. If not, its state does not count. */
        default boolean isNeeded() {
            return true;
        }
    }

    /** The use of a model by an endpoint or a producer. Closing it ends the use. */
    final class Use implements AutoCloseable {

        /** Absent if only calls show whether the model can be used. */
        private final Optional<Probe> probe;
        private boolean ready;
        /** The last failure; {@code null} if there was none since the last success. */
        private Throwable failure;
        private int failures;
        private boolean retried = true;
        private boolean running;
        private long due = System.nanoTime();

        private Use(Optional<Probe> probe, boolean ready) {
            this.probe = probe;
            this.ready = ready;
        }

        /** Records that the engine served a call, or that a probe found the model ready. */
        void succeeded() {
            synchronized (RoboflowHealthCheck.this) {
                ready = true;
                failure = null;
                failures = 0;
            }
        }

        /** Records that a call failed. */
        void failed(Throwable error) {
            if (error instanceof RoboflowException && !(error instanceof InvalidImageException)) {
                // a probe does not find out whether a key is accepted
                record(error, error instanceof RoboflowUnavailableException);
            }
        }

        private void record(Throwable error, boolean probeHelps) {
            synchronized (RoboflowHealthCheck.this) {
                ready = false;
                failure = error;
                failures++;
                retried = probeHelps;
                due = System.nanoTime() + PAUSES.pause(failures).toNanos();
            }
        }

        private boolean isDown() {
            return !ready && probe.map(Probe::isNeeded).orElse(true);
        }

        private void probeIfDue() {
            if (probe.isPresent() && retried && !running && System.nanoTime() - due >= 0) {
                running = checks.submit(getCamelContext(), () -> run(probe.get()));
            }
        }

        private void run(Probe started) {
            try {
                started.run();
                succeeded();
            } catch (Throwable e) {
                record(e, true);
            } finally {
                synchronized (RoboflowHealthCheck.this) {
                    running = false;
                }
            }
        }

        private Optional<String> reason() {
            return Optional.ofNullable(failure).map(error -> Objects.requireNonNullElse(error.getMessage(), error.toString()));
        }

        boolean isReady() {
            synchronized (RoboflowHealthCheck.this) {
                return ready;
            }
        }

        @Override
        public void close() {
            checks.release(RoboflowHealthCheck.this, this);
        }
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        builder.detail("roboflow.model", target);
        if (target.equals(RoboflowEndpoint.ANY)) {
            builder.detail("roboflow.probe", "none: each message chooses its model, so none is loaded before the first message");
        }
        Optional<String> reason = downReason();
        if (reason.isEmpty()) {
            builder.up();
        } else {
            builder.down().message(reason.get());
        }
    }

    /** Returns the reason for which the check is down, and starts the probes that are due. */
    private synchronized Optional<String> downReason() {
        List<Use> down = uses.stream().filter(Use::isDown).toList();
        if (getCamelContext().isStarted()) {
            down.forEach(Use::probeIfDue);
        }
        return down.stream().map(Use::reason).flatMap(Optional::stream).findFirst()
                .or(() -> down.stream().map(use -> use.probe.map(Probe::pending)).flatMap(Optional::stream).findFirst());
    }

    /** Adds a use and returns whether it is the first one. */
    private synchronized boolean join(Use use) {
        uses.add(use);
        return uses.size() == 1;
    }

    /** Removes a use and returns whether it was the last one. */
    private synchronized boolean leave(Use use) {
        return uses.remove(use) && uses.isEmpty();
    }

    /** Returns false, since a restart of this program does not repair a server that is down. */
    @Override
    public boolean isLiveness() {
        return false;
    }

    /** The checks of a component. Each exists from a model's first user to its last. */
    static final class Checks {

        private static final String PROBE_THREADS = "roboflow-probe";
        private static final int PROBES_AT_A_TIME = 4;
        private static final long IDLE_SECONDS = 10;

        private final Map<String, RoboflowHealthCheck> checks = new HashMap<>();
        private final Object threadsLock = new Object();
        /** The threads for probes; {@code null} before the first one. */
        private ExecutorService threads;
        private boolean closed;

        /**
         * Begins the use of a model.
         *
         * @param enabled whether the check is enabled, if this is the first use
         * @param probe the user's probe; empty if only calls show whether the model can be used
         * @param ready whether the model is known to be ready
         */
        synchronized Use acquire(CamelContext context, String target, boolean enabled, Optional<Probe> probe, boolean ready) {
            RoboflowHealthCheck check = checks.computeIfAbsent(target, id -> new RoboflowHealthCheck(id, this));
            Use use = check.new Use(probe, ready);
            if (check.join(use)) {
                check.setCamelContext(context);
                check.setEnabled(enabled);
                repository(context).ifPresent(repository -> repository.addHealthCheck(check));
            }
            return use;
        }

        private synchronized void release(RoboflowHealthCheck check, Use use) {
            if (check.leave(use)) {
                checks.remove(check.target);
                repository(check.getCamelContext()).ifPresent(repository -> repository.removeHealthCheck(check));
            }
        }

        /** Returns the check of a model in use. */
        synchronized RoboflowHealthCheck of(String target) {
            return checks.get(target);
        }

        private static Optional<WritableHealthCheckRepository> repository(CamelContext context) {
            return Optional.ofNullable(HealthCheckHelper
                    .getHealthCheckRepository(context, "producers", WritableHealthCheckRepository.class));
        }

        /** Runs a probe in the background. Returns whether it is going to run. */
        private boolean submit(CamelContext context, Runnable probe) {
            synchronized (threadsLock) {
                if (closed) {
                    return false;
                }
                if (threads == null) {
                    ThreadPoolProfileBuilder profile = new ThreadPoolProfileBuilder(PROBE_THREADS)
                            .poolSize(PROBES_AT_A_TIME).maxPoolSize(PROBES_AT_A_TIME).maxQueueSize(-1)
                            .keepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS).allowCoreThreadTimeOut(true);
                    threads = context.getExecutorServiceManager().newThreadPool(this, PROBE_THREADS, profile.build());
                }
                threads.execute(probe);
                return true;
            }
        }

        /** Ends the probes for ever. */
        void stopProbes(CamelContext context) {
            synchronized (threadsLock) {
                closed = true;
                if (threads != null) {
                    context.getExecutorServiceManager().shutdownNow(threads);
                    threads = null;
                }
            }
        }
    }
}
