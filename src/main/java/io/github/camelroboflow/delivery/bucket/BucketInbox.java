package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.Attempts;
import io.github.camelroboflow.delivery.Deliveries;
import io.github.camelroboflow.delivery.ImageNames;
import io.github.camelroboflow.delivery.RouteEvents;
import io.github.camelroboflow.delivery.outbox.Upkeep;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
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
    private static final Duration FIRST_UPKEEP = Duration.ofSeconds(5);
    private static final Duration UPKEEP = Duration.ofHours(1);

    private final BucketSettings settings = new BucketSettings();
    private final InFlight inFlight = new InFlight();
    private CamelContext camelContext;
    private ImageNames names = new ImageNames();
    private S3Connection connection;
    private BucketMemory memory;
    private int maxAttempts = 3;
    private Bucket bucket;
    private AfterReading after;
    private Finishing finishing;
    private Taking taking;
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
            after = switch (settings.after) {
                case MOVE -> new MoveAfter(opened, settings.inbox, settings.done, failed);
                case TAG -> new TagAfter(opened, settings.inbox, failed, memory);
                case LEAVE -> new LeaveAfter(opened, settings.inbox, failed, memory);
            };
            // no image is worked on whose object could not be finished then
            opened.some(settings.inbox, null, 1);
            after.probe(false);
            WorkFiles work = new WorkFiles(settings.work);
            try {
                work.open();
            } catch (IOException e) {
                throw new BucketException("images can't be worked on in " + settings.work + ": " + e.getMessage()
                        + "; check the folder's permissions", e);
            }
            Attempts attempts = new Attempts(maxAttempts);
            OutageProbe probe = new OutageProbe(opened, settings.inbox, isMoving() ? settings.done : null, after);
            finishing = new Finishing(after, inFlight, attempts, probe);
            taking = new Taking(opened, settings, this::isWanted, after, work, inFlight, attempts, finishing, probe);
            bucket = opened;
            files = work;
            if (!isMoving()) {
                upkeep = new Upkeep(camelContext, FIRST_UPKEEP, UPKEEP,
                        new ForgetGone(opened, settings.inbox, memory, isListed()));
            }
            Deliveries.watch(camelContext);
        }
    }

    /** @throws IllegalArgumentException if the settings make no sense, or ask for tags of a server that has none */
    private void check() {
        settings.check();
        if (settings.after == BucketSettings.After.TAG) {
            try {
                new Bucket(connection, settings.bucket).trial().tag(settings.inbox);
            } catch (BucketException e) {
                if (e.isOfTheServersKind()) {
                    throw new IllegalArgumentException("s3.after=tag can't be used: " + e.getMessage(), e);
                }
                LOG.debug("which the route tells of", e);
            }
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

    private boolean isWanted(BucketObject object) {
        return name(object.key()).isPresent();
    }

    /** As {@link Taking#take}. */
    Optional<TakenObject> take(BucketObject found, Exchange exchange) throws IOException, ObjectFailureException {
        try {
            open();
            finishStuck();
        } catch (IOException | RuntimeException e) {
            inFlight.giveBack(found);
            throw e;
        }
        return taking.take(found, exchange);
    }

    /** Whether an object that was found is to be left alone for a while. */
    boolean isPausing(BucketObject object) {
        return taking.isPausing(object);
    }

    /** Finishes a taken object as its exchange's outcome wants it. */
    void end(TakenObject image, Exchange exchange) {
        finishing.end(image, exchange);
    }

    /** @throws IOException if no object can be finished now */
    void finishStuck() throws IOException {
        finishing.finishStuck();
        if (!bucket.trial().isTidy()) {
            bucket.trial().tidy();
        }
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
            camelContext.addStartupListener((context, alreadyStarted) -> check());
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeException(e);
        }
        RouteEvents.at(CamelEvent.Type.RouteStopped, camelContext, inFlight::forgetWaiting);
    }
}
