package io.github.camelroboflow.delivery.source;

import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.Inference.Finding;
import io.github.camelroboflow.inference.support.ContractNames;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExtendedCamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the images that ended in done or failed since the start, for people. Each context has one. Thread-safe. It never throws:
 * the caller would move the image again, when another one may have its place.
 */
public final class ImageTally {

    private static final Logger LOG = LoggerFactory.getLogger(ImageTally.class);
    /** The number of classes that are counted; outputs of workflows may have any number. */
    private static final int MOST_CLASSES = 1000;
    private static final int MOST_FAILURES = 10;

    private final LongAdder done = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder empty = new LongAdder();
    private final Map<String, LongAdder> classes = new ConcurrentHashMap<>();
    private final Map<String, WatchCount> watches = new ConcurrentHashMap<>();
    private final Deque<Failure> failures = new ArrayDeque<>();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    /** The counts of one watched folder. */
    private static final class WatchCount {
        private final LongAdder done = new LongAdder();
        private final LongAdder failed = new LongAdder();
    }

    /** An image that failed. */
    public record Failure(Instant time, String image, String reason) {
    }

    /**
     * The counts at one moment.
     *
     * @param empty   the images in which nothing was found
     * @param classes the images in which each class was found, by its name
     * @param watches the images of each watched folder that ended, by its name; empty if there is only one
     */
    public record Counts(long done, long failed, long empty, Map<String, Long> classes, Map<String, Long> watches) {

        /** Returns the number of images that ended. */
        public long ended() {
            return done + failed;
        }

        /** Returns what was counted since earlier counts. */
        public Counts since(Counts earlier) {
            return new Counts(done - earlier.done, failed - earlier.failed, empty - earlier.empty, since(classes, earlier.classes),
                    since(watches, earlier.watches));
        }

        private static Map<String, Long> since(Map<String, Long> now, Map<String, Long> earlier) {
            Map<String, Long> later = new TreeMap<>(now);
            later.replaceAll((name, count) -> count - earlier.getOrDefault(name, 0L));
            later.values().removeIf(count -> count == 0);
            return later;
        }
    }

    ImageTally() {
    }

    /** Returns the tally of a context. */
    public static synchronized ImageTally of(CamelContext context) {
        ExtendedCamelContext extended = context.getCamelContextExtension();
        ImageTally known = extended.getContextPlugin(ImageTally.class);
        if (known == null) {
            known = new ImageTally();
            extended.addContextPlugin(ImageTally.class, known);
        }
        return known;
    }

    /** Receives what is counted, on the threads that process images. */
    public interface Listener {

        /**
         * @param exchange has the result
         * @param stored   the image where it is now
         */
        void done(Exchange exchange, String image, StoredImage stored);

        /** @param file the image's file in failed; {@code null} if it is in a bucket */
        void failed(Failure failure, Path file);
    }

    /** An image that is done, for a person who looks at it later. */
    @FunctionalInterface
    public interface StoredImage {

        /**
         * Reads the image.
         *
         * @throws IOException with a sentence for a person, if it is gone or can't be read
         */
        ImageSource open() throws IOException;

        /** @param file the image's file in done */
        static StoredImage of(String name, Path file) {
            return () -> {
                if (!Files.isRegularFile(file)) {
                    throw new FileNotFoundException("The image was moved away.");
                }
                return ImageSource.of(name, file);
            };
        }
    }

    public void add(Listener listener) {
        listeners.add(listener);
    }

    private void tell(Consumer<Listener> news) {
        for (Listener listener : listeners) {
            try {
                news.accept(listener);
            } catch (RuntimeException | Error e) {
                LOG.debug("A listener failed", e);
            }
        }
    }

    /**
     * Counts an image that is done, with the classes of its last result.
     *
     * @param watch  the name of the watched folder; empty if there is only one
     * @param stored the image where it is now
     */
    public void done(Exchange exchange, String watch, String image, StoredImage stored) {
        try {
            if (exchange.getProperty(ContractNames.INFERENCE) instanceof Inference inference) {
                count(inference.findings());
            }
        } catch (RuntimeException | Error e) {
            LOG.debug("The classes of an image were not counted", e);
        }
        done.increment();
        if (!watch.isEmpty()) {
            count(watch).done.increment();
        }
        tell(listener -> listener.done(exchange, image, stored));
    }

    private WatchCount count(String watch) {
        return watches.computeIfAbsent(watch, name -> new WatchCount());
    }

    private void count(List<? extends Finding> findings) {
        Set<String> names = new HashSet<>();
        for (Finding finding : findings) {
            names.add(finding.className());
        }
        if (names.isEmpty()) {
            empty.increment();
        }
        for (String name : names) {
            LongAdder count = classes.get(name);
            if (count != null) {
                count.increment();
            } else if (classes.size() < MOST_CLASSES) {
                classes.computeIfAbsent(name, key -> new LongAdder()).increment();
            }
        }
    }

    /**
     * Counts an image that failed.
     *
     * @param watch the name of the watched folder; empty if there is only one
     * @param file  the image's file in failed; {@code null} if it is in a bucket
     */
    public void failed(String watch, String image, String reason, Path file) {
        try {
            Failure failure = new Failure(Instant.now(), image, reason);
            failed.increment();
            if (!watch.isEmpty()) {
                count(watch).failed.increment();
            }
            synchronized (failures) {
                if (failures.size() == MOST_FAILURES) {
                    failures.removeFirst();
                }
                failures.addLast(failure);
            }
            tell(listener -> listener.failed(failure, file));
        } catch (RuntimeException | Error e) {
            LOG.debug("An image was not counted", e);
        }
    }

    /** Returns the number of images that ended so far; cheaper than all counts. */
    public long ended() {
        return done.sum() + failed.sum();
    }

    public Counts counts() {
        Map<String, Long> byClass = new TreeMap<>();
        classes.forEach((name, count) -> byClass.put(name, count.sum()));
        Map<String, Long> byWatch = new TreeMap<>();
        watches.forEach((name, count) -> byWatch.put(name, count.done.sum() + count.failed.sum()));
        return new Counts(done.sum(), failed.sum(), empty.sum(), byClass, byWatch);
    }

    /** Returns the images of a watched folder that are done. */
    public long done(String watch) {
        return count(watch).done.sum();
    }

    /** Returns the images of a watched folder that failed. */
    public long failed(String watch) {
        return count(watch).failed.sum();
    }

    /** Returns the last failures, the latest last. */
    public List<Failure> lastFailures() {
        synchronized (failures) {
            return List.copyOf(failures);
        }
    }
}
