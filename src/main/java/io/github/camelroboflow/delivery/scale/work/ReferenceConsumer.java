package io.github.camelroboflow.delivery.scale.work;

import io.github.camelroboflow.delivery.failure.FailureClassifier;
import io.github.camelroboflow.delivery.scale.ImageReference;
import io.github.camelroboflow.delivery.scale.ImageReference.InvalidReferenceException;
import io.github.camelroboflow.delivery.scale.work.ReferenceComponent.ReferenceEndpoint;
import io.github.camelroboflow.delivery.scale.work.ReferenceComponent.WorkSettings;
import io.github.camelroboflow.delivery.scale.work.TopicReader.Message;
import io.github.camelroboflow.delivery.source.AcceptedDestinations;
import io.github.camelroboflow.delivery.source.ImageTally;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.SuspendableService;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes references from a topic and gives their images to the route, a limited number at a time. While the route is suspended it
 * takes none, and keeps its partitions.
 */
public final class ReferenceConsumer extends DefaultConsumer
        implements Suspendable, SuspendableService, ShutdownAware, TopicReader.Taker, ReferenceJobs.Flow {

    private static final Logger LOG = LoggerFactory.getLogger(ReferenceConsumer.class);
    private static final Duration TICK = Duration.ofMillis(250);
    /** More than one, since the first may come while a policy is still resuming the route. */
    private static final int TELLS = 3;
    private static final Duration NO_THREAD = Duration.ofSeconds(1);
    private static final Duration END_OF_READING = Duration.ofSeconds(20);

    private final ReferenceEndpoint endpoint;
    private final Map<UUID, ReferenceJob> jobs = new ConcurrentHashMap<>();
    private final Queue<ReferenceJob> held = new ConcurrentLinkedQueue<>();
    private final AtomicLong done = new AtomicLong();
    /** How often the policies are still to hear that all is well after an outage. */
    private volatile int untold;
    private Semaphore room;
    private KafkaClients kafka;
    private ReferenceJobs work;
    private TopicReader reader;
    private ExecutorService readerThread;
    private ExecutorService threads;
    private ScheduledExecutorService timer;

    /**
     * The messages in the topic that wait for this worker.
     *
     * @param topic      its name
     * @param partitions the number of its partitions that this worker has
     * @param waiting    the number of references in these that were not taken yet, about
     * @param oldest     the age of the oldest reference that is not finished; zero if there is none
     */
    public record TopicLag(String topic, int partitions, long waiting, Duration oldest) {
    }

    ReferenceConsumer(ReferenceEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
    }

    /** Returns what waits in the topics of a context. */
    public static List<TopicLag> lags(CamelContext context) {
        return context.getRoutes().stream().map(Route::getConsumer).filter(ReferenceConsumer.class::isInstance)
                .map(consumer -> ((ReferenceConsumer) consumer).lag()).toList();
    }

    /** Returns what waits in the topic; nothing before the start. */
    private TopicLag lag() {
        TopicReader current = reader;
        TopicReader.Lag lag = current == null ? new TopicReader.Lag(0, 0, Duration.ZERO) : current.lag();
        return new TopicLag(endpoint.topic(), lag.partitions(), lag.waiting(), lag.oldest());
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        WorkSettings settings = endpoint.settings();
        AcceptedDestinations.watch(getEndpoint().getCamelContext());
        jobs.clear();
        held.clear();
        room = new Semaphore(settings.inFlight());
        kafka = new KafkaClients(getEndpoint().getCamelContext(), endpoint.topic(), settings);
        String worker = settings.workerId().isEmpty() ? UUID.randomUUID().toString() : settings.workerId();
        work = new ReferenceJobs(endpoint.claims(), endpoint.images(), kafka, worker, settings.maxAttempts(),
                ImageTally.of(getEndpoint().getCamelContext()), this);
        threads = executors().newFixedThreadPool(this, "work", settings.inFlight());
        timer = executors().newSingleThreadScheduledExecutor(this, "work-timer");
        timer.scheduleWithFixedDelay(this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
        reader = new TopicReader(endpoint.topic(), kafka::consumer, this);
        readerThread = executors().newSingleThreadExecutor(this, "references");
        readerThread.execute(reader);
    }

    private ExecutorServiceManager executors() {
        return getEndpoint().getCamelContext().getExecutorServiceManager();
    }

    /** Commits what is finished, and leaves the rest to other workers. */
    @Override
    protected void doStop() throws Exception {
        reader.stop();
        executors().shutdownGraceful(readerThread, END_OF_READING.toMillis());
        executors().shutdownNow(timer);
        executors().shutdownGraceful(threads);
        jobs.values().forEach(this::giveBack);
        kafka.close();
        super.doStop();
    }

    private void giveBack(ReferenceJob job) {
        try {
            work.giveBack(job, held.contains(job));
        } catch (RuntimeException e) {
            LOG.debug("another worker waits for the end of its lease", e);
        }
    }

    @Override
    protected void doResume() {
        held.forEach(job -> job.due = System.nanoTime());
    }

    @Override
    public boolean awaitRoom(long milliseconds) throws InterruptedException {
        if (isSuspendingOrSuspended()) {
            TimeUnit.MILLISECONDS.sleep(milliseconds);
            return false;
        }
        return room.tryAcquire(milliseconds, TimeUnit.MILLISECONDS);
    }

    @Override
    public void cancelRoom() {
        room.release();
    }

    /** Ends an outage of a worker that has no image by which it could end. */
    @Override
    public void readable() {
        if (untold > 0 && jobs.isEmpty() && !isSuspendingOrSuspended()) {
            untold--;
            tell(createExchange(false));
        }
    }

    @Override
    public void unreadable(KafkaException failure) {
        untold = TELLS;
        Exchange exchange = createExchange(false);
        exchange.setException(failure);
        tell(exchange);
    }

    @Override
    public void take(Message message) {
        ImageReference reference;
        try {
            reference = ImageReference.parse(message.text());
        } catch (InvalidReferenceException e) {
            ReferenceJob job = new ReferenceJob(null, message);
            threads.execute(() -> work.refuse(job, createExchange(false), e.getMessage()));
            return;
        }
        ReferenceJob mine = new ReferenceJob(reference, message);
        ReferenceJob job = jobs.compute(reference.claim(), (claim, known) -> {
            if (known != null) {
                known.add(message);
                return known;
            }
            return mine;
        });
        if (job == mine) {
            start(job);
        } else {
            // the image is worked on already
            room.release();
        }
    }

    private void start(ReferenceJob job) {
        try {
            threads.execute(() -> work.work(job, createExchange(false)));
        } catch (RuntimeException | Error e) {
            // otherwise nobody would return to the job
            LOG.warn("{} waits for a thread: {}", job.place(), e.toString());
            hold(job, NO_THREAD, false);
        }
    }

    @Override
    public void route(Exchange exchange, Runnable end) {
        getAsyncProcessor().process(exchange, synchronously -> end.run());
    }

    @Override
    public void tell(Exchange exchange) {
        if (getRoute().getRoutePolicyList() != null) {
            for (RoutePolicy policy : getRoute().getRoutePolicyList()) {
                policy.onExchangeDone(getRoute(), exchange);
            }
        }
    }

    @Override
    public long done() {
        return done.get();
    }

    @Override
    public void end(ReferenceJob job) {
        if (job.reference() != null) {
            // a message of the same image that comes now begins anew, and finds the outcome
            jobs.remove(job.claim(), job);
        }
        job.finished();
        done.incrementAndGet();
        room.release();
    }

    @Override
    public void hold(ReferenceJob job, Duration pause, boolean withoutRoom) {
        job.due = System.nanoTime() + pause.toNanos();
        job.withoutRoom = withoutRoom;
        if (withoutRoom) {
            room.release();
        } else {
            untold = TELLS;
        }
        held.add(job);
    }

    private void tick() {
        try {
            startDue();
            work.renewOld(jobs.values());
        } catch (RuntimeException | Error e) {
            // the next tick tries again; without a lease the result of a slow image is not delivered here
            LOG.debug("{}", FailureClassifier.describe(e), e);
        }
    }

    private void startDue() {
        for (ReferenceJob job : held) {
            if (isSuspendingOrSuspended() || System.nanoTime() - job.due < 0 || job.withoutRoom && !room.tryAcquire()) {
                continue;
            }
            held.remove(job);
            job.withoutRoom = false;
            start(job);
        }
    }

    @Override
    public boolean deferShutdown(ShutdownRunningTask task) {
        return false;
    }

    /** Returns the number of images in work; those that wait through an outage are left to others. */
    @Override
    public int getPendingExchangesSize() {
        return Math.max(0, jobs.size() - held.size());
    }

    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {
        // a suspended consumer takes nothing more
    }
}
