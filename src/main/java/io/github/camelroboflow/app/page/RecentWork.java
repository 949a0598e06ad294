package io.github.camelroboflow.app.page;

import io.github.camelroboflow.component.RoboflowConstants;
import io.github.camelroboflow.delivery.source.AcceptedDestinations;
import io.github.camelroboflow.delivery.source.ImageTally.Failure;
import io.github.camelroboflow.delivery.source.ImageTally.StoredImage;
import io.github.camelroboflow.delivery.source.ImageTally;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.support.ContractNames;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExtendedCamelContext;

/**
 * Remembers the last results and failures of a program, and its images by minute and destination. All of it is bounded, whatever
 * images come. Thread-safe.
 */
final class RecentWork implements ImageTally.Listener {

    /** The length of the history, in minutes. */
    static final int MINUTES = 60;

    private static final int MOST_FAILURES = 100;
    /** The number of classes of a minute, and of destinations, that are counted by name; messages may make addresses. */
    private static final int MOST_NAMES = 200;
    private static final String OTHERS = "others";

    private final Instant start = Instant.now();
    private final long startNanos = System.nanoTime();
    private final RecentResults recent = new RecentResults();
    private final Deque<FailedImage> failures = new ArrayDeque<>();
    private final Map<String, Long> destinations = new HashMap<>();
    private final Deque<Minute> minutes = new ArrayDeque<>();
    private final CountDownLatch first = new CountDownLatch(1);
    private long failed;

    /**
     * An image that was given up.
     *
     * @param number its number among the failures of this run, from 1
     * @param file   the image's file; {@code null} if it is in a bucket
     */
    record FailedImage(long number, Failure failure, Path file) {
    }

    /**
     * The images of one minute.
     *
     * @param age     the number of minutes ago; 0 for the current minute
     * @param classes the number of images with each class
     */
    record MinuteCounts(long age, long done, long failed, Map<String, Long> classes) {
    }

    /** The counts of a minute. */
    private static final class Minute {

        private final long number;
        private final Map<String, Long> classes = new HashMap<>();
        private long done;
        private long failed;

        Minute(long number) {
            this.number = number;
        }
    }

    /** Returns the recent work of a context, which is remembered from the first call on. */
    static synchronized RecentWork of(CamelContext context) {
        ExtendedCamelContext extended = context.getCamelContextExtension();
        RecentWork known = extended.getContextPlugin(RecentWork.class);
        if (known == null) {
            known = new RecentWork();
            extended.addContextPlugin(RecentWork.class, known);
            ImageTally.of(context).add(known);
        }
        return known;
    }

    @Override
    public void done(Exchange exchange, String image, StoredImage stored) {
        Inference inference = exchange.getProperty(ContractNames.INFERENCE, Inference.class);
        Map<String, Double> confidences = confidences(exchange, inference);
        List<String> accepted = AcceptedDestinations.of(exchange);
        synchronized (this) {
            Minute minute = minute();
            minute.done++;
            confidences.keySet().forEach(name -> count(minute.classes, name));
            accepted.forEach(address -> count(destinations, address));
        }
        if (inference != null) {
            recent.add(image, exchange.getProperty(ContractNames.SOURCE, "", String.class),
                    model(exchange), stored, inference, confidences, accepted, 0);
        }
        first.countDown();
    }

    private static String model(Exchange exchange) {
        return Objects.requireNonNullElse(exchange.getMessage().getHeader(ContractNames.MODEL_ID, String.class), "");
    }

    /** Adds a result of a request, whose image is kept in memory. */
    void served(Exchange exchange, String name, Inference inference, byte[] image) {
        Map<String, Double> confidences = new TreeMap<>(inference.confidences());
        synchronized (this) {
            confidences.keySet().forEach(className -> count(minute().classes, className));
        }
        recent.add(name, exchange.getFromEndpoint().getEndpointBaseUri(), model(exchange), () -> ImageSource.of(name, image),
                inference, confidences, List.of(), image.length);
        first.countDown();
    }

    /** Returns the best confidence of each class, from the header that has it, since a result with masks is slow to count. */
    private static Map<String, Double> confidences(Exchange exchange, Inference inference) {
        Map<String, Double> confidences = new TreeMap<>();
        if (exchange.getMessage().getHeader(RoboflowConstants.CONFIDENCES) instanceof Map<?, ?> known) {
            known.forEach((name, confidence) -> {
                if (confidence instanceof Double number) {
                    confidences.put(String.valueOf(name), number);
                }
            });
            return confidences;
        }
        return inference == null ? confidences : inference.confidences();
    }

    private static void count(Map<String, Long> counts, String name) {
        counts.merge(counts.containsKey(name) || counts.size() < MOST_NAMES ? name : OTHERS, 1L, Long::sum);
    }

    @Override
    public synchronized void failed(Failure failure, Path file) {
        minute().failed++;
        failures.addFirst(new FailedImage(++failed, failure, file));
        if (failures.size() > MOST_FAILURES) {
            failures.removeLast();
        }
        first.countDown();
    }

    /**
     * Waits until the first image is done or has failed.
     *
     * @param idle   how long it waits if no image is in work
     * @param latest how long it waits for one that is in work
     * @return whether there was one
     */
    boolean awaitFirst(Duration idle, Duration latest, IntSupplier inWork) throws InterruptedException {
        return first.await(idle.toMillis(), TimeUnit.MILLISECONDS)
                || inWork.getAsInt() > 0 && first.await(latest.toMillis(), TimeUnit.MILLISECONDS);
    }

    private long elapsedMinutes() {
        return (System.nanoTime() - startNanos) / 60_000_000_000L;
    }

    private Minute minute() {
        long now = elapsedMinutes();
        if (minutes.isEmpty() || minutes.getLast().number != now) {
            minutes.addLast(new Minute(now));
        }
        while (minutes.getFirst().number <= now - MINUTES) {
            minutes.removeFirst();
        }
        return minutes.getLast();
    }

    /** Returns the time at which the counts began. */
    Instant start() {
        return start;
    }

    /** Returns the number of results that each destination accepted, or that the outbox keeps for it, since the start. */
    synchronized Map<String, Long> destinations() {
        return new TreeMap<>(destinations);
    }

    /** Returns the minutes with images among the last {@value #MINUTES}, the oldest first. */
    synchronized List<MinuteCounts> history() {
        long now = elapsedMinutes();
        return minutes.stream().filter(minute -> minute.number > now - MINUTES).map(minute ->
                new MinuteCounts(now - minute.number, minute.done, minute.failed, Map.copyOf(minute.classes))).toList();
    }

    /** Returns the last failures of this run, the newest first. */
    synchronized List<FailedImage> failures() {
        return List.copyOf(failures);
    }

    /** Removes a failure from the list, since its image is tried again. */
    synchronized void forget(FailedImage failure) {
        failures.remove(failure);
    }

    /** Returns the last results. */
    RecentResults recent() {
        return recent;
    }
}
