package io.github.camelroboflow.delivery.folder;

import io.github.camelroboflow.delivery.failure.AttemptCounter;
import io.github.camelroboflow.delivery.failure.FailureClassifier;
import io.github.camelroboflow.delivery.failure.FailureReport;
import io.github.camelroboflow.delivery.folder.CrashCounter.IsolationGate;
import io.github.camelroboflow.delivery.folder.FailedImages.FailedImageWatch;
import io.github.camelroboflow.delivery.folder.FolderChecks.FolderAwayException;
import io.github.camelroboflow.delivery.folder.FolderChecks.FolderException;
import io.github.camelroboflow.delivery.folder.InboxFiles.StableFiles;
import io.github.camelroboflow.delivery.folder.InboxStrategy.InboxSettings;
import io.github.camelroboflow.delivery.route.OutageRoutePolicy;
import io.github.camelroboflow.delivery.source.ImageTally.StoredImage;
import io.github.camelroboflow.delivery.source.ImageTally;
import io.github.camelroboflow.inference.support.LogThrottle;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images of a watched folder. Takes each when it is complete, and files it at the end of its exchange: in done, in failed with
 * a report, or back in the inbox if it is to be tried again.
 */
final class FolderImages implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FolderImages.class);

    private final InboxSettings settings;
    private final String watch;
    private final ImageTally tally;
    private final InboxFolders folders;
    private final InboxPace pace;
    private final InboxFiles files;
    private final MoveRetries moves;
    private final FailedImageWatch failedFiles;
    private final AttemptCounter attempts;
    private final IsolationGate isolationGate = new IsolationGate();
    private final LogThrottle errorThrottle = new LogThrottle(Duration.ofHours(1));
    /** The images in work, by their paths there. */
    private final Map<Path, TakenImage> taken = new ConcurrentHashMap<>();
    private volatile LastTaken lastTaken;
    private boolean inboxListed = true;
    private final Outage outage;

    /** The last image that was taken; its exchange may not have started. */
    private record LastTaken(Exchange exchange, TakenImage image) {
    }

    FolderImages(InboxSettings settings, String watch, ImageTally tally) {
        this.settings = settings;
        this.watch = watch;
        this.tally = tally;
        this.outage = new Outage(settings.inbox());
        DoneFiles doneFiles = DoneFiles.named(settings.doneFileName());
        folders = new InboxFolders(settings.inbox(), settings.work(), settings.done(), settings.failed(), doneFiles,
                settings.maxAttempts());
        folders.setDurability(settings.durability());
        StableFiles stableFiles = new StableFiles(settings.unchangedFor());
        pace = new InboxPace(folders.inbox(), stableFiles);
        files = new InboxFiles(folders, stableFiles, pace, settings.work().toString());
        moves = new MoveRetries(folders);
        FailedImages failedImages = new FailedImages(folders.failed(), folders.inbox(), doneFiles);
        failedFiles = new FailedImageWatch(settings.unchangedFor(), failedImages::putBack);
        attempts = new AttemptCounter(settings.maxAttempts());
    }

    /**
     * Opens the folders.
     *
     * @throws FolderException     if one of them can never be used
     * @throws FolderAwayException if one of them can't be used now
     */
    void open() throws IOException {
        folders.open();
    }

    /** Does the same for folders that were away. */
    void openAgain() throws IOException {
        folders.openAgain();
    }

    InboxPace pace() {
        return pace;
    }

    boolean isTakable(GenericFile<File> file) {
        return files.isTakable(file);
    }

    /** Moves an image into work, if it is complete and may be taken now. */
    Optional<TakenImage> take(Exchange exchange, GenericFile<File> file) {
        if (moves.isOutage()) {
            return Optional.empty();
        }
        Optional<TakenImage> image = files.path(file).filter(files::isReady).filter(this::isAdmitted).flatMap(files::take);
        if (image.isPresent()) {
            taken.put(image.get().work(), image.get());
            lastTaken = new LastTaken(exchange, image.get());
            attempts.started(image.get().identity());
        }
        return image;
    }

    /** Returns the name of an image among those of all watched folders. */
    String named(TakenImage image) {
        return InboxStrategy.nameOf(watch, image.original());
    }

    private boolean isAdmitted(Path path) {
        if (!folders.restarts().hasSuspects()) {
            return true;
        }
        try {
            return isolationGate.admits(path, folders.restarts().isSuspect(folders.identity(path)), taken.size());
        } catch (IOException e) {
            LOG.debug("{} is gone", path, e);
            return false;
        }
    }

    /** Counts an image as tried that was taken, but not given to the route, when an error ended the poll. */
    void pollFailed(Error error) {
        LastTaken last = lastTaken;
        lastTaken = null;
        if (last != null && last.exchange.getUnitOfWork() == null && taken.containsKey(last.image.work())) {
            failed(last.exchange, last.image.work(), error);
        }
    }

    /** Files an image whose exchange succeeded. */
    void done(Exchange exchange, Path work) {
        TakenImage image = taken.remove(work);
        attempts.succeeded(image.identity());
        folders.restarts().forget(image.identity());
        moveOutOfWork(named(image) + " was processed", folders.done(), () ->
                tally.done(exchange, watch, named(image), StoredImage.of(named(image), folders.complete(image))));
    }

    /** Files an image whose exchange failed, or puts it back if it is to be tried again. */
    void failed(Exchange exchange, Path work, Throwable error) {
        TakenImage image = taken.remove(work);
        try {
            boolean giveUp = attempts.failed(image.identity(), FailureClassifier.outage(error).isPresent())
                    || FailureClassifier.isPermanent(error);
            if (giveUp && hasChanged(image)) {
                attempts.forget(image.identity());
                LOG.info("{} was changed while it was processed: it is tried again", MessageText.printable(named(image)));
            } else if (giveUp) {
                FailureReport report = FailureReport.of(named(image), error, attempts.failures(image.identity()), exchange);
                moveOutOfWork(named(image) + " failed", folders.failed(), () -> giveUp(image, report));
                return;
            }
        } catch (Error e) {
            LOG.warn("{} is tried again after {}", MessageText.printable(named(image)), e.toString());
        }
        moveOutOfWork(named(image) + " is to be tried again", folders.inbox(), () -> {
            folders.putBack(image);
            pace.wake();
        });
    }

    /** Returns whether the file changed since it was taken: then it counts as another image. */
    private static boolean hasChanged(TakenImage image) {
        try {
            return !FailedImageWatch.FileState.of(image.work()).equals(image.state());
        } catch (IOException e) {
            LOG.debug("{} is gone", image.work(), e);
            return false;
        }
    }

    private void moveOutOfWork(String outcome, Path folder, MoveRetries.Move move) {
        moves.run(outcome, folder, move);
        folders.putBackWaiting();
    }

    private void giveUp(TakenImage image, FailureReport report) throws IOException {
        Path file = folders.fail(image, report);
        attempts.forget(image.identity());
        folders.restarts().forget(image.identity());
        failedFiles.add(file, image.state());
        tally.failed(watch, named(image), report.error(), file);
        LOG.warn("{} failed, it is in {}: {}", MessageText.printable(named(image)), settings.failed(), report.error());
    }

    /** Runs the periodic tasks, which do not depend on images. */
    void runPeriodicTasks() {
        try {
            moves.retry();
            folders.putBackWaiting();
            failedFiles.check();
            checkInboxListable();
            outage.update(inboxListed ? moves.outage() : Optional.of(unlisted()));
            pace.runPeriodicTasks();
            if (taken.isEmpty()) {
                folders.slots().removeFree();
            }
        } catch (RuntimeException | Error e) {
            if (errorThrottle.shouldLog(e.getClass())) {
                LOG.error("The images in {} can't be listed; the program tries again each second: {}", settings.work(),
                        MessageText.printable(e.toString()));
            }
        }
    }

    /** Logs an inbox that is gone or can't be listed. Camel takes it for an empty one. */
    private void checkInboxListable() {
        boolean listed = InboxFiles.isListable(folders.inbox());
        if (!listed && inboxListed) {
            LOG.warn("{}", unlisted());
        } else if (listed && !inboxListed) {
            LOG.info("{} can be listed again", settings.inbox());
        }
        inboxListed = listed;
    }

    private String unlisted() {
        return settings.inbox() + " can't be listed, so no images are taken: is it there, and may this program read it?";
    }

    /** Returns a check that is down while no images can be taken. */
    HealthCheck healthCheck() {
        return outage;
    }

    /** Tells the health, the page and the command status why no images are taken. */
    private static final class Outage extends AbstractHealthCheck {

        private volatile Reason down;

        private record Reason(Instant since, String text) {
        }

        Outage(Path inbox) {
            super("camel", "outage:" + inbox);
        }

        void update(Optional<String> reason) {
            Reason before = down;
            down = reason.map(text -> new Reason(before == null ? Instant.now() : before.since, text)).orElse(null);
        }

        @Override
        protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
            Reason reason = down;
            if (reason == null) {
                builder.up();
            } else {
                builder.down().message(reason.text).detail(OutageRoutePolicy.SINCE, reason.since.toString());
            }
        }

        @Override
        public boolean isLiveness() {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        pace.close();
        folders.close();
    }
}
