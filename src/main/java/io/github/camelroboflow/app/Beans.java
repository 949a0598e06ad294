package io.github.camelroboflow.app;

import io.github.camelroboflow.app.batch.BatchRun;
import io.github.camelroboflow.app.batch.BatchSource;
import io.github.camelroboflow.app.batch.BucketSource;
import io.github.camelroboflow.app.batch.FolderSource;
import io.github.camelroboflow.app.settings.Settings.BatchSettings;
import io.github.camelroboflow.app.settings.Settings.ContainerSettings;
import io.github.camelroboflow.app.settings.Settings.Watch;
import io.github.camelroboflow.app.settings.Settings;
import io.github.camelroboflow.app.status.LiveLine;
import io.github.camelroboflow.component.InferenceMeters;
import io.github.camelroboflow.delivery.bucket.AnnouncedObjects;
import io.github.camelroboflow.delivery.bucket.BucketImages.BucketAddress;
import io.github.camelroboflow.delivery.bucket.BucketImages.Cloud;
import io.github.camelroboflow.delivery.bucket.BucketImages;
import io.github.camelroboflow.delivery.bucket.BucketInbox;
import io.github.camelroboflow.delivery.bucket.BucketMemory;
import io.github.camelroboflow.delivery.bucket.BucketReplay;
import io.github.camelroboflow.delivery.bucket.BucketSettings;
import io.github.camelroboflow.delivery.bucket.ListObjects;
import io.github.camelroboflow.delivery.bucket.NotifiedObjects;
import io.github.camelroboflow.delivery.bucket.QueuedEvents;
import io.github.camelroboflow.delivery.bucket.SharedObjects;
import io.github.camelroboflow.delivery.bucket.TakeObject;
import io.github.camelroboflow.delivery.bucket.azure.AzureConnection;
import io.github.camelroboflow.delivery.bucket.azure.AzureQueue;
import io.github.camelroboflow.delivery.bucket.azure.AzureStore;
import io.github.camelroboflow.delivery.bucket.client.ObjectStore;
import io.github.camelroboflow.delivery.bucket.s3.S3Connection;
import io.github.camelroboflow.delivery.bucket.s3.S3Store;
import io.github.camelroboflow.delivery.bucket.s3.SqsQueue;
import io.github.camelroboflow.delivery.database.DeliveryDatabase;
import io.github.camelroboflow.delivery.destination.BeginDelivery;
import io.github.camelroboflow.delivery.destination.ContainerAddress.ContainerComponent;
import io.github.camelroboflow.delivery.destination.ContainerAddress;
import io.github.camelroboflow.delivery.destination.DeduplicationRepository;
import io.github.camelroboflow.delivery.destination.EndDelivery.NoDestination;
import io.github.camelroboflow.delivery.destination.EndDelivery;
import io.github.camelroboflow.delivery.destination.KeyedSequencer;
import io.github.camelroboflow.delivery.destination.MailSender;
import io.github.camelroboflow.delivery.destination.MqttConnection;
import io.github.camelroboflow.delivery.destination.QueueAddress.QueueNames;
import io.github.camelroboflow.delivery.destination.QueueConnections;
import io.github.camelroboflow.delivery.folder.FolderReplay;
import io.github.camelroboflow.delivery.folder.InboxStrategy;
import io.github.camelroboflow.delivery.folder.SharedInbox;
import io.github.camelroboflow.delivery.outbox.DeliveryStep;
import io.github.camelroboflow.delivery.outbox.DestinationSender;
import io.github.camelroboflow.delivery.outbox.Outbox;
import io.github.camelroboflow.delivery.route.ContextEvents;
import io.github.camelroboflow.delivery.route.OneShotJob;
import io.github.camelroboflow.delivery.route.OutageRoutePolicy;
import io.github.camelroboflow.delivery.route.PollFailures.OutagePollStrategy;
import io.github.camelroboflow.delivery.scale.ClaimTable;
import io.github.camelroboflow.delivery.scale.ImageReference.Kind;
import io.github.camelroboflow.delivery.scale.dispatch.Dispatch;
import io.github.camelroboflow.delivery.scale.dispatch.ImageFinder.BucketFinder;
import io.github.camelroboflow.delivery.scale.dispatch.ImageFinder.EventFinder;
import io.github.camelroboflow.delivery.scale.dispatch.ImageFinder.FolderFinder;
import io.github.camelroboflow.delivery.scale.dispatch.ImageFinder.ObjectPlace;
import io.github.camelroboflow.delivery.scale.dispatch.ImageFinder;
import io.github.camelroboflow.delivery.scale.work.ReferenceComponent;
import io.github.camelroboflow.delivery.scale.work.ReferenceConsumer.TopicLag;
import io.github.camelroboflow.delivery.scale.work.ReferenceConsumer;
import io.github.camelroboflow.delivery.scale.work.ReferencedImages;
import io.github.camelroboflow.delivery.source.ImageNameFilter.ImageFileFilter;
import io.github.camelroboflow.delivery.source.ImageNameFilter;
import io.github.camelroboflow.inference.support.Backoff;
import jakarta.jms.ConnectionFactory;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Component;
import org.apache.camel.Processor;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.CamelContextHelper;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The beans that routes name. Each is created when the first route needs it: nothing connects and no database opens before. A bean
 * that the registry has already stays, and a bean in a file of routes replaces ours.
 */
final class Beans {

    private final CamelContext context;
    private final Settings settings;
    private final PrintStream out;
    private final Optional<LiveLine> live;
    private final Queue<Object> made = new ConcurrentLinkedQueue<>();

    /** @param live the line of the terminal; empty if there is none */
    Beans(CamelContext context, Settings settings, PrintStream out, Optional<LiveLine> live) {
        this.context = context;
        this.settings = settings;
        this.out = out;
        this.live = live;
    }

    /** Binds all beans. Call this before the routes are read. */
    void bind() {
        bindSources();
        bindBatch();
        bindBucket();
        bindContainer();
        bindDelivery();
        bindScale();
        bindConnections();
    }

    private void bindSources() {
        bind("inbox", () -> new InboxStrategy(settings.inbox()));
        settings.watches().forEach(watch -> bind("inbox-" + watch.name(), () -> new InboxStrategy(watch.folders(), watch.name())));
        bind("imageFiles", () -> new ImageFileFilter(settings.images()));
        bind("replay", () -> new FolderReplay(settings.folders().stream().map(Watch::folders).toList(),
                settings.outbox().refused()));
        bind("suspendWhileDown", () -> new OutageRoutePolicy(settings.outage().retryAfter(), settings.outage().maxRetryAfter()));
        bind("queueOutage", () -> new OutagePollStrategy(settings.sqs().queue()));
    }

    private void bindBatch() {
        bind("batch", this::batch);
        bind("batchThreads", () -> context.getExecutorServiceManager().newThreadPool(this, "batch", BatchRun.threads()));
        bind("batchImage", () -> (Processor) get("batch", BatchRun.class)::take);
        bind("batchEnd", () -> (Processor) get("batch", BatchRun.class)::finish);
    }

    private BatchRun batch() {
        BatchSettings batch = settings.batch();
        Backoff backoff = new Backoff(settings.outage().retryAfter(), settings.outage().maxRetryAfter());
        BatchSource source = BucketAddress.isMeant(batch.in()) ? new BucketSource(images(BucketAddress.of(batch.in())),
                batch.images(), backoff) : new FolderSource(batch.in(), batch.images());
        return new BatchRun(batch, source, backoff, out, live);
    }

    private BucketImages images(BucketAddress address) {
        BucketSettings limits = address.cloud() == Cloud.S3 ? settings.bucket() : settings.container().inbox();
        return new BucketImages(store(address.cloud(), address.bucket()), address, limits.work(), limits.maxSize());
    }

    private ObjectStore store(Cloud cloud, String bucket) {
        return switch (cloud) {
            case S3 -> new S3Store(new S3Connection(settings.s3()), bucket);
            case AZURE -> new AzureStore(new AzureConnection(settings.container().account()), bucket);
        };
    }

    private void bindBucket() {
        bind("bucketMemory", () -> new BucketMemory(get("deliveryDatabase", DeliveryDatabase.class)));
        bind("bucketStore", () -> store(Cloud.S3, settings.bucket().bucket()));
        bind("bucketInbox", () -> inbox(settings.bucket(), "bucketStore", settings.bucketImages()));
        bind("listObjects", () -> new ListObjects(get("bucketInbox", BucketInbox.class)));
        bind("notedObjects", () -> new NotifiedObjects(get("bucketInbox", BucketInbox.class)));
        bind("takeObject", () -> new TakeObject(get("bucketInbox", BucketInbox.class)));
        bind("replayBucket", () -> new BucketReplay(get("bucketInbox", BucketInbox.class)));
    }

    private void bindContainer() {
        ContainerSettings container = settings.container();
        bind("containerStore", () -> store(Cloud.AZURE, container.inbox().bucket()));
        bind("containerInbox", () -> inbox(container.inbox(), "containerStore", container.images()));
        bind("listBlobs", () -> new ListObjects(get("containerInbox", BucketInbox.class)));
        bind("takeBlob", () -> new TakeObject(get("containerInbox", BucketInbox.class)));
        bind("replayContainer", () -> new BucketReplay(get("containerInbox", BucketInbox.class)));
        bind("containerEvents", () -> new QueuedEvents(eventQueue(), get("containerInbox", BucketInbox.class)));
        bind("receiveEvents", () -> (Processor) get("containerEvents", QueuedEvents.class)::receive);
        bind("openEvent", () -> (Processor) get("containerEvents", QueuedEvents.class)::open);
    }

    private AzureQueue eventQueue() {
        ContainerSettings container = settings.container();
        return new AzureQueue(new AzureConnection(container.account()), container.queue(), container.hiddenFor());
    }

    private BucketInbox inbox(BucketSettings bucket, String store, ImageNameFilter images) {
        return new BucketInbox(bucket, get(store, ObjectStore.class), images, get("bucketMemory", BucketMemory.class));
    }

    private void bindDelivery() {
        bind("deliveryDatabase", () -> new DeliveryDatabase(settings.database()));
        bind("outbox", () -> observed(new Outbox(get("deliveryDatabase", DeliveryDatabase.class), settings.outbox())));
        bind("deliver", DeliveryStep::new);
        bind("enqueue", () -> {
            DeliveryStep enqueue = new DeliveryStep();
            enqueue.setAlways(true);
            return enqueue;
        });
        bind("dedupe", () -> new DeduplicationRepository(get("deliveryDatabase", DeliveryDatabase.class),
                settings.deduplication()));
        bind("inTurn", () -> new KeyedSequencer(get("dedupe", IdempotentRepository.class)));
        bind("beginDelivery", BeginDelivery::new);
        bind("unclaimed", NoDestination::new);
        bind("endDelivery", () -> new EndDelivery(settings.inbox().durability()));
    }

    private void bindScale() {
        bind("claims", () -> new ClaimTable(get("deliveryDatabase", DeliveryDatabase.class), settings.scale().topic()));
        bind("dispatch", () -> new Dispatch(get("claims", ClaimTable.class), finder(), settings.scale().dispatch()));
        bind("sharedObjects", () -> new SharedObjects(get("bucketInbox", BucketInbox.class), settings.bucket()));
        bind("sharedBlobs", () -> new SharedObjects(get("containerInbox", BucketInbox.class), settings.container().inbox()));
        bind("references", () -> observed(new ReferenceComponent(settings.scale().work(), () -> get("claims", ClaimTable.class),
                () -> new ReferencedImages(settings.inbox(), this::sharedObjects))));
        bind("dispatched", () -> (Processor) get("dispatch", Dispatch.class)::sent);
    }

    private ImageFinder finder() {
        return switch (settings.scale().source()) {
            case FOLDER -> new FolderFinder(settings.inbox().inbox(), new SharedInbox(settings.inbox(), settings.images()));
            case BUCKET -> new BucketFinder(bucket());
            case BUCKET_EVENTS -> new EventFinder(bucket(), new AnnouncedObjects(new SqsQueue(settings.sqs()), bucket().inbox()));
            case CONTAINER -> new BucketFinder(container());
            case CONTAINER_EVENTS -> new EventFinder(container(), new AnnouncedObjects(eventQueue(), container().inbox()));
        };
    }

    private ObjectPlace bucket() {
        return new ObjectPlace(settings.scale().topic(), Kind.S3, settings.bucket(), get("bucketInbox", BucketInbox.class));
    }

    private ObjectPlace container() {
        return new ObjectPlace(settings.scale().topic(), Kind.AZURE, settings.container().inbox(),
                get("containerInbox", BucketInbox.class));
    }

    private SharedObjects sharedObjects(Kind kind) {
        return get(kind == Kind.AZURE ? "sharedBlobs" : "sharedObjects", SharedObjects.class);
    }

    private ReferenceComponent observed(ReferenceComponent references) {
        ContextEvents.closedWith(context, InferenceMeters.gauge(context, "topic.waiting", "images",
                "Images in the partitions of this worker that it has not taken yet",
                () -> ReferenceConsumer.lags(context).stream().mapToLong(TopicLag::waiting).sum()));
        ContextEvents.closedWith(context, InferenceMeters.gauge(context, "topic.oldest", "seconds",
                "Age of the oldest image of this worker that is not finished",
                () -> ReferenceConsumer.lags(context).stream().mapToLong(lag -> lag.oldest().toMillis()).max().orElse(0) / 1000.0));
        return references;
    }

    private Outbox observed(Outbox outbox) {
        ContextEvents.closedWith(context, InferenceMeters.gauge(context, "outbox.messages", "messages",
                "Results in the outbox", () -> outbox.waiting().orElse(0)));
        ContextEvents.closedWith(context, InferenceMeters.gauge(context, "outbox.oldest", "seconds",
                "Age of the oldest result in the outbox", () -> outbox.oldest().map(Duration::toMillis).orElse(0L) / 1000.0));
        return outbox;
    }

    /** Binds the beans that addresses in the outbox name, so that its messages are sent whichever route runs. */
    private void bindConnections() {
        bind("queueConnections", ConnectionFactory.class,
                () -> ContextEvents.closedWith(context, new QueueConnections(settings.queue())));
        bind("queueNames", QueueNames::new);
        bind(ContainerAddress.COMPONENT, Component.class,
                () -> new ContainerComponent(new AzureConnection(settings.container().account())));
        bind("mailDestination", DestinationSender.class, () -> new MailSender(settings.mail()));
        bind("mqttDestination", DestinationSender.class,
                () -> ContextEvents.closedWith(context, new MqttConnection(settings.mqtt())));
        bind("s3Client", S3Client.class, () -> ContextEvents.closedWith(context, new S3Connection(settings.s3())).client());
    }

    /** Returns the exit code of the routes that end by themselves. */
    int exitCode() {
        return Stream.concat(made.stream(), context.getRegistry().findByType(OneShotJob.class).stream())
                .filter(OneShotJob.class::isInstance).mapToInt(job -> ((OneShotJob) job).exitCode()).max().orElse(0);
    }

    private <T> T get(String name, Class<T> type) {
        return CamelContextHelper.mandatoryLookup(context, name, type);
    }

    /** Binds a bean that is found by its name but not by its type, because a search by type would create it. */
    private void bind(String name, Supplier<?> bean) {
        bind(name, Object.class, bean);
    }

    private void bind(String name, Class<?> type, Supplier<?> bean) {
        if (context.getRegistry().lookupByName(name) == null) {
            Supplier<Object> made = () -> make(bean);
            context.getRegistry().bind(name, type, made);
        }
    }

    private Object make(Supplier<?> bean) {
        Object created = bean.get();
        CamelContextAware.trySetCamelContext(created, context);
        made.add(created);
        return created;
    }
}
