package io.github.camelroboflow.app.batch;

import io.github.camelroboflow.app.batch.BatchIdentity.AnotherRunException;
import io.github.camelroboflow.app.batch.BatchSource.Listing;
import io.github.camelroboflow.app.batch.BatchSource.TakenImage;
import io.github.camelroboflow.app.settings.Settings.BatchSettings;
import io.github.camelroboflow.app.status.LiveLine;
import io.github.camelroboflow.delivery.disk.FileNames;
import io.github.camelroboflow.delivery.failure.FailureClassifier;
import io.github.camelroboflow.delivery.route.ContextEvents;
import io.github.camelroboflow.delivery.route.OneShotJob;
import io.github.camelroboflow.delivery.source.ImageExchange;
import io.github.camelroboflow.export.ClassCatalog;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.ModelPackageException;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.support.Backoff;
import io.github.camelroboflow.inference.support.ContractNames;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.StreamSupport;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.builder.ThreadPoolProfileBuilder;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of the route batch. The first finds the images that have no result yet, and gives them to Camel's splitter. For each of
 * them, {@link #take} makes the message and {@link #aggregate} records the outcome. At the end {@link #finish} writes the report
 * and the exports. The images are only read.
 */
public final class BatchRun implements OneShotJob, AggregationStrategy, CamelContextAware {

    /** The number of images in progress at a time, more than any number of workers needs. */
    private static final int MOST_IN_FLIGHT = 64;
    private static final int THREADS = 16;

    private static final Logger LOG = LoggerFactory.getLogger(BatchRun.class);
    private static final String IMAGE = "CamelRoboflowBatchImage";
    private static final String SHA256 = "CamelRoboflowBatchHash";

    private final BatchSettings settings;
    private final BatchSource source;
    private final Backoff backoff;
    private final PrintStream out;
    private final Optional<LiveLine> terminal;
    private volatile boolean incomplete;
    private volatile boolean misused;

    private CamelContext camelContext;
    private ResultFiles files;
    private BatchIdentity identity;
    private ClassCatalog classes;
    private ImageQueue queue;
    private BatchProgress progress;
    private long before;
    private long unreadable;
    private final BatchCounts counts = new BatchCounts();

    /**
     * @param source   the images
     * @param backoff  the pauses of an outage
     * @param out      for the table
     * @param terminal for the progress; empty where nobody looks at a terminal
     */
    public BatchRun(BatchSettings settings, BatchSource source, Backoff backoff, PrintStream out, Optional<LiveLine> terminal) {
        this.settings = settings;
        this.source = source;
        this.backoff = backoff;
        this.out = out;
        this.terminal = terminal;
    }

    /** Returns the threads that read images and wait for workers. */
    public static ThreadPoolProfile threads() {
        return new ThreadPoolProfileBuilder("batch").poolSize(THREADS).maxPoolSize(THREADS).maxQueueSize(2 * MOST_IN_FLIGHT)
                .rejectedPolicy(ThreadPoolRejectedPolicy.CallerRuns).build();
    }

    /** Finds the images that have no result yet; the body is an iterator of them. */
    @Override
    public void process(Exchange exchange) {
        incomplete = true;
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                close();
                OneShotJob.end(exchange.getContext());
            }
        });
        try {
            exchange.getMessage().setBody(begin(exchange.getContext()));
        } catch (IOException | UncheckedIOException e) {
            misused = e instanceof AnotherRunException;
            LOG.error("The batch can't begin: {}", FailureClassifier.describe(e));
            exchange.setRouteStop(true);
        }
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    /** Has the source checked at the start, so that a missing permission stops it. */
    @Override
    public void setCamelContext(CamelContext context) {
        if (camelContext == context) {
            return;
        }
        camelContext = context;
        try {
            context.addStartupListener((started, already) -> source.check());
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeException(e);
        }
    }

    private Iterator<BatchImage> begin(CamelContext context) throws IOException {
        Path folder = Path.of(settings.out()).toAbsolutePath().normalize();
        files = ResultFiles.open(folder);
        CountDownLatch stopping = new CountDownLatch(1);
        ContextEvents.at(CamelEvent.Type.CamelContextStopping, context, stopping::countDown);
        source.open(files.isResumed(), stopping);
        identity = new BatchIdentity(source.identity(), context);
        identity.check(folder);
        classes = new ClassCatalog(List.of());
        identity.models().forEach(classes::add);
        long total = total();
        Set<String> known = new HashSet<>();
        files.resume(line -> {
            ResultLine kept = kept(line);
            if (kept != null && known.add(kept.image())) {
                count(kept);
                return kept;
            }
            return null;
        });
        before = counts.ended();
        if (before > 0) {
            LOG.info("{} of {} images in {} have their results from an earlier run", before, total, address());
        }
        progress = new BatchProgress(terminal, total, before);
        Listing listing = source.list(this::unreadable);
        Iterator<BatchImage> left = StreamSupport.stream(((Iterable<BatchImage>) () -> listing).spliterator(), false)
                .filter(image -> !known.contains(image.name())).iterator();
        queue = new ImageQueue(left, MOST_IN_FLIGHT, backoff, context::isStopping);
        return queue;
    }

    private String address() {
        return MessageText.printable(source.address());
    }

    private long total() {
        Listing listing = source.list((path, e) -> { });
        long images = 0;
        while (listing.hasNext()) {
            listing.next();
            images++;
        }
        if (listing.others() > 0) {
            LOG.info(listing.others() == 1 ? "{} other file in {} is left out: its name is not that of an image (inbox.extensions)"
                    : "{} other files in {} are left out: their names are not those of images (inbox.extensions)",
                    listing.others(), address());
        }
        return images;
    }

    /** Returns a line of an earlier run whose image did not change since; {@code null} for others, which are run again. */
    private ResultLine kept(ResultLine line) {
        if (line.isFailure()) {
            return null;
        }
        try {
            Optional<BatchImage> now = source.current(line).filter(image -> image.size() == line.size());
            return now.isEmpty() || line.isOf(now.get()) ? now.map(image -> line).orElse(null) : sameBytes(line, now.get());
        } catch (IOException | InvalidImageException e) {
            LOG.debug("{} is run again", line.image(), e);
            return null;
        }
    }

    private ResultLine sameBytes(ResultLine line, BatchImage now) throws IOException {
        TakenImage taken = source.take(now);
        source.release(taken.image());
        return taken.sha256().equals(line.sha256()) ? line.keptAs(taken.image()) : null;
    }

    private void unreadable(Path path, IOException e) {
        unreadable++;
        LOG.warn("{} is left out: {}", MessageText.printable(path.toString()), FailureClassifier.describe(e));
    }

    private void count(ResultLine line) {
        counts.add(line);
        if (!line.isFailure()) {
            classes.add(line.result());
        }
    }

    /**
     * Makes the message of one image.
     *
     * @throws InvalidImageException if this image can't be read
     * @throws IOException           if none can
     */
    public void take(Exchange exchange) throws IOException {
        BatchImage listed = exchange.getMessage().getBody(BatchImage.class);
        if (listed == ImageQueue.NONE) {
            exchange.setRouteStop(true);
            return;
        }
        exchange.setProperty(IMAGE, listed);
        TakenImage taken = source.take(listed);
        BatchImage image = taken.image();
        exchange.setProperty(IMAGE, image);
        exchange.setProperty(SHA256, taken.sha256());
        ImageExchange.describe(exchange, source.id(), image.name(), image.version(),
                FileNames.withSuffix(FileNames.safe(image.name()), ".json"), image.file().toFile());
        exchange.getMessage().setBody(image.file().toFile());
    }

    /** Records the outcome of one image. Camel calls this for one after the other. */
    @Override
    public Exchange aggregate(Exchange first, Exchange exchange) {
        BatchImage image = exchange.getProperty(IMAGE, BatchImage.class);
        if (image != null) {
            source.release(image);
            record(image, exchange);
            progress.show(counts);
        }
        // one failure is not that of the batch, and the end of one image not its end
        exchange.setException(null);
        exchange.setRouteStop(false);
        exchange.getMessage().setBody(null);
        return first == null ? exchange : first;
    }

    private void record(BatchImage image, Exchange exchange) {
        Throwable failure = FailureClassifier.failureOf(exchange);
        Optional<Throwable> outage = failure == null ? Optional.empty() : FailureClassifier.outage(failure);
        if (outage.isPresent() && queue.hit(image, FailureClassifier.describe(failure), isLasting(outage.get()))) {
            LOG.debug("{} is tried again", image.name(), failure);
            return;
        }
        queue.finished();
        ResultLine line = line(image, exchange, failure);
        if (line.isFailure()) {
            LOG.warn("{} failed: {}", MessageText.printable(image.name()), line.error());
        }
        try {
            files.add(line);
            count(line);
        } catch (IOException e) {
            queue.end(FailureClassifier.describe(e));
        }
    }

    private static ResultLine line(BatchImage image, Exchange exchange, Throwable failure) {
        if (failure != null) {
            return ResultLine.failure(image, FailureClassifier.describe(failure));
        }
        return exchange.getProperty(ContractNames.INFERENCE) instanceof Inference result
                ? ResultLine.of(image, exchange.getProperty(SHA256, "", String.class), result)
                : ResultLine.failure(image, "the route has no step that runs a model on the image");
    }

    private static boolean isLasting(Throwable outage) {
        return outage instanceof RoboflowRejectedException || outage instanceof ModelPackageException
                || outage instanceof LinkageError;
    }

    /** Writes the report and the exports, and prints the table. */
    public void finish(Exchange exchange) {
        progress.end();
        Path folder = Path.of(settings.out());
        if (exchange.getContext().isStopping()) {
            out.println("Stopped: " + counts.ended() + " images of " + address() + " have their results in " + folder
                    + "; the same command goes on with the others");
            return;
        }
        Optional<String> unfinished = queue.unfinished();
        if (unfinished.isPresent()) {
            out.println("Ended early: " + unfinished.get() + ". " + counts.ended() + " images have their results in " + folder
                    + "; the same command goes on with the others");
            return;
        }
        double seconds = progress.seconds();
        try {
            files.force();
            write(folder);
            incomplete = counts.failed() + unreadable > 0;
        } catch (IOException | UncheckedIOException e) {
            LOG.error("The report and the exports are not written; the same command writes them: {}",
                    FailureClassifier.describe(e));
        }
        table(folder, seconds);
    }

    private void write(Path folder) throws IOException {
        BatchExports exports = new BatchExports(settings.exports(), folder, source.folder(), classes);
        BatchReport report = new BatchReport(folder, source, counts);
        files.forEach(line -> {
            if (!line.isFailure()) {
                exports.add(line.exported());
                report.add(line);
            }
        });
        exports.complete();
        report.complete();
    }

    private void table(Path folder, double seconds) {
        out.printf(Locale.ROOT, "%,d images of %s: %,d done%s, %,d failed%s, in %s, %.1f images/s%n", counts.ended(), address(),
                counts.done(), before == 0 ? "" : " (" + before + " before)", counts.failed(),
                unreadable == 0 ? "" : ", " + unreadable + " left out", BatchProgress.time(seconds),
                progress.rate(counts.ended(), seconds));
        counts.table().forEach(out::println);
        counts.failures().stream().limit(5).forEach(line -> out.println("failed: " + MessageText.printable(line.image()) + ": "
                + line.error()));
        out.println("Results: " + folder.resolve("results.jsonl") + ", results.csv, report.html");
    }

    private void close() {
        try {
            if (files != null) {
                files.close();
                source.close();
            }
        } catch (IOException e) {
            incomplete = true;
            LOG.error("The results are not complete; the same command goes on: {}", FailureClassifier.describe(e));
        }
    }

    @Override
    public int exitCode() {
        return misused ? 2 : incomplete ? 1 : 0;
    }
}
