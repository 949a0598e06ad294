package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.Attempts;
import io.github.camelroboflow.delivery.Deliveries;
import io.github.camelroboflow.delivery.FailureReport;
import io.github.camelroboflow.delivery.Failures;
import io.github.camelroboflow.delivery.ImageNames;
import io.github.camelroboflow.delivery.RouteEvents;
import io.github.camelroboflow.delivery.outbox.Upkeep;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of a bucket that images come to. Keeps the promise about delivery for its objects as the inbox strategy does for files:
 * an object stays in the bucket until its image is done or has failed, and only that very object is then moved, tagged or
 * remembered. {@link ListObjects} finds its objects, {@link NotedObjects} reads of them in events, {@link TakeObject} takes them.
 * Nothing is opened before one of them needs it.
 */
public final class BucketInbox extends ServiceSupport implements CamelContextAware {

    private static final Logger LOG = LoggerFactory.getLogger(BucketInbox.class);
    private static final long MEGABYTE = 1_000_000;
    private static final Duration FIRST_UPKEEP = Duration.ofSeconds(5);
    private static final Duration UPKEEP = Duration.ofHours(1);

    /** The last step with an object. */
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    private record Unfinished(TakenObject image, Step step) {
    }

    private final BucketSettings settings = new BucketSettings();
    private final Queue<Unfinished> stuck = new ConcurrentLinkedQueue<>();
    private final InFlight inFlight = new InFlight();
    private CamelContext camelContext;
    private ImageNames names = new ImageNames();
    private S3Connection connection;
    private BucketMemory memory;
    private int maxAttempts = 3;
    private Bucket bucket;
    private AfterReading after;
    private Attempts attempts;
    private WorkFiles files;
    private Upkeep upkeep;

    /** The connection to S3. */
    public void setConnection(S3Connection connection) {
        this.connection = connection;
    }

    /** Where objects are remembered that are left in the bucket. */
    public void setMemory(BucketMemory memory) {
        this.memory = memory;
    }

    /** Which keys are those of images that are wanted. */
    public void setNames(ImageNames names) {
        this.names = names;
    }

    /** The bucket's name. */
    public void setBucket(String bucket) {
        settings.bucket = bucket.strip();
    }

    /** The prefix that images come to; empty for the whole bucket but {@code done} and {@code failed}. */
    public void setInbox(String inbox) {
        settings.inbox = BucketSettings.prefix(inbox);
    }

    /** The prefix that images are moved to when all their results are delivered. */
    public void setDone(String done) {
        settings.done = BucketSettings.prefix(done);
    }

    /** The prefix that reports about images end below that can't be processed, and, if images are moved, those images. */
    public void setFailed(String failed) {
        settings.failed = BucketSettings.prefix(failed);
    }

    /** What becomes of an object that is finished: {@code move}, {@code tag} or {@code leave}. */
    public void setAfter(String after) {
        settings.afterText = after;
    }

    /** In bytes, or with a unit: {@code 300MB}. Larger objects fail without being read. */
    public void setMaxSize(String maxSize) {
        settings.maxSizeText = maxSize;
    }

    /** @throws IllegalArgumentException if {@link #setMaxSize} would be given no size */
    public static void checkMaxSize(String maxSize) {
        BucketSettings.bytes(maxSize);
    }

    /** The folder that images are in while they are worked on. */
    public void setWork(String work) {
        settings.work = Path.of(work);
    }

    /** How often an image is tried whose failure may be its own. A damaged image is tried once. */
    public void setMaxAttempts(int maxAttempts) {
        this.maxAttempts = maxAttempts;
    }

    /** What is asked of the bucket, once the inbox is open. */
    Bucket bucket() throws IOException {
        open();
        return bucket;
    }

    AfterReading after() throws IOException {
        open();
        return after;
    }

    InFlight inFlight() {
        return inFlight;
    }

    String prefix() {
        return settings.inbox;
    }

    boolean isMoving() {
        return settings.after == BucketSettings.After.MOVE;
    }

    String failedPrefix() {
        return settings.failed;
    }

    private synchronized void open() throws IOException {
        if (files == null) {
            Bucket opened = new Bucket(connection, settings.bucket);
            FailedPrefix failed = new FailedPrefix(opened, settings.failed);
            WorkFiles work = new WorkFiles(settings.work);
            try {
                work.open();
            } catch (IOException e) {
                throw new BucketException("images can't be worked on in " + settings.work + ": " + e.getMessage()
                        + "; check the folder's permissions", e);
            }
            after = switch (settings.after) {
                case MOVE -> new MoveAfter(opened, settings.done, failed);
                case TAG -> new TagAfter(opened, settings.inbox, failed, memory);
                case LEAVE -> new LeaveAfter(opened, settings.inbox, failed, memory);
            };
            attempts = new Attempts(maxAttempts);
            bucket = opened;
            files = work;
            if (!isMoving()) {
                upkeep = new Upkeep(camelContext, FIRST_UPKEEP, UPKEEP,
                        new ForgetGone(opened, settings.inbox, memory, isListed()));
            }
            Deliveries.watch(camelContext);
        }
    }

    @Override
    protected synchronized void doStop() throws Exception {
        if (upkeep != null) {
            upkeep.close();
            upkeep = null;
        }
        if (files != null) {
            WorkFiles work = files;
            files = null;
            work.close();
        }
        inFlight.forgetWaiting();
        connection.close();
    }

    /** The name of an image relative to the inbox; empty if the key is not of an image in it that is wanted. */
    Optional<String> name(String key) {
        if (!key.startsWith(settings.inbox) || key.endsWith("/") || settings.isOut(key)) {
            return Optional.empty();
        }
        return Optional.of(key.substring(settings.inbox.length())).filter(names::accept);
    }

    /**
     * Takes an object out of the bucket: its content is in a file then.
     *
     * @return empty if there is nothing to take: it is gone, replaced, finished, or worked on already, or too large and so failed
     * @throws IOException if it can't be read now, which is not its fault
     */
    Optional<TakenObject> take(BucketObject found, Exchange exchange) throws IOException {
        Optional<BucketObject> told = look(found);
        if (told.isEmpty() || !inFlight.take(told.get())) {
            return Optional.empty();
        }
        BucketObject object = told.get();
        Optional<TakenObject> taken = Optional.empty();
        try {
            if (!after.isFinished(object)) {
                taken = object.size() > settings.maxSize ? tooLarge(object, exchange) : download(object);
            }
        } finally {
            if (taken.isEmpty()) {
                inFlight.release(object);
            }
        }
        taken.ifPresent(image -> attempts.begun(object.identity()));
        return taken;
    }

    private Optional<BucketObject> look(BucketObject found) throws IOException {
        try {
            open();
            finishStuck();
            return found.isKnownInFull() ? Optional.of(found) : bucket.find(found.key());
        } catch (IOException | RuntimeException e) {
            inFlight.giveBack(found);
            throw e;
        }
    }

    private Optional<TakenObject> download(BucketObject object) throws IOException {
        Path file = files.next(object.key());
        String name = object.key().substring(settings.inbox.length());
        TakenObject taken = null;
        try {
            Optional<Bucket.Download> download = bucket.download(object, file);
            if (download.isPresent()) {
                Instant modified = download.get().modified();
                TakenObject.Place place = after.reserve(object, name, modified);
                taken = new TakenObject(object, name, place, file, download.get().facts(), modified);
            }
        } finally {
            if (taken == null) {
                Files.deleteIfExists(file);
            }
        }
        return Optional.ofNullable(taken);
    }

    private Optional<TakenObject> tooLarge(BucketObject object, Exchange exchange) throws IOException {
        String name = object.key().substring(settings.inbox.length());
        Throwable error = new InvalidImageException(String.format(Locale.ROOT,
                "%s is too large: it has %d MB, and s3.maxSize is %d MB", name, object.size() / MEGABYTE,
                settings.maxSize / MEGABYTE));
        TakenObject image = new TakenObject(object, name, new TakenObject.Place(name, false), null, null, Instant.now());
        giveUp(image, FailureReport.of(name, error, 1, exchange));
        return Optional.empty();
    }

    /** Finishes a taken object as its exchange's outcome wants it. */
    void end(TakenObject image, Exchange exchange) {
        String identity = image.object().identity();
        Throwable error = Failures.of(exchange);
        if (error == null) {
            attempts.succeeded(identity);
            finish(exchange, new Unfinished(image, () -> after.done(image)));
            return;
        }
        boolean giveUp = attempts.failed(identity, Failures.outage(error).isPresent());
        if (giveUp || Failures.isFinal(error)) {
            FailureReport report = FailureReport.of(image.name(), error, attempts.failures(identity), exchange);
            // what comes now is no failure of the exchange's any more
            exchange.setException(null);
            finish(exchange, new Unfinished(image, () -> giveUp(image, report)));
        } else {
            release(image);
        }
    }

    private void giveUp(TakenObject image, FailureReport report) throws IOException {
        String key = after.failed(image, report);
        attempts.forget(image.object().identity());
        LOG.warn("{} failed, the reason is in {}: {}", Printable.of(image.name()), Printable.of(key),
                Printable.of(report.error()));
    }

    private void finish(Exchange exchange, Unfinished unfinished) {
        try {
            unfinished.step.run();
            release(unfinished.image);
        } catch (IOException | RuntimeException e) {
            LOG.error("{} was processed, but its object can't be finished with: {}; no more images are taken until it can",
                    Printable.of(unfinished.image.name()), Failures.sentence(e));
            exchange.setException(e);
            stuck.add(unfinished);
        }
    }

    /** While an object can't be finished, others would fare no better. */
    synchronized void finishStuck() throws IOException {
        for (Unfinished unfinished = stuck.peek(); unfinished != null; unfinished = stuck.peek()) {
            unfinished.step.run();
            stuck.remove(unfinished);
            release(unfinished.image);
        }
    }

    private void release(TakenObject image) {
        after.release(image.place());
        try {
            Files.deleteIfExists(image.file());
        } catch (IOException e) {
            LOG.warn("{} can't be deleted: {}", image.file(), e.toString());
        }
        inFlight.release(image.object());
    }

    String bucketName() {
        return settings.bucket;
    }

    /** Whether a route looks for images in it. */
    public boolean isListed() {
        return camelContext.getEndpoints().stream().map(Endpoint::getEndpointBaseUri).anyMatch("scheduler://bucket"::equals);
    }

    /** Where its images are, {@code s3://images/inbox/}, for people and as a part of ids. */
    public String source() {
        return "s3://" + settings.bucket + "/" + settings.inbox;
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    /** Has it closed with the context, and what waits for a route forgotten when that stops, since its queue is purged then. */
    @Override
    public void setCamelContext(CamelContext camelContext) {
        if (this.camelContext == camelContext) {
            // the context sets it, too, when the service is added to it
            return;
        }
        this.camelContext = camelContext;
        try {
            camelContext.addService(this, true, true);
            camelContext.addStartupListener((context, alreadyStarted) -> settings.check());
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeException(e);
        }
        RouteEvents.at(CamelEvent.Type.RouteStopped, camelContext, inFlight::forgetWaiting);
    }
}
