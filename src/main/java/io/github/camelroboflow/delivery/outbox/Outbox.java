package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.DatabaseException;
import io.github.camelroboflow.delivery.Deliveries;
import io.github.camelroboflow.delivery.Durations;
import io.github.camelroboflow.delivery.Failures;
import io.github.camelroboflow.delivery.OnlyJob;
import io.github.camelroboflow.delivery.RouteEvents;
import io.github.camelroboflow.delivery.SuspendWhileDown;
import io.github.camelroboflow.delivery.disk.Unsettled;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalLong;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
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
    private Duration look = OutboxSender.LOOK;

    private OutboxTable table;
    private OutboxSender sender;
    private Sending sending;
    private Webhooks webhooks;
    private ProducerTemplate template;
    private Patience patience;

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
    void setLook(Duration look) {
        this.look = look;
    }

    /** Starts it with the routes that send by it; but not beside a job, which would find the database in use by who sends. */
    void useInRoutes() {
        if (!OnlyJob.isAllOf(camelContext)) {
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
        add(Parcels.of(exchange), exchange);
    }

    /** Sends the message at once; or by the table while its destination is down, and as long as others wait for that. */
    void deliver(Exchange exchange) throws Exception {
        use();
        Parcel parcel = Parcels.of(exchange);
        if (isBusy(parcel.destination())) {
            add(parcel, exchange);
            return;
        }
        try {
            sending.send(parcel);
            Deliveries.accepted(exchange, parcel.destination());
            sender.accepted(parcel);
        } catch (Exception e) {
            if (Failures.outage(e).isEmpty()) {
                throw e;
            }
            add(parcel, exchange);
            sender.failed(parcel, Verdict.of(e, clock));
        }
    }

    /** Whether others wait for a destination, as far as is known. */
    boolean isBusy(String destination) {
        return sender.isBusy(destination);
    }

    /** How many destinations it knows anything of just now. */
    int known() {
        return sender.known();
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

    private void add(Parcel parcel, Exchange exchange) {
        long now = clock.millis();
        Unsettled.Store opening = database.opening();
        table.add(parcel, now, now + patience.keepFor().toMillis());
        Unsettled unsettled = exchange.getProperty(Unsettled.PROPERTY, Unsettled.class);
        if (unsettled == null) {
            opening.flush();
        } else {
            // with what else the image's delivery waits for
            unsettled.add(opening);
        }
        Deliveries.accepted(exchange, parcel.destination());
        sender.added(parcel);
    }

    @Override
    protected void doStart() throws Exception {
        database.check();
        patience = new Patience(Durations.parse("outbox.retryAfter", retryAfter),
                Durations.parse("outbox.maxRetryAfter", maxRetryAfter), Durations.parse("outbox.keepFor", keepFor));
        if (inFlight < 1) {
            throw new IllegalArgumentException("outbox.inFlight=" + inFlight + ": at least 1 must be sent at once");
        }
        template = camelContext.createProducerTemplate();
        webhooks = new Webhooks(Durations.parse("webhook.connectTimeout", connectTimeout),
                Durations.parse("webhook.responseTimeout", responseTimeout), new Signature(secret), clock);
        sending = new EndpointSending(camelContext, template, webhooks);
        table = new OutboxTable(database);
        OutboxHealth health = new OutboxHealth();
        HealthCheckRegistry checks = HealthCheckRegistry.get(camelContext);
        if (checks != null) {
            checks.register(health);
        }
        ExecutorServiceManager executors = camelContext.getExecutorServiceManager();
        sender = new OutboxSender(table, sending, Path.of(refused), patience, inFlight, clock, health,
                executors.newSingleThreadScheduledExecutor(this, "roboflow-outbox"),
                executors.newCachedThreadPool(this, "roboflow-send"));
        sender.start(look);
    }

    /** Stops after the routes, which may still put something in while they stop, and before the endpoints that it sends by. */
    private void stopAfterRoutes() {
        RouteEvents.at(CamelEvent.Type.RoutesStopped, camelContext, () -> {
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
                        && route.getRoutePolicyList().stream().anyMatch(SuspendWhileDown.class::isInstance));
        if (watches && database.isThere()) {
            use();
        }
    }
}
