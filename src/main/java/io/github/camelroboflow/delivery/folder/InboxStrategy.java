package io.github.camelroboflow.delivery.folder;

import io.github.camelroboflow.delivery.disk.Disk.Durability;
import io.github.camelroboflow.delivery.disk.FileNames;
import io.github.camelroboflow.delivery.failure.FailureClassifier;
import io.github.camelroboflow.delivery.folder.FolderChecks.FolderAwayException;
import io.github.camelroboflow.delivery.route.Durations;
import io.github.camelroboflow.delivery.source.AcceptedDestinations;
import io.github.camelroboflow.delivery.source.ImageExchange;
import io.github.camelroboflow.delivery.source.ImageTally;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.StartupListener;
import org.apache.camel.SuspendableService;
import org.apache.camel.component.file.FileEndpoint;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileEndpoint;
import org.apache.camel.component.file.GenericFileOperations;
import org.apache.camel.component.file.GenericFileProcessStrategy;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process strategy that gives Camel's file consumer the delivery guarantee. This class is Camel's side of it: the endpoints,
 * the routes and the exchanges. {@link FolderImages} moves the images. Set it as the file endpoint's {@code processStrategy}, and
 * do not use the endpoint's own options {@code move}, {@code moveFailed}, {@code preMove}, {@code delete}, {@code noop},
 * {@code doneFileName} and {@code readLock} with it.
 */
public final class InboxStrategy extends ServiceSupport implements GenericFileProcessStrategy<File>, CamelContextAware {

    /** Begins the names of files in {@code work} that are on their way into the inbox; what a crash left of them is deleted. */
    public static final String TEMPORARY = ".incoming-";

    private static final Logger LOG = LoggerFactory.getLogger(InboxStrategy.class);

    private final InboxSettings settings;
    private final String watch;
    private CamelContext camelContext;
    private InboxEndpoints endpoints;
    private FolderImages images;
    private ScheduledExecutorService scheduler;
    /** The reason why the folders can't be used yet. */
    private volatile FolderAwayException away;

    /**
     * The settings of a watched folder.
     *
     * @param inbox        the folder that images come to: the same that the file endpoint watches
     * @param work         where images are while they are worked on: on the inbox's file system, and used by no other route or
     *                     process
     * @param done         where images go when all their results are delivered
     * @param failed       where images go that can't be processed, each with an {@code .error.json} beside it
     * @param doneFileName if not empty, an image is taken only when a file of this name is beside it: {@code ${file:name}.done}, or
     *                     with {@code ${file:name.noext}} for the name without its extension. It goes when the image is taken, and
     *                     comes back with it
     * @param unchangedFor how long a file must not have changed before it is taken for complete; 0 if files are always renamed into
     *                     the inbox
     * @param maxAttempts  how often an image is tried whose failure may be its own; a damaged image is tried once
     * @param durability   what may be lost if power is cut
     */
    public record InboxSettings(Path inbox, Path work, Path done, Path failed, String doneFileName, Duration unchangedFor,
            int maxAttempts, Durability durability) {
    }

    public InboxStrategy(InboxSettings settings) {
        this(settings, "");
    }

    /** @param watch the name of this folder among those that the program watches; empty for the only one */
    public InboxStrategy(InboxSettings settings, String watch) {
        this.settings = settings;
        this.watch = watch;
    }

    /** Returns the strategies of the folders that the routes of a context watch. */
    public static List<InboxStrategy> of(CamelContext context) {
        return context.getRoutes().stream().map(Route::getEndpoint).filter(FileEndpoint.class::isInstance)
                .map(endpoint -> ((FileEndpoint) endpoint).getProcessStrategy()).filter(InboxStrategy.class::isInstance)
                .map(InboxStrategy.class::cast).distinct().toList();
    }

    /** Returns the name that an image has among those of all watched folders. */
    public static String nameOf(String watch, String image) {
        return watch.isEmpty() ? image : watch + "/" + image;
    }

    /** Returns the name of this folder; empty for the only one. */
    public String watch() {
        return watch;
    }

    public InboxSettings settings() {
        return settings;
    }

    /**
     * Makes one of texts, for the Kamelet {@code roboflow-folder-source}.
     *
     * @param inbox the folder that images come to; an Object, since Camel takes a text of digits for a number
     * @param base the folder that holds {@code work}, {@code done} and {@code failed}, relative to the folder above the inbox
     */
    public static InboxStrategy of(Object inbox, String base, String unchangedFor, int maxAttempts, String durability) {
        Path watched = Path.of(inbox.toString());
        Path beside = watched.toAbsolutePath().normalize().resolveSibling(base).normalize();
        return new InboxStrategy(new InboxSettings(watched, beside.resolve("work"), beside.resolve("done"),
                beside.resolve("failed"), "", Durations.parse("unchangedFor", unchangedFor), maxAttempts,
                Durability.valueOf(durability.toUpperCase(Locale.ROOT))));
    }

    /** Returns a sentence for each reason why the start would fail, as far as it is known without making or moving anything. */
    public List<String> foreseenFailures() {
        try {
            DoneFiles.named(settings.doneFileName());
            if (endpoints != null) {
                endpoints.check();
            }
        } catch (IllegalArgumentException e) {
            return List.of(e.getMessage());
        }
        return FolderChecks.foreseen(absolute(settings.inbox()),
                List.of(absolute(settings.work()), absolute(settings.done()), absolute(settings.failed())));
    }

    @Override
    protected void doStart() throws Exception {
        if (!"UTF-8".equals(System.getProperty("sun.jnu.encoding"))) {
            LOG.warn("Files whose names are not plain ASCII stay in the inbox, since this system's character set is {}: start with"
                    + " LC_ALL=C.UTF-8", System.getProperty("sun.jnu.encoding"));
        }
        images = new FolderImages(settings, watch, ImageTally.of(camelContext));
        Optional.ofNullable(HealthCheckRegistry.get(camelContext)).ifPresent(checks -> checks.register(images.healthCheck()));
        try {
            images.open();
            begin();
        } catch (FolderAwayException e) {
            away = e;
        }
    }

    private void begin() {
        away = null;
        scheduler = camelContext.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "roboflow-inbox");
        scheduler.scheduleWithFixedDelay(images::runPeriodicTasks, 1, 1, TimeUnit.SECONDS);
    }

    /** Begins if the folders are there by now. */
    private synchronized void beginLater() {
        if (away == null || !isRunAllowed()) {
            return;
        }
        try {
            images.openAgain();
            begin();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns whether the folders have not been there since the start. */
    public boolean isWaiting() {
        return away != null;
    }

    @Override
    protected synchronized void doStop() throws Exception {
        if (scheduler != null) {
            camelContext.getExecutorServiceManager().shutdownGraceful(scheduler);
            scheduler = null;
        }
        if (images != null) {
            Optional.ofNullable(HealthCheckRegistry.get(camelContext)).ifPresent(checks -> checks.unregister(images.healthCheck()));
            images.close();
        }
    }

    @Override
    public void prepareOnStartup(GenericFileOperations<File> operations, GenericFileEndpoint<File> endpoint) {
        if (camelContext == null) {
            // a bean of a Kamelet
            setCamelContext(endpoint.getCamelContext());
        }
        // the folders are ready when this service has started
        startIfUsed();
        endpoints.prepare(endpoint, images, this::isWaiting);
        endpoints.waitFor(endpoint, away, this::beginLater);
    }

    @Override
    public boolean begin(GenericFileOperations<File> operations, GenericFileEndpoint<File> endpoint, Exchange exchange,
                         GenericFile<File> file) {
        Optional<TakenImage> taken = isSuspended(exchange) ? Optional.empty() : images.take(exchange, file);
        taken.ifPresent(image -> describe(exchange, file, image));
        return taken.isPresent();
    }

    private void describe(Exchange exchange, GenericFile<File> file, TakenImage image) {
        inWork(file, image).bindToExchange(exchange);
        ImageExchange.describe(exchange, "file:" + settings.inbox(), images.named(image), Long.toString(image.modified()),
                FileNames.withSuffix(FileNames.safe(nameOf(watch, image.name())), ".json"), image.work().toFile());
        if (!watch.isEmpty()) {
            exchange.getMessage().setHeader(ImageExchange.WATCH, watch);
        }
        exchange.getMessage().setHeader(Exchange.FILE_NAME_CONSUMED, image.original());
    }

    /**
     * Cleans up after an error that ended a poll of the inbox. Listed files that were not taken may be taken again. An image that
     * was taken but not given to the route counts as tried. Camel would never return to either.
     */
    public void pollFailed(GenericFileEndpoint<?> endpoint, Error error) {
        endpoint.getInProgressRepository().clear();
        if (images != null) {
            images.pollFailed(error);
        }
    }

    /** Returns whether the consumer is suspended. A poll in progress would otherwise continue with all the files that it listed. */
    private boolean isSuspended(Exchange exchange) {
        Route route = camelContext.getRoute(exchange.getFromRouteId());
        return route != null && route.getConsumer() instanceof SuspendableService consumer && consumer.isSuspended();
    }

    private static GenericFile<File> inWork(GenericFile<File> file, TakenImage image) {
        GenericFile<File> inWork = new GenericFile<>();
        file.copyFrom(file, inWork);
        inWork.setFile(image.work().toFile());
        inWork.setAbsolute(true);
        inWork.setAbsoluteFilePath(image.work().toString());
        inWork.setFileName(image.name());
        inWork.setFileNameOnly(image.name().substring(image.name().lastIndexOf('/') + 1));
        inWork.setRelativeFilePath(image.name());
        return inWork;
    }

    @Override
    public void abort(GenericFileOperations<File> operations, GenericFileEndpoint<File> endpoint, Exchange exchange,
                      GenericFile<File> file) {
        // the file was not taken, so it is still in the inbox
    }

    @Override
    public void commit(GenericFileOperations<File> operations, GenericFileEndpoint<File> endpoint, Exchange exchange,
                       GenericFile<File> file) {
        Throwable error = FailureClassifier.failureOf(exchange);
        if (error == null) {
            images.done(exchange, file.getFile().toPath());
        } else {
            // an error handler has handled the failure, but the image is not done
            images.failed(exchange, file.getFile().toPath(), error);
        }
    }

    @Override
    public void rollback(GenericFileOperations<File> operations, GenericFileEndpoint<File> endpoint, Exchange exchange,
                         GenericFile<File> file) {
        Throwable error = FailureClassifier.failureOf(exchange);
        images.failed(exchange, file.getFile().toPath(),
                error == null ? new IllegalStateException("the route was stopped by a rollback") : error);
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    /**
     * Makes the context start this service just before the consumers. The file consumer would hide a failed start behind a
     * NullPointerException.
     */
    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
        this.endpoints = new InboxEndpoints(camelContext, this);
        try {
            camelContext.addStartupListener(new StartupListener() {
                @Override
                public void onCamelContextStarting(CamelContext context, boolean alreadyStarted) {
                    startIfUsed();
                }

                @Override
                public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
                    startIfUsed();
                    endpoints.requirePolicy(away);
                }
            });
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeException(e);
        }
    }

    /** Starts this service if a route uses it; an unused bean creates no folders. */
    private void startIfUsed() {
        if (endpoints.adopt()) {
            start();
            AcceptedDestinations.watch(camelContext);
        }
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }
}
