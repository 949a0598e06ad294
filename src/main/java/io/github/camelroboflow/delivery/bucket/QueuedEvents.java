package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.bucket.client.BucketException;
import io.github.camelroboflow.delivery.bucket.client.EventQueue;
import io.github.camelroboflow.delivery.bucket.client.ObjectEvents.InvalidNotificationException;
import io.github.camelroboflow.delivery.failure.FailureClassifier;
import io.github.camelroboflow.delivery.route.ContextEvents;
import io.github.camelroboflow.delivery.source.ImageExchange;
import io.github.camelroboflow.inference.support.MessageText;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.Synchronization;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Event notifications from a queue that Camel has no consumer for. {@link #receive} gets messages, {@link #open} begins with one.
 * From then on it stays hidden until its exchange has ended; it is deleted if that succeeded, and otherwise comes back. A message
 * whose turn comes too late has come back already, and is left alone.
 */
public final class QueuedEvents extends ServiceSupport implements CamelContextAware {

    private static final Logger LOG = LoggerFactory.getLogger(QueuedEvents.class);
    /** The number of messages that are held at a time. */
    private static final int MOST_HELD = 64;
    private static final int MOST_RECEIVED = 32;
    /** The extensions of a message within the time that it is hidden for. */
    private static final int EXTENSIONS = 3;

    private final EventQueue queue;
    private final NotifiedObjects objects;
    private final Map<String, Held> held = new ConcurrentHashMap<>();
    private CamelContext camelContext;
    private ScheduledExecutorService extensions;

    /** @param inbox the inbox that the notifications are about */
    public QueuedEvents(EventQueue queue, BucketInbox inbox) {
        this.queue = queue;
        this.objects = new NotifiedObjects(inbox, queue.refusal());
    }

    /** Sets the body to some messages. Tells Camel's scheduler if there are none. */
    public void receive(Exchange exchange) throws BucketException {
        int capacity = Math.min(MOST_RECEIVED, MOST_HELD - held.size());
        List<Held> received = capacity <= 0 ? List.of() : queue.receive(capacity, true).stream()
                .filter(message -> !isInWork(message)).map(Held::new).toList();
        received.forEach(message -> held.put(message.id(), message));
        exchange.setProperty(Exchange.SCHEDULER_POLLED_MESSAGES, !received.isEmpty());
        exchange.getMessage().setBody(received);
    }

    /** Returns whether a message came back whose image is in work; the exchange of that ends it. */
    private boolean isInWork(EventQueue.Message message) {
        Held known = held.get(message.id());
        return known != null && known.isBack(message);
    }

    /** Sets the body to the objects of the message in the body. The route ends here if there are none. */
    public void open(Exchange exchange) {
        Held message = (Held) exchange.getMessage().getBody();
        if (!message.begin()) {
            held.remove(message.id(), message);
            ImageExchange.endWithoutImage(exchange);
            return;
        }
        exchange.getExchangeExtension().addOnCompletion(message);
        exchange.getMessage().setHeader(NotifiedObjects.ID, message.id());
        exchange.getMessage().setBody(message.current.text());
        objects.process(exchange);
    }

    @Override
    protected void doStart() {
        extensions = camelContext.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "event-extensions");
        long pause = queue.hiddenFor().toMillis() / EXTENSIONS;
        extensions.scheduleWithFixedDelay(() -> held.values().forEach(Held::extend), pause, pause, TimeUnit.MILLISECONDS);
    }

    @Override
    protected void doStop() {
        camelContext.getExecutorServiceManager().shutdownNow(extensions);
        held.clear();
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    /** Adds this service to the context, and forgets the messages that wait for a route when the route stops. */
    @Override
    public void setCamelContext(CamelContext camelContext) {
        if (this.camelContext == camelContext) {
            return;
        }
        this.camelContext = camelContext;
        try {
            camelContext.addService(this, true, true);
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeException(e);
        }
        ContextEvents.at(CamelEvent.Type.RouteStopped, camelContext, () -> held.values().removeIf(message -> !message.begun));
    }

    /** A message that was received and has not ended. */
    private final class Held implements Synchronization {

        private final long due = System.nanoTime() + queue.hiddenFor().toNanos();
        private EventQueue.Message current;
        private volatile boolean begun;
        private boolean ended;

        Held(EventQueue.Message message) {
            this.current = message;
        }

        String id() {
            return current.id();
        }

        /** Begins with the message. Returns {@code false} if it has come back to the queue, or will soon. */
        synchronized boolean begin() {
            begun = due - System.nanoTime() > queue.hiddenFor().toNanos() / EXTENSIONS;
            return begun;
        }

        /** Replaces the receipt, which is not valid any more. Returns {@code false} if its exchange does not run. */
        synchronized boolean isBack(EventQueue.Message again) {
            boolean runs = begun && !ended;
            if (runs) {
                current = again;
            }
            return runs;
        }

        synchronized void extend() {
            if (begun && !ended) {
                try {
                    current = queue.extend(current);
                } catch (BucketException | RuntimeException e) {
                    LOG.debug("the message may come back too early", e);
                }
            }
        }

        @Override
        public synchronized void onComplete(Exchange exchange) {
            end(() -> queue.delete(List.of(current)));
        }

        @Override
        public synchronized void onFailure(Exchange exchange) {
            boolean invalid = FailureClassifier.failureOf(exchange) instanceof InvalidNotificationException;
            end(() -> {
                if (invalid) {
                    queue.refuse(current);
                }
            });
        }

        private void end(LastStep step) {
            ended = true;
            held.remove(id(), this);
            try {
                step.run();
            } catch (BucketException e) {
                LOG.warn("{}; it comes again", MessageText.printable(e.getMessage()));
            }
        }
    }

    /** The last step for a message. */
    @FunctionalInterface
    private interface LastStep {
        void run() throws BucketException;
    }
}
