package io.github.camelroboflow.delivery.route;

import io.github.camelroboflow.delivery.failure.FailureClassifier;
import io.github.camelroboflow.delivery.source.ImageExchange;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.support.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.SuspendableService;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.apache.camel.support.RoutePolicySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A route policy that suspends the route's consumer during an outage, so that the images stay where they are. After a pause the
 * consumer runs again; the first success ends the outage. Meanwhile the route's health check is down and names the reason. (Camel's
 * {@code ThrottlingExceptionRoutePolicy} suspends in the same way, but keeps no reason, reports no health, and can't distinguish an
 * HTTP 503 from a 400.)
 */
public final class OutageRoutePolicy extends RoutePolicySupport implements CamelContextAware {

    private static final Logger LOG = LoggerFactory.getLogger(OutageRoutePolicy.class);

    /** The detail of a health check that holds the beginning of an outage, ISO 8601 in UTC. */
    public static final String SINCE = "since";

    private final Backoff backoff;
    private CamelContext camelContext;
    private ScheduledExecutorService scheduler;

    private final Map<String, Outage> outages = new HashMap<>();

    /** The number of reasons of one outage that are remembered; each is logged once. */
    private static final int MOST_LOGGED = 100;

    /** @param probe ends the outage if it succeeds; {@code null} if the next image does */
    private record Outage(Instant since, String reason, Set<String> logged, Duration pause, Runnable probe,
                          ScheduledFuture<?> nextTry) {
    }

    /**
     * @param retryAfter    how long the consumer stays suspended before the first new try; doubled after each that fails
     * @param maxRetryAfter the longest time between two tries, also where a server asks for more
     */
    public OutageRoutePolicy(Duration retryAfter, Duration maxRetryAfter) {
        backoff = new Backoff(retryAfter, maxRetryAfter);
    }

    /** Makes one of texts, for Kamelets. The first is an Object, since Camel takes a text of digits for a number. */
    public static OutageRoutePolicy of(Object retryAfter, String maxRetryAfter) {
        return new OutageRoutePolicy(Durations.parse("retryAfter", retryAfter.toString()),
                Durations.parse("maxRetryAfter", maxRetryAfter));
    }

    @Override
    public void onInit(Route route) {
        if (camelContext == null) {
            // a bean of a Kamelet
            camelContext = route.getCamelContext();
        }
        HealthCheckRegistry checks = HealthCheckRegistry.get(camelContext);
        if (checks != null) {
            checks.register(new Check(route.getRouteId()));
        }
    }

    @Override
    protected void doStart() throws Exception {
        scheduler = camelContext.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "roboflow-outage");
        // the thread starts now, since later there may be none
        scheduler.execute(() -> { });
    }

    @Override
    protected void doStop() throws Exception {
        if (scheduler != null) {
            camelContext.getExecutorServiceManager().shutdownNow(scheduler);
            scheduler = null;
        }
        synchronized (this) {
            // the scheduler's stop cancelled their next tries
            outages.clear();
        }
    }

    @Override
    public void onExchangeDone(Route route, Exchange exchange) {
        try {
            done(route, exchange);
        } catch (Error e) {
            // Camel would never finish the exchange
            LOG.error("{} goes on after {}", route.getRouteId(), e.toString());
        }
    }

    private void done(Route route, Exchange exchange) {
        Throwable error = FailureClassifier.failureOf(exchange);
        Optional<Throwable> cause = error == null ? Optional.empty() : FailureClassifier.outage(error);
        if (cause.isPresent()) {
            suspend(route, FailureClassifier.describe(error), cause.get(), null);
        } else if (error == null && !ImageExchange.hasNoImage(exchange)) {
            recovered(route);
        }
    }

    /**
     * Suspends a route that lacks a part since the start, until it is there. If it lacks several parts, it waits for all.
     *
     * @param error why it is not there
     * @param probe makes the part, on a thread of its own, or throws the reason why it is still missing
     */
    public synchronized void suspendUntil(Route route, Throwable error, Runnable probe) {
        Outage outage = outage(route.getRouteId());
        boolean lacksMore = outage != null && outage.probe != null && outage.probe != probe;
        Runnable all = lacksMore ? () -> {
            outage.probe.run();
            probe.run();
        } : probe;
        suspend(route, FailureClassifier.describe(error), FailureClassifier.outage(error).orElse(error), all);
    }

    /** Returns the policy of a route; empty if it has none. */
    public static Optional<OutageRoutePolicy> of(Route route) {
        return route.getRoutePolicyList().stream().filter(OutageRoutePolicy.class::isInstance).map(OutageRoutePolicy.class::cast)
                .findFirst();
    }

    private synchronized void suspend(Route route, String reason, Throwable cause, Runnable probe) {
        Outage outage = outages.get(route.getRouteId());
        if (!isRunAllowed() || probe == null && outage != null && !outage.nextTry.isDone()) {
            return;
        }
        if (outage != null) {
            outage.nextTry.cancel(false);
        }
        Duration pause = outage == null ? backoff.first() : backoff.after(outage.pause);
        if (cause instanceof RoboflowUnavailableException unavailable) {
            Duration requested = unavailable.retryAfter().orElse(pause);
            pause = backoff.limited(requested.compareTo(backoff.first()) < 0 ? backoff.first() : requested);
        }
        Set<String> logged = outage == null ? new HashSet<>() : outage.logged;
        if (logged.size() < MOST_LOGGED && logged.add(reason)) {
            LOG.warn("{} waits, its images stay where they are: {}", route.getRouteId(), reason);
        }
        Runnable missing = probe == null && outage != null ? outage.probe : probe;
        // first, so that a next try is scheduled whatever happens
        outages.put(route.getRouteId(), new Outage(outage == null ? Instant.now() : outage.since, reason, logged, pause,
                missing, scheduler.schedule(() -> tryAgain(route), pause.toMillis(), TimeUnit.MILLISECONDS)));
        setSuspended(route, true);
    }

    private void tryAgain(Route route) {
        Outage outage = outage(route.getRouteId());
        if (outage == null || outage.probe == null) {
            resume(route);
            return;
        }
        try {
            // it may take long, and one thread has the next tries of all routes
            camelContext.getExecutorServiceManager().newThread("roboflow-outage-probe", () -> probe(route, outage.probe)).start();
        } catch (Error e) {
            suspendUntil(route, e, outage.probe);
        }
    }

    private void probe(Route route, Runnable probe) {
        try {
            probe.run();
        } catch (RuntimeException | Error e) {
            suspendUntil(route, e, probe);
            return;
        }
        synchronized (this) {
            Outage outage = outage(route.getRouteId());
            // otherwise another part was found missing meanwhile, and a try for both is due
            if (outage != null && outage.probe == probe) {
                ended(route);
                resume(route);
            }
        }
    }

    /**
     * Resumes the route. The lock waits for a suspension in progress, which would otherwise follow the resumption and last for
     * ever.
     */
    private synchronized void resume(Route route) {
        try {
            setSuspended(route, false);
        } catch (RuntimeException | Error e) {
            LOG.warn("{} can't go on yet: {}", route.getRouteId(), e.toString());
            scheduler.schedule(() -> resume(route), backoff.first().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void recovered(Route route) {
        Outage outage = outages.get(route.getRouteId());
        // a success during the pause belongs to an image that was taken before the outage
        if (outage == null || !outage.nextTry.isDone()) {
            return;
        }
        ended(route);
    }

    private synchronized void ended(Route route) {
        outages.remove(route.getRouteId());
        LOG.info("{} goes on", route.getRouteId());
    }

    private void setSuspended(Route route, boolean suspended) {
        if (!isRunAllowed() || !(route.getConsumer() instanceof SuspendableService consumer)) {
            return;
        }
        if (suspended) {
            consumer.suspend();
        } else if (consumer.isSuspended() && !camelContext.isStopping()) {
            // a stop also suspends consumers, and waits until no exchange is in flight
            consumer.resume();
        }
    }

    private synchronized Outage outage(String routeId) {
        return outages.get(routeId);
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    private final class Check extends AbstractHealthCheck {

        private final String route;

        Check(String route) {
            super("camel", "outage:" + route);
            this.route = route;
        }

        @Override
        protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
            builder.detail("route.id", route);
            Outage outage = outage(route);
            if (outage == null) {
                builder.up();
            } else {
                builder.down().message(outage.reason).detail(SINCE, outage.since.toString());
            }
        }

        @Override
        public boolean isLiveness() {
            return false;
        }
    }
}
