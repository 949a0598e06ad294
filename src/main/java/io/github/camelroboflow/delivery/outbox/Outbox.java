package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.database.DeliveryDatabase.DatabaseException;
import io.github.camelroboflow.delivery.database.DeliveryDatabase;
import io.github.camelroboflow.delivery.disk.FileNames.HashedIds;
import io.github.camelroboflow.delivery.disk.PendingWrites;
import io.github.camelroboflow.delivery.failure.FailureClassifier;
import io.github.camelroboflow.delivery.outbox.OutboxMessage.MessageSender;
import io.github.camelroboflow.delivery.outbox.OutboxMessage.OutboxMessageFactory;
import io.github.camelroboflow.delivery.outbox.RowSender.Acceptances;
import io.github.camelroboflow.delivery.route.ContextEvents;
import io.github.camelroboflow.delivery.route.OneShotJob;
import io.github.camelroboflow.delivery.route.OutageRoutePolicy;
import io.github.camelroboflow.delivery.source.AcceptedDestinations;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
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
 * The outbox: routes put messages into it by {@link DeliveryStep}, and it sends them. It works from the start of the
 * first route that uses it, or from {@link #sendWaiting()}, until all routes have stopped.
 */
public final class Outbox extends ServiceSupport implements CamelContextAware {

    /** Exchange property: the URI of the destination endpoint. Never taken from a message, which others may have made. */
    public static final String DESTINATION = "CamelRoboflowDestination";

    /** Exchange property: distinguishes the messages of one image for one destination, if there is more than one. */
    public static final String PART = "CamelRoboflowDestinationPart";

    private final DeliveryDatabase database;
    private final OutboxSettings settings;
    private CamelContext camelContext;
    private Clock clock = Clock.systemUTC();
    private Duration pollInterval = OutboxSender.POLL_INTERVAL;

    private final Acceptances acceptances = new Acceptances();
    private OutboxTable table;
    private OutboxHealth health;
    private OutboxSender sender;
    private MessageSender sending;
    private WebhookSender webhooks;
    private ProducerTemplate template;
    private BackoffPolicy backoff;

    /**
     * The settings of the outbox.
     *
     * @param refused       the folder for what is given up
     * @param keepFor       how long a result is tried for before it is given up
     * @param retryAfter    the pause after a first failure, doubled after each further one
     * @param maxRetryAfter the longest pause, also where a receiver asks for more
     * @param inFlight      how many results are sent to one destination at once
     * @param webhooks      how webhooks are sent
     */
    public record OutboxSettings(Path refused, Duration keepFor, Duration retryAfter, Duration maxRetryAfter, int inFlight,
            WebhookSettings webhooks) {

        /** @throws IllegalArgumentException if nothing could ever be sent */
        public OutboxSettings {
            if (inFlight < 1) {
                throw new IllegalArgumentException("outbox.inFlight=" + inFlight + ": at least 1 must be sent at once");
            }
            // refuses wrong times
            new BackoffPolicy(retryAfter, maxRetryAfter, keepFor);
        }
    }

    /**
     * The settings of webhooks.
     *
     * @param connectTimeout  how long it may take to reach a receiver
     * @param responseTimeout how long a receiver may be silent
     * @param scheme          the form of the headers that sign
     * @param secret          what webhooks are signed with: a secret that the receivers know, or, while it is replaced, both with a
     *                        comma between; blank for none
     */
    public record WebhookSettings(Duration connectTimeout, Duration responseTimeout, WebhookScheme scheme, String secret) {

        /** @throws IllegalArgumentException if the secret is no key */
        public WebhookSettings {
            new WebhookSignature(scheme, secret);
        }

        @Override
        public String toString() {
            return WebhookSettings.class.getSimpleName();
        }
    }

    /** The forms of a webhook's headers. */
    public enum WebhookScheme {

        /** {@code webhook-id}, {@code webhook-timestamp} and {@code webhook-signature} (Standard Webhooks 1.0). */
        STANDARD,

        /** The signature alone: {@code t=<seconds since 1970>,v1=<hex>}, as in Stripe's {@code Stripe-Signature}. */
        STRIPE
    }

    public Outbox(DeliveryDatabase database, OutboxSettings settings) {
        this.database = database;
        this.settings = settings;
    }

    /** Sets the clock, for tests. */
    void setClock(Clock clock) {
        this.clock = clock;
    }

    /** Sets the interval of the polls for rows of other machines and for files to replay, for tests. */
    void setPollInterval(Duration interval) {
        this.pollInterval = interval;
    }

    /** Starts the outbox with the routes that use it. Not in a one-shot job, whose database another program may be using. */
    void useInRoutes() {
        if (!OneShotJob.isAllOf(camelContext)) {
            use();
        }
    }

    /** Starts the outbox, unless it runs. */
    synchronized void use() {
        ServiceHelper.startService(this);
    }

    /**
     * Commits the message to the table. After that the result counts as delivered. The same message about the image of an exchange,
     * as two conditions make it, is added once, also if it was sent meanwhile.
     */
    void enqueue(Exchange exchange) throws InvalidPayloadException {
        use();
        OutboxMessage message = OutboxMessageFactory.of(exchange);
        Set<String> once = AcceptedDestinations.once(exchange);
        String key = message.id() + " " + message.destination();
        if (!once.contains(key)) {
            add(message, exchange, Instant.EPOCH);
            once.add(key);
        }
    }

    /** Commits the message to the table, to be sent at a time or some seconds after it. */
    void enqueue(Exchange exchange, Instant due) throws InvalidPayloadException {
        use();
        add(OutboxMessageFactory.of(exchange), exchange, due);
    }

    /** Changes the text of the same message that waits. Returns false if it does not wait, or is being sent. */
    boolean change(Exchange exchange, UnaryOperator<String> change) throws InvalidPayloadException {
        use();
        OutboxMessage message = OutboxMessageFactory.of(exchange);
        PendingWrites.Store opening = database.opening();
        // the last image in it is tried for as long as any other
        boolean changed = table.change(message, change, clock.millis() + backoff.keepFor().toMillis());
        if (changed) {
            stored(message, exchange, opening);
        }
        return changed;
    }

    /** Returns the number of messages with a part that wait for a destination. */
    long waiting(String destination, String part) {
        use();
        return table.count(HashedIds.destinationId(destination), OutboxMessageFactory.part(part));
    }

    /**
     * Sends the message immediately. While its destination is down or other messages wait for it, the message goes to the table.
     */
    void deliver(Exchange exchange) throws Exception {
        use();
        OutboxMessage message = OutboxMessageFactory.of(exchange);
        if (isBusy(message.destination())) {
            add(message, exchange, Instant.EPOCH);
            return;
        }
        try {
            sending.send(message);
            AcceptedDestinations.accepted(exchange, message.destination());
            acceptances.add(message, clock.instant());
            sender.accepted(message);
        } catch (Exception e) {
            if (FailureClassifier.outage(e).isEmpty()) {
                throw e;
            }
            add(message, exchange, Instant.EPOCH);
            sender.failed(message, DeliveryFailure.of(e, clock));
        }
    }

    /** Returns whether other messages wait for a destination, as far as is known. */
    boolean isBusy(String destination) {
        return sender.isBusy(destination);
    }

    /** Returns the number of destinations with a state. */
    int knownDestinations() {
        return sender.knownDestinations();
    }

    /**
     * Returns the number of messages that wait or are being sent. Empty if the outbox is not in use, or its database does not
     * answer.
     */
    public OptionalLong waiting() {
        OutboxTable used;
        synchronized (this) {
            used = table;
        }
        try {
            return used == null ? OptionalLong.empty() : OptionalLong.of(used.count());
        } catch (DatabaseException e) {
            // the sender logs it
            return OptionalLong.empty();
        }
    }

    /** Returns the age of the oldest message that waits; zero if none does. Empty as {@link #waiting()} is. */
    public Optional<Duration> oldest() {
        OutboxTable used;
        synchronized (this) {
            used = table;
        }
        try {
            return used == null ? Optional.empty()
                    : Optional.of(Duration.ofMillis(used.oldest().map(added -> Math.max(0, clock.millis() - added)).orElse(0L)));
        } catch (DatabaseException e) {
            // the sender logs it
            return Optional.empty();
        }
    }

    /**
     * The messages that wait for a destination.
     *
     * @param id          the destination's id
     * @param destination its address without secrets
     * @param oldest      when the oldest was added
     * @param reason      why the destination is down; empty if it is up
     */
    public record Backlog(String id, String destination, long messages, Instant oldest, Optional<String> reason) {
    }

    /** Returns the backlog of each destination, the longest first. Empty as {@link #waiting()} is. */
    public List<Backlog> backlogs() {
        OutboxTable used;
        synchronized (this) {
            used = table;
        }
        try {
            return used == null ? List.of() : used.waitingByDestination().stream().map(each -> new Backlog(
                    each.destinationId(), AcceptedDestinations.redactedAddress(each.uri()), each.rows(),
                    Instant.ofEpochMilli(each.oldest()), health.reason(each.destinationId()))).toList();
        } catch (DatabaseException e) {
            // the sender logs it
            return List.of();
        }
    }

    /**
     * A message of an image that waits.
     *
     * @param image       the image's name in its source
     * @param destination its address without secrets
     * @param attempts    the number of attempts
     */
    public record WaitingDelivery(String image, String destination, Instant since, int attempts) {
    }

    /**
     * A message of an image that was given up.
     *
     * @param destination its address without secrets
     * @param time        when, ISO 8601 in UTC
     * @param dropped     whether a person dropped it
     */
    public record RefusedDelivery(String destination, String reason, String time, boolean dropped) {
    }

    /**
     * A part of the messages for a destination was dropped.
     *
     * @param dropped the number of messages that are in the folder now
     * @param left    the number of those that still wait, or are being sent
     */
    public record Dropped(long dropped, long left, Path folder) {
    }

    /**
     * Returns the messages of a delivery that wait. Opens the database if there is one.
     *
     * @throws DatabaseException if it can't be opened
     */
    public List<WaitingDelivery> waitingOf(String deliveryId) {
        return database.isThere() ? new OutboxTable(database).waitingOf(deliveryId) : List.of();
    }

    /** Returns the messages of a delivery that were given up or dropped. */
    public List<RefusedDelivery> refusedOf(String deliveryId) {
        return Stream.of(settings.refused(), DeadLetterFolder.dropped(settings.refused()))
                .flatMap(folder -> new DeadLetterFolder(folder).refusedOf(deliveryId).stream()).toList();
    }

    /** Returns the acceptances of the last messages of this run: of a delivery, by address, with their times. */
    public Map<String, Instant> acceptedOf(String deliveryId) {
        return acceptances.of(deliveryId);
    }

    /**
     * Returns the oldest messages that wait for a destination.
     *
     * @param most the largest number of messages
     */
    public List<WaitingDelivery> waitingFor(String destinationId, int most) {
        return isStarted() ? table.waitingFor(destinationId, most) : List.of();
    }

    /**
     * Drops messages that wait for a destination: each becomes a file in a sub-folder of the dead letter folder, from which
     * nothing is sent by itself. Messages that are being sent stay.
     *
     * @param until   the time up to which they were added
     * @param longest the time after which the rest is left to another call
     * @return empty if no such destination is known, or the outbox is not in use
     * @throws DatabaseException      if the database does not answer
     * @throws UncheckedIOException if a file can't be written; its message waits on
     */
    public Optional<Dropped> drop(String destinationId, Instant until, Duration longest) {
        if (!isStarted() || table.address(destinationId).isEmpty()) {
            return Optional.empty();
        }
        Path folder = DeadLetterFolder.dropped(settings.refused());
        long dropped = sender.drop(destinationId, until.toEpochMilli(), new DeadLetterFolder(folder), longest);
        return Optional.of(new Dropped(dropped, table.countAdded(destinationId, until.toEpochMilli()), folder));
    }

    private void add(OutboxMessage message, Exchange exchange, Instant dueAt) {
        long now = clock.millis();
        long due = Math.max(now, dueAt.toEpochMilli());
        PendingWrites.Store opening = database.opening();
        table.add(message, now, due, due + backoff.keepFor().toMillis());
        stored(message, exchange, opening);
        sender.added(message);
    }

    private static void stored(OutboxMessage message, Exchange exchange, PendingWrites.Store opening) {
        PendingWrites pendingWrites = exchange.getProperty(PendingWrites.PROPERTY, PendingWrites.class);
        if (pendingWrites == null) {
            opening.flush();
        } else {
            // flushed together with the other pending writes of the image
            pendingWrites.add(opening);
        }
        AcceptedDestinations.accepted(exchange, message.destination());
    }

    @Override
    protected void doStart() throws Exception {
        database.check();
        backoff = new BackoffPolicy(settings.retryAfter(), settings.maxRetryAfter(), settings.keepFor());
        template = camelContext.createProducerTemplate();
        webhooks = new WebhookSender(settings.webhooks(), clock);
        sending = new EndpointSender(camelContext, template, webhooks);
        health = new OutboxHealth();
        table = new OutboxTable(database);
        HealthCheckRegistry checks = HealthCheckRegistry.get(camelContext);
        if (checks != null) {
            checks.register(health);
        }
        ExecutorServiceManager executors = camelContext.getExecutorServiceManager();
        sender = new OutboxSender(table, sending, acceptances, settings.refused(), backoff, settings.inFlight(), clock, health,
                executors.newSingleThreadScheduledExecutor(this, "roboflow-outbox"),
                executors.newCachedThreadPool(this, "roboflow-send"));
        sender.start(pollInterval);
    }

    /** Stops the outbox after the routes, which may add messages while they stop, and before the endpoints that it uses. */
    private void stopAfterRoutes() {
        ContextEvents.at(CamelEvent.Type.RoutesStopped, camelContext, () -> {
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

    /** Sends the messages of earlier runs, even if no new one comes. Not in a program without an inbox. */
    public void sendWaiting() {
        boolean watches = camelContext.getRoutes().stream()
                .anyMatch(route -> route.getRoutePolicyList() != null
                        && route.getRoutePolicyList().stream().anyMatch(OutageRoutePolicy.class::isInstance));
        if (watches && database.isThere()) {
            use();
        }
    }
}
