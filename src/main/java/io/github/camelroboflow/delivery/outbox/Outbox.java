package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.database.DeliveryDatabase;
import io.github.camelroboflow.delivery.database.DeliveryDatabase.DatabaseException;
import io.github.camelroboflow.delivery.disk.PendingWrites;
import io.github.camelroboflow.delivery.failure.FailureClassifier;
import io.github.camelroboflow.delivery.outbox.OutboxMessage.MessageSender;
import io.github.camelroboflow.delivery.outbox.OutboxMessage.OutboxMessageFactory;
import io.github.camelroboflow.delivery.outbox.WebhookSender.WebhookSignature;
import io.github.camelroboflow.delivery.route.Durations;
import io.github.camelroboflow.delivery.route.OneShotJob;
import io.github.camelroboflow.delivery.route.OutageRoutePolicy;
import io.github.camelroboflow.delivery.route.RouteEventListener;
import io.github.camelroboflow.delivery.source.AcceptedDestinations;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalLong;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.support.service.ServiceSupport;

/**
 * The outbox: routes put messages into it by {@link Enqueue} and {@link Deliver}, and it sends them. It works from the start of the
 * first route that uses it, or from {@link #sendWaiting()}, until all routes have stopped.
 */
public final class Outbox extends ServiceSupport implements CamelContextAware {

    /**
     * Exchange property: the URI of the endpoint that the message goes to. Never taken from a message, which others may have
     * made.
     */
    public static final String DESTINATION = "CamelRoboflowDestination";

    /** Exchange property: tells apart what one image has for one destination, where that is more than one message. */
    public static final String PART = "CamelRoboflowDestinationPart";

    private CamelContext camelContext;
    private DeliveryDatabase database;
    private String refused;
    private String keepFor = "24h";
    private String retryAfter = "5s";
    private String maxRetryAfter = "10m";
    private int inFlight = 8;
    private String connectTimeout = "5s";
    private String responseTimeout = "30s";
    private String secret = "";
    private Clock clock = Clock.systemUTC();
    private Duration pollInterval = OutboxSender.POLL_INTERVAL;

    private OutboxTable table;
    private OutboxSender sender;
    private MessageSender sending;
    private WebhookSender webhooks;
    private ProducerTemplate template;
    private BackoffPolicy backoff;

    public void setDatabase(DeliveryDatabase database) {
        this.database = database;
    }

    /** The folder for what is given up. */
    public void setRefused(String refused) {
        this.refused = refused;
    }

    /** How long a result is tried for before it is given up. */
    public void setKeepFor(String keepFor) {
        this.keepFor = keepFor;
    }

    /** The pause after a first failure, doubled after each further one. */
    public void setRetryAfter(String retryAfter) {
        this.retryAfter = retryAfter;
    }

    /** The longest pause, also where a receiver asks for more. */
    public void setMaxRetryAfter(String maxRetryAfter) {
        this.maxRetryAfter = maxRetryAfter;
    }

    /** How many results are sent to one destination at once. */
    public void setInFlight(int inFlight) {
        this.inFlight = inFlight;
    }

    /** How long it may take to reach a webhook's receiver. */
    public void setConnectTimeout(String connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    /** How long a webhook's receiver may be silent. */
    public void setResponseTimeout(String responseTimeout) {
        this.responseTimeout = responseTimeout;
    }

    /** What webhooks are signed with: a secret that the receivers know, or, while it is replaced, both with a comma between. */
    public void setSecret(String secret) {
        this.secret = secret;
    }

    /** For tests that set the clock. */
    void setClock(Clock clock) {
        this.clock = clock;
    }

    /** For tests that wait until it looks for what others left and for files to be sent again. */
    void setPollInterval(Duration look) {
        this.pollInterval = look;
    }

    /** Starts it with the routes that send by it; but not beside a job, which would find the database in use by who sends. */
    void useInRoutes() {
        if (!OneShotJob.isAllOf(camelContext)) {
            use();
        }
    }

    /** Starts it, if it isn't. */
    synchronized void use() {
        ServiceHelper.startService(this);
    }

    /** Commits the message to the table; once it returns, the result is as good as delivered. */
    void enqueue(Exchange exchange) throws InvalidPayloadException {
        use();
        add(OutboxMessageFactory.of(exchange), exchange);
    }

    /** Sends the message at once; or by the table while its destination is down, and as long as others wait for that. */
    void deliver(Exchange exchange) throws Exception {
        use();
        OutboxMessage parcel = OutboxMessageFactory.of(exchange);
        if (isBusy(parcel.destination())) {
            add(parcel, exchange);
            return;
        }
        try {
            sending.send(parcel);
            AcceptedDestinations.accepted(exchange, parcel.destination());
            sender.accepted(parcel);
        } catch (Exception e) {
            if (FailureClassifier.outage(e).isEmpty()) {
                throw e;
            }
            add(parcel, exchange);
            sender.failed(parcel, DeliveryFailure.of(e, clock));
        }
    }

    /** Whether others wait for a destination, as far as is known. */
    boolean isBusy(String destination) {
        return sender.isBusy(destination);
    }

    /** How many destinations it knows anything of just now. */
    int knownDestinations() {
        return sender.knownDestinations();
    }

    /** How many results wait in it or are being sent; empty if it was not used, or if its database does not answer. */
    public OptionalLong waiting() {
        OutboxTable used;
        synchronized (this) {
            used = table;
        }
        try {
            return used == null ? OptionalLong.empty() : OptionalLong.of(used.count());
        } catch (DatabaseException e) {
            // which is told by the sender
            return OptionalLong.empty();
        }
    }

    private void add(OutboxMessage parcel, Exchange exchange) {
        long now = clock.millis();
        PendingWrites.Store opening = database.opening();
        table.add(parcel, now, now + backoff.keepFor().toMillis());
        PendingWrites unsettled = exchange.getProperty(PendingWrites.PROPERTY, PendingWrites.class);
        if (unsettled == null) {
            opening.flush();
        } else {
            // with what else the image's delivery waits for
            unsettled.add(opening);
        }
        AcceptedDestinations.accepted(exchange, parcel.destination());
        sender.added(parcel);
    }

    @Override
    protected void doStart() throws Exception {
        database.check();
        backoff = new BackoffPolicy(Durations.parse("outbox.retryAfter", retryAfter),
                Durations.parse("outbox.maxRetryAfter", maxRetryAfter), Durations.parse("outbox.keepFor", keepFor));
        if (inFlight < 1) {
            throw new IllegalArgumentException("outbox.inFlight=" + inFlight + ": at least 1 must be sent at once");
        }
        template = camelContext.createProducerTemplate();
        webhooks = new WebhookSender(Durations.parse("webhook.connectTimeout", connectTimeout),
                Durations.parse("webhook.responseTimeout", responseTimeout), new WebhookSignature(secret), clock);
        sending = new EndpointSender(camelContext, template, webhooks);
        table = new OutboxTable(database);
        OutboxHealth health = new OutboxHealth();
        HealthCheckRegistry checks = HealthCheckRegistry.get(camelContext);
        if (checks != null) {
            checks.register(health);
        }
        ExecutorServiceManager executors = camelContext.getExecutorServiceManager();
        sender = new OutboxSender(table, sending, Path.of(refused), backoff, inFlight, clock, health,
                executors.newSingleThreadScheduledExecutor(this, "roboflow-outbox"),
                executors.newCachedThreadPool(this, "roboflow-send"));
        sender.start(pollInterval);
    }

    /** Stops after the routes, which may still put something in while they stop, and before the endpoints that it sends by. */
    private void stopAfterRoutes() {
        RouteEventListener.at(CamelEvent.Type.RoutesStopped, camelContext, () -> {
            if (isStarted()) {
                ServiceHelper.stopService(this);
            }
        });
    }

    @Override
    protected void doStop() {
        sender.stop(Duration.ofMillis(camelContext.getShutdownStrategy().getTimeUnit()
                .toMillis(camelContext.getShutdownStrategy().getTimeout())));
        webhooks.close();
        ServiceHelper.stopService(template);
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        if (this.camelContext != camelContext) {
            this.camelContext = camelContext;
            stopAfterRoutes();
        }
    }

    /** Sends what waits from earlier, even if nothing is put in any more; but not in a program that watches nothing. */
    public void sendWaiting() {
        boolean watches = camelContext.getRoutes().stream()
                .anyMatch(route -> route.getRoutePolicyList() != null
                        && route.getRoutePolicyList().stream().anyMatch(OutageRoutePolicy.class::isInstance));
        if (watches && database.isThere()) {
            use();
        }
    }

    /**
     * Puts the message into the outbox, which sends it to the endpoint that the exchange property {@value Outbox#DESTINATION}
     * names.
     */
    public static final class Enqueue extends ServiceSupport implements Processor {

        private Outbox outbox;

        public void setOutbox(Outbox outbox) {
            this.outbox = outbox;
        }

        /** The routes start what they use: what waits since the last run is sent from then on. */
        @Override
        protected void doStart() {
            outbox.useInRoutes();
        }

        @Override
        public void process(Exchange exchange) throws Exception {
            outbox.enqueue(exchange);
        }
    }

    /**
     * Sends the message to the endpoint that the exchange property {@value Outbox#DESTINATION} names, or, while that is down, by
     * the outbox.
     */
    public static final class Deliver extends ServiceSupport implements Processor {

        private Outbox outbox;

        public void setOutbox(Outbox outbox) {
            this.outbox = outbox;
        }

        /** The routes start what they use: what waits since the last run is sent from then on. */
        @Override
        protected void doStart() {
            outbox.useInRoutes();
        }

        @Override
        public void process(Exchange exchange) throws Exception {
            outbox.deliver(exchange);
        }
    }
}
