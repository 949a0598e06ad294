package io.github.camelroboflow.delivery;

import io.github.camelroboflow.delivery.disk.Durability;
import io.github.camelroboflow.inference.Printable;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Endpoint;
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
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes Camel's file consumer keep the promise about delivery: an image is renamed into {@code work} before it is processed, and
 * from there into {@code done} or {@code failed}, or back into the inbox if something else than the image failed. The file
 * endpoint takes it as its {@code processStrategy}; the endpoint's own options {@code move}, {@code moveFailed}, {@code preMove},
 * {@code delete}, {@code noop}, {@code doneFileName} and {@code readLock} are not to be used then.
 */
public final class InboxStrategy extends ServiceSupport implements GenericFileProcessStrategy<File>, CamelContextAware {

    /** How long the others have precedence over an image that could not be moved. */
    private static final Duration UNMOVABLE_LEFT_OUT = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(InboxStrategy.class);

    /** What Java puts for the bytes of a name that it can't read; no file is found by such a name. */
    private static final char UNREADABLE = '\uFFFD';

    private final Map<Path, TakenImage> taken = new ConcurrentHashMap<>();
    private final Set<String> named = ConcurrentHashMap.newKeySet();
    /** The images that could not be moved into work, and when, in nanoseconds. */
    private final Map<Path, Long> unmovable = new ConcurrentHashMap<>();
    private final Queue<Move> stuck = new ConcurrentLinkedQueue<>();

    /** The image that was taken last, which its exchange may not have been begun with. */
    private volatile Begun begun;

    private record Begun(Exchange exchange, TakenImage image) {
    }

    /** The last move of an image, out of work. */
    @FunctionalInterface
    private interface Move {
        void run() throws IOException;
    }

    private CamelContext camelContext;
    private String inbox;
    private String work;
    private String done;
    private String failed;
    private String doneFileName;
    private String unchangedFor = "2s";
    private Folders folders;
    private SettledFiles settled;
    private Attempts attempts;
    private int maxAttempts = 3;
    private Durability durability = Durability.POWER;

    /** The folder that images come to: the same that the file endpoint watches. */
    public void setInbox(String inbox) {
        this.inbox = inbox;
    }

    /** Where images are while they are worked on. On the inbox's file system, and used by no other route or process. */
    public void setWork(String work) {
        this.work = work;
    }

    /** Where images go when all their results are delivered. */
    public void setDone(String done) {
        this.done = done;
    }

    /** Where images go that can't be processed, each with an {@code .error.json} beside it. */
    public void setFailed(String failed) {
        this.failed = failed;
    }

    /**
     * If set, an image is taken only when a file of this name is beside it: {@code ${file:name}.done}, or with
     * {@code ${file:name.noext}} for the name without its extension. It goes when the image is taken, and comes back with it.
     */
    public void setDoneFileName(String doneFileName) {
        this.doneFileName = doneFileName == null || doneFileName.isBlank() ? null : doneFileName.strip();
    }

    /** How long a file must not have changed before it is taken for complete; 0 if files are always renamed into the inbox. */
    public void setUnchangedFor(String unchangedFor) {
        this.unchangedFor = unchangedFor;
    }

    /** How often an image is tried whose failure may be its own. A damaged image is tried once. */
    public void setMaxAttempts(int maxAttempts) {
        this.maxAttempts = maxAttempts;
    }

    /** {@code power} or {@code process}: what may be lost if power is cut. */
    public void setDurability(String durability) {
        this.durability = Durability.parse(durability);
    }

    @Override
    protected void doStart() throws Exception {
        taken.clear();
        unmovable.clear();
        named.clear();
        if (!"UTF-8".equals(System.getProperty("sun.jnu.encoding"))) {
            LOG.warn("Files whose names are not plain ASCII stay in the inbox, since this system's character set is {}: start with"
                    + " LC_ALL=C.UTF-8", System.getProperty("sun.jnu.encoding"));
        }
        settled = new SettledFiles(Durations.parse("unchangedFor", unchangedFor));
        attempts = new Attempts(maxAttempts);
        folders = new Folders(Path.of(inbox), Path.of(work), Path.of(done), Path.of(failed), DoneFiles.named(doneFileName));
        folders.setDurability(durability);
        folders.open();
    }

    @Override
    protected void doStop() throws Exception {
        if (folders != null) {
            folders.close();
        }
    }

    @Override
    public void prepareOnStartup(GenericFileOperations<File> operations, GenericFileEndpoint<File> endpoint) {
        // the folders are ready once this service is started
        if (!(endpoint.getFilter() instanceof TakableFiles)) {
            endpoint.setFilter(new TakableFiles(endpoint.getFilter(), this::isTakable));
        }
    }

    private boolean isTakable(GenericFile<File> file) {
        return path(file).filter(path -> !isLeftOut(path) && isReady(path)).isPresent();
    }

    private boolean isLeftOut(Path path) {
        Long since = unmovable.get(path);
        return since != null && System.nanoTime() - since < UNMOVABLE_LEFT_OUT.toNanos();
    }

    @Override
    public boolean begin(GenericFileOperations<File> operations, GenericFileEndpoint<File> endpoint, Exchange exchange,
                         GenericFile<File> file) {
        if (isSuspended(exchange) || !finishStuck()) {
            return false;
        }
        Optional<TakenImage> image = path(file).filter(this::isReady).flatMap(this::take);
        if (image.isEmpty()) {
            return false;
        }
        taken.put(image.get().work(), image.get());
        begun = new Begun(exchange, image.get());
        attempts.begun(image.get().identity());
        inWork(file, image.get()).bindToExchange(exchange);
        Taken.describe(exchange, "file:" + inbox, image.get().original(), Long.toString(image.get().modified()),
                FileNames.withSuffix(FileNames.safe(image.get().name()), ".json"), image.get().work().toFile());
        exchange.getMessage().setHeader(Exchange.FILE_NAME_CONSUMED, image.get().original());
        return true;
    }

    /**
     * An error ended a look into the inbox half-way: what was listed and not taken may be taken again, and what was taken but not
     * given to the route counts as tried. Camel would never look at either again.
     */
    void pollFailed(GenericFileEndpoint<?> endpoint, Error error) {
        endpoint.getInProgressRepository().clear();
        Begun last = begun;
        begun = null;
        if (last != null && last.exchange.getUnitOfWork() == null && taken.containsKey(last.image.work())) {
            failed(last.exchange, last.image.work(), error);
        }
    }

    /** A poll that was under way when the consumer was suspended would otherwise go through all the files that it had listed. */
    private boolean isSuspended(Exchange exchange) {
        Route route = camelContext.getRoute(exchange.getFromRouteId());
        return route != null && route.getConsumer() instanceof SuspendableService consumer && consumer.isSuspended();
    }

    private Optional<Path> path(GenericFile<File> file) {
        try {
            return Optional.of(file.getFile().toPath());
        } catch (InvalidPathException e) {
            nameOnce(file.getAbsoluteFilePath(), "its name can't be written in this system's character set");
            return Optional.empty();
        }
    }

    private boolean isReady(Path path) {
        try {
            if (Files.isSymbolicLink(path)) {
                nameOnce(path.toString(), "it is a link");
                return false;
            }
            if (File.separatorChar != '\\' && path.toString().indexOf('\\') >= 0) {
                // Camel takes it for a folder on every system
                nameOnce(path.toString(), "its name holds a backslash: rename it");
                return false;
            }
            return folders.isAnnounced(path) && settled.isSettled(path);
        } catch (IOException e) {
            if (path.toString().indexOf(UNREADABLE) >= 0) {
                nameOnce(path.toString(), "its name is not of this system's character set");
            }
            LOG.debug("{} is gone", path, e);
            return false;
        }
    }

    private Optional<TakenImage> take(Path path) {
        try {
            Optional<TakenImage> image = folders.take(path);
            named.remove(path.toString());
            unmovable.remove(path);
            settled.forget(path);
            return image;
        } catch (IOException e) {
            unmovable.put(path, System.nanoTime());
            nameOnce(path.toString(), "it can't be moved to " + work + ": " + e);
            return Optional.empty();
        }
    }

    private void nameOnce(String path, String reason) {
        if (named.add(path)) {
            LOG.warn("{} stays in the inbox: {}", Printable.of(path), Printable.of(reason));
        }
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
        // it was not taken, so it is where it was
    }

    @Override
    public void commit(GenericFileOperations<File> operations, GenericFileEndpoint<File> endpoint, Exchange exchange,
                       GenericFile<File> file) {
        Throwable error = Failures.of(exchange);
        if (error != null) {
            // an error handler has dealt with it, but the image is not done
            failed(exchange, file.getFile().toPath(), error);
            return;
        }
        TakenImage image = taken.remove(file.getFile().toPath());
        attempts.succeeded(image.identity());
        finish(image.original() + " was processed", () -> folders.complete(image));
    }

    @Override
    public void rollback(GenericFileOperations<File> operations, GenericFileEndpoint<File> endpoint, Exchange exchange,
                         GenericFile<File> file) {
        Throwable error = Failures.of(exchange);
        failed(exchange, file.getFile().toPath(),
                error == null ? new IllegalStateException("the route was stopped by a rollback") : error);
    }

    private void failed(Exchange exchange, Path work, Throwable error) {
        TakenImage image = taken.remove(work);
        finish(image.original() + " failed", end(image, exchange, error));
    }

    private Move end(TakenImage image, Exchange exchange, Throwable error) {
        try {
            boolean giveUp = attempts.failed(image.identity(), Failures.outage(error).isPresent());
            if (giveUp || Failures.isFinal(error)) {
                FailureReport report = FailureReport.of(image.original(), error, attempts.failures(image.identity()), exchange);
                return () -> giveUp(image, report);
            }
        } catch (Error e) {
            LOG.warn("{} is tried again after {}", Printable.of(image.original()), e.toString());
        }
        return () -> folders.putBack(image);
    }

    private void finish(String what, Move move) {
        try {
            move.run();
            folders.putBackWaiting();
        } catch (IOException | RuntimeException | Error e) {
            LOG.error("{}, but can't be moved out of {}: {}; no more images are taken in until it can", Printable.of(what), work,
                    Printable.of(e.toString()));
            stuck.add(move);
        }
    }

    /** While an image can't leave work, others would fare no better. */
    private boolean finishStuck() {
        for (Move move = stuck.peek(); move != null; move = stuck.peek()) {
            try {
                move.run();
            } catch (IOException | RuntimeException | Error e) {
                LOG.debug("still stuck", e);
                return false;
            }
            stuck.remove(move);
        }
        return true;
    }

    private void giveUp(TakenImage image, FailureReport report) throws IOException {
        folders.fail(image, report);
        attempts.forget(image.identity());
        LOG.warn("{} failed, it is in {}: {}", Printable.of(image.original()), failed, report.error());
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    /**
     * Has the context start this just before the consumers: if the file consumer did it, it would hide what goes wrong behind a
     * NullPointerException of its own.
     */
    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
        try {
            camelContext.addStartupListener(new StartupListener() {
                @Override
                public void onCamelContextStarting(CamelContext context, boolean alreadyStarted) {
                    startIfUsed();
                }

                @Override
                public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
                    startIfUsed();
                }
            });
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeException(e);
        }
    }

    /** A bean that no route uses makes no folders. */
    private void startIfUsed() {
        List<FileEndpoint> endpoints = camelContext.getEndpoints().stream().filter(this::isStrategyOf).map(FileEndpoint.class::cast)
                .toList();
        for (FileEndpoint endpoint : endpoints) {
            if (!absolute(endpoint.getFile().toPath()).equals(absolute(Path.of(inbox)))) {
                throw new IllegalArgumentException("a route watches " + endpoint.getFile()
                        + ", but its processStrategy is for " + inbox
                        + ": set the property inbox to the folder that is watched, or give each route a bean of its own");
            }
        }
        if (!endpoints.isEmpty()) {
            start();
            Deliveries.watch(camelContext);
        }
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }

    private boolean isStrategyOf(Endpoint endpoint) {
        return endpoint instanceof FileEndpoint files && files.getProcessStrategy() == this;
    }
}
