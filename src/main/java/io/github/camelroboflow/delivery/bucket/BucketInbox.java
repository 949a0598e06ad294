package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.bucket.BucketMemory.GoneObjectCleanup;
import io.github.camelroboflow.delivery.bucket.CompletionStrategy.LeaveCompletion;
import io.github.camelroboflow.delivery.bucket.CompletionStrategy.TagCompletion;
import io.github.camelroboflow.delivery.bucket.TakeObject.ObjectFailureException;
import io.github.camelroboflow.delivery.bucket.client.Bucket;
import io.github.camelroboflow.delivery.bucket.client.BucketException;
import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.delivery.bucket.client.ObjectStore;
import io.github.camelroboflow.delivery.database.DatabaseMaintenance;
import io.github.camelroboflow.delivery.failure.AttemptCounter;
import io.github.camelroboflow.delivery.route.ContextEvents;
import io.github.camelroboflow.delivery.source.AcceptedDestinations;
import io.github.camelroboflow.delivery.source.ImageNameFilter;
import io.github.camelroboflow.delivery.source.ImageTally;
import io.github.camelroboflow.inference.ImageSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
 * The inbox in a bucket. It gives its objects the same delivery guarantee as the inbox strategy gives files: an object stays in the
 * bucket until its image is done or has failed, and only exactly that object is then moved, tagged or remembered.
 * {@link ListObjects} lists the objects, {@link NotifiedObjects} reads events about them, {@link TakeObject} takes them. The inbox
 * opens when one of them first needs it.
 */
public final class BucketInbox extends ServiceSupport implements CamelContextAware {

    private static final Logger LOG = LoggerFactory.getLogger(BucketInbox.class);
    /** The sources of the routes that list an inbox. */
    private static final Set<String> LISTINGS = Set.of("scheduler://bucket", "scheduler://container");
    private static final Duration FIRST_MAINTENANCE = Duration.ofSeconds(5);
    private static final Duration MAINTENANCE_INTERVAL = Duration.ofHours(1);

    private final BucketSettings settings;
    private final ObjectStore store;
    private final ImageNameFilter names;
    private final BucketMemory memory;
    private final InFlightObjects inFlight = new InFlightObjects();
    private CamelContext camelContext;
    private Bucket bucket;
    private CompletionStrategy completion;
    private ObjectFinisher finisher;
    private ObjectTaker taker;
    private WorkFiles files;
    private DatabaseMaintenance maintenance;

    /**
     * @param store  the bucket
     * @param names  which keys are those of images that are wanted
     * @param memory where objects are remembered that are left in the bucket
     */
    public BucketInbox(BucketSettings settings, ObjectStore store, ImageNameFilter names, BucketMemory memory) {
        this.settings = settings;
        this.store = store;
        this.names = names;
        this.memory = memory;
    }

    /**
     * Makes one whose images move to {@code done} or {@code failed}, for the Kamelets {@code roboflow-bucket-source} and
     * {@code roboflow-container-source}.
     */
    public static BucketInbox of(ObjectStore store, String inbox, String done, String failed, String extensions, String work,
            int maxAttempts, long maxSize) {
        BucketSettings settings = new BucketSettings(store.bucket(), inbox, done, failed, BucketSettings.After.MOVE, maxSize,
                Path.of(work), maxAttempts);
        settings.check(store);
        return new BucketInbox(settings, store, new ImageNameFilter(extensions, "", ""), new BucketMemory(null));
    }

    /** Opens the inbox and returns its bucket. */
    Bucket bucket() throws IOException {
        open();
        return bucket;
    }

    CompletionStrategy completion() throws IOException {
        open();
        return completion;
    }

    InFlightObjects inFlight() {
        return inFlight;
    }

    String prefix() {
        return settings.inbox();
    }

    boolean isMoving() {
        return settings.after() == BucketSettings.After.MOVE;
    }

    String failedPrefix() {
        return settings.failed();
    }

    private synchronized void open() throws IOException {
        if (files == null) {
            Bucket opened = new Bucket(store);
            FailedPrefix failed = new FailedPrefix(opened, settings.failed());
            completion = switch (settings.after()) {
                case MOVE -> new MoveCompletion(opened, settings.inbox(), settings.done(), failed);
                case TAG -> new TagCompletion(opened, settings.inbox(), failed, memory);
                case LEAVE -> new LeaveCompletion(opened, settings.inbox(), failed, memory);
            };
            // no image is worked on whose object could not be finished then
            opened.listFirst(settings.inbox(), null, 1);
            completion.probe(false);
            WorkFiles work = new WorkFiles(settings.work());
            try {
                work.open();
            } catch (IOException e) {
                throw new BucketException("images can't be worked on in " + settings.work() + ": " + e.getMessage()
                        + "; check the folder's permissions", e);
            }
            AttemptCounter attempts = new AttemptCounter(settings.maxAttempts());
            OutageProbe probe = new OutageProbe(opened, settings.inbox(), isMoving() ? settings.done() : null, completion);
            finisher = new ObjectFinisher(opened, completion, inFlight, attempts, probe, ImageTally.of(camelContext));
            taker = new ObjectTaker(opened, settings, this::isWanted, completion, work, inFlight, attempts, finisher, probe);
            bucket = opened;
            files = work;
            if (!isMoving()) {
                maintenance = new DatabaseMaintenance(camelContext, FIRST_MAINTENANCE, MAINTENANCE_INTERVAL,
                        new GoneObjectCleanup(opened, settings.inbox(), memory, isListed()));
            }
            AcceptedDestinations.watch(camelContext);
        }
    }

    /** Returns a lookup of the images, whether the inbox is open or not. */
    public ObjectLookup lookup() {
        Bucket looked = new Bucket(store);
        LeaveCompletion left = new LeaveCompletion(looked, settings.inbox(), new FailedPrefix(looked, settings.failed()), memory);
        return new ObjectLookup(store, settings, inFlight::contains, object -> left.unfinished(List.of(object)).isEmpty());
    }

    /** @throws IllegalArgumentException if the settings are invalid */
    public void checkSettings() {
        settings.check(store);
    }

    /** @throws IllegalArgumentException if the settings are invalid, or need tags of a server without tags */
    private void check() {
        checkSettings();
        if (settings.after() == BucketSettings.After.TAG) {
            try {
                new Bucket(store).probe().tag(settings.inbox());
            } catch (BucketException e) {
                if (e.isUnsupported()) {
                    throw new IllegalArgumentException(store.property("after") + "=tag can't be used: " + e.getMessage(), e);
                }
                LOG.debug("the route reports it", e);
            }
        }
    }

    @Override
    protected synchronized void doStop() throws Exception {
        if (maintenance != null) {
            maintenance.close();
            maintenance = null;
        }
        if (files != null) {
            WorkFiles work = files;
            files = null;
            work.close();
        }
        inFlight.forgetWaiting();
        store.close();
    }

    /** Returns the name of an image relative to the inbox. Empty if the key is not that of a wanted image in it. */
    Optional<String> name(String key) {
        if (!key.startsWith(settings.inbox()) || key.endsWith("/") || settings.isOut(key)) {
            return Optional.empty();
        }
        return Optional.of(key.substring(settings.inbox().length())).filter(names::accept);
    }

    private boolean isWanted(BucketObject object) {
        return name(object.key()).isPresent();
    }

    /** Does the same as {@link ObjectTaker#take}. */
    Optional<TakenObject> take(BucketObject found, Exchange exchange) throws IOException, ObjectFailureException {
        try {
            open();
            finishStuck();
        } catch (IOException | RuntimeException e) {
            inFlight.giveBack(found);
            throw e;
        }
        return taker.take(found, exchange);
    }

    /** Returns whether an object is in a pause before its next attempt. */
    boolean isPausing(BucketObject object) {
        return taker.isPausing(object);
    }

    /** Finishes a taken object according to the outcome of its exchange. */
    void end(TakenObject image, Exchange exchange) {
        finisher.end(image, exchange);
    }

    /** Reads a finished image where it is now. */
    ImageSource read(TakenObject image) throws IOException {
        return finisher.read(image);
    }

    /** @throws IOException if no object can be finished now */
    void finishStuck() throws IOException {
        finisher.finishStuck();
        if (!bucket.probe().isCleanedUp()) {
            bucket.probe().cleanUp();
        }
    }

    ObjectStore store() {
        return store;
    }

    /** Returns the number of objects that were listed and wait for the route. */
    public long waiting() {
        return inFlight.waiting();
    }

    /** Returns whether a route lists the inbox. */
    public boolean isListed() {
        return camelContext.getEndpoints().stream().map(Endpoint::getEndpointBaseUri).anyMatch(LISTINGS::contains);
    }

    /** Returns the address of its images, {@code s3://images/inbox/}, for people and as a part of ids. */
    public String source() {
        return store.address() + settings.inbox();
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    /**
     * Adds this service to the context, so that it closes with it. Forgets the objects that wait for a route when the route stops,
     * since its queue is purged then.
     */
    @Override
    public void setCamelContext(CamelContext camelContext) {
        if (this.camelContext == camelContext) {
            // the context calls this again when the service is added
            return;
        }
        this.camelContext = camelContext;
        try {
            camelContext.addService(this, true, true);
            camelContext.addStartupListener((context, alreadyStarted) -> check());
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeException(e);
        }
        ContextEvents.at(CamelEvent.Type.RouteStopped, camelContext, inFlight::forgetWaiting);
    }
}
