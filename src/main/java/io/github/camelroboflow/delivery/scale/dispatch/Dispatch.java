package io.github.camelroboflow.delivery.scale.dispatch;

import io.github.camelroboflow.delivery.scale.ClaimTable;
import io.github.camelroboflow.delivery.scale.ClaimTable.Backlog;
import io.github.camelroboflow.delivery.scale.ImageReference;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.support.DefaultMessage;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A round of the dispatcher: finds images, claims them, and sets the body to the messages that are due; ends the route if there are
 * none. The broker's step follows, and then {@link #sent}. Every step can be repeated: a claim without a sent message stays due, a
 * file in {@code work} without a claim is found again, and a message that was sent twice has one claim.
 */
public final class Dispatch extends ServiceSupport implements Processor, CamelContextAware {

    private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);
    /** The header of a message that becomes the key of its record. */
    private static final String KEY = "kafka.KEY";
    private static final String CLAIMS = "CamelRoboflowClaims";

    /** The greatest number of messages of a round. */
    static final int ROUND = 500;
    /** The share of the bound below which images are taken again after a pause, so that a pause is not followed by many. */
    private static final double GO_ON_BELOW = 0.5;
    /** The time without a round after which another program may have dispatched, and may have been killed. */
    private static final Duration ABSENCE = Duration.ofSeconds(15);
    /** Much longer than the time in which a record that was sent twice is read again. */
    private static final Duration REMEMBER = Duration.ofHours(1);
    private static final Duration BETWEEN_CLEANUPS = Duration.ofMinutes(1);

    private final ClaimTable claims;
    private final ImageFinder finder;
    private final DispatchSettings settings;
    /** Images that were found and whose claims are not recorded, since the database was down. */
    private final List<ImageReference> found = new ArrayList<>();
    private CamelContext camelContext;
    private boolean pausing;
    private Time lastRound = Time.NEVER;
    private Time lastRecovery = Time.NEVER;
    private Time lastCleanup = Time.NEVER;

    /**
     * The settings of a dispatcher.
     *
     * @param backlog        the number of images without an outcome from which on no more are taken, about
     * @param sendAgainAfter the time after which an image without an outcome is sent again
     */
    public record DispatchSettings(int backlog, Duration sendAgainAfter) {
    }

    /** A time by {@link System#nanoTime()}. */
    private record Time(boolean isKnown, long nanos) {

        private static final Time NEVER = new Time(false, 0);

        static Time now() {
            return new Time(true, System.nanoTime());
        }

        boolean isOver(Duration duration) {
            return !isKnown || System.nanoTime() - nanos > duration.toNanos();
        }
    }

    public Dispatch(ClaimTable claims, ImageFinder finder, DispatchSettings settings) {
        this.claims = claims;
        this.finder = finder;
        this.settings = settings;
    }

    /** Returns the address of the source, for people. */
    public String source() {
        return finder.source();
    }

    /** Returns a sentence for each reason why the start would fail, as far as it is known without making anything. */
    public List<String> foreseenFailures() {
        return finder.foreseenFailures();
    }

    @Override
    public synchronized void process(Exchange exchange) throws IOException {
        recover();
        Backlog backlog = claims.backlog();
        int room = (int) (settings.backlog() - backlog.images());
        if (!isPausing(backlog)) {
            found.addAll(finder.find(exchange, Math.min(room, ROUND)));
        }
        claimFound();
        List<ImageReference> due = claims.due(ROUND);
        cleanUp();
        lastRound = Time.now();
        exchange.setProperty(Exchange.SCHEDULER_POLLED_MESSAGES, !due.isEmpty());
        exchange.setProperty(CLAIMS, due.stream().map(ImageReference::claim).toList());
        exchange.getMessage().setBody(due.stream().map(reference -> message(exchange, reference)).toList());
        if (due.isEmpty()) {
            exchange.setRouteStop(true);
        }
    }

    private static Message message(Exchange exchange, ImageReference reference) {
        Message message = new DefaultMessage(exchange.getContext());
        message.setHeader(KEY, reference.claim().toString());
        message.setBody(reference.json());
        return message;
    }

    /** Records that the broker has the messages of a round. A message without this record is sent again. */
    @SuppressWarnings("unchecked")
    public void sent(Exchange exchange) {
        claims.sent(exchange.getProperty(CLAIMS, List.class).stream().map(UUID.class::cast).toList(), settings.sendAgainAfter());
    }

    /** Claims images that this program or another one took and did not claim. */
    private void recover() throws IOException {
        if (!lastRound.isOver(ABSENCE) && !lastRecovery.isOver(settings.sendAgainAfter())) {
            return;
        }
        List<ImageReference> unclaimed = claims.claim(finder.unclaimed(claims));
        // they were among these
        found.clear();
        if (!unclaimed.isEmpty()) {
            LOG.info("Found {} that a program had taken and not sent", unclaimed.size() == 1 ? "an image"
                    : unclaimed.size() + " images");
        }
        lastRecovery = Time.now();
    }

    private boolean isPausing(Backlog backlog) {
        if (backlog.images() >= settings.backlog() && !pausing) {
            LOG.info("No more images are taken until fewer than {} wait for workers: {} wait (scale.backlog), the oldest for {} s",
                    (int) (settings.backlog() * GO_ON_BELOW), backlog.images(), backlog.oldest().toSeconds());
            pausing = true;
        } else if (pausing && backlog.images() < settings.backlog() * GO_ON_BELOW) {
            pausing = false;
        }
        return pausing;
    }

    private void claimFound() {
        claims.claim(found);
        finder.claimed(List.copyOf(found));
        found.clear();
    }

    private void cleanUp() {
        if (lastCleanup.isOver(BETWEEN_CLEANUPS)) {
            claims.forgetFinished(REMEMBER);
            lastCleanup = Time.now();
        }
    }

    @Override
    protected void doStop() {
        finder.close();
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    /** Adds this service to the context, so that it closes with it, and opens the source when the context starts. */
    @Override
    public void setCamelContext(CamelContext camelContext) {
        if (this.camelContext == camelContext) {
            // the context calls this again when the service is added
            return;
        }
        this.camelContext = camelContext;
        try {
            camelContext.addService(this, true, true);
            camelContext.addStartupListener((context, alreadyStarted) -> finder.open());
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeException(e);
        }
    }
}
