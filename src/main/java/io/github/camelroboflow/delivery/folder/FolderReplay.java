package io.github.camelroboflow.delivery.folder;

import io.github.camelroboflow.delivery.folder.InboxStrategy.InboxSettings;
import io.github.camelroboflow.delivery.route.OneShotJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replays all failures and then stops the program. Images return to the inbox, and deliveries that were given up return to the
 * outbox. It only moves files, so it neither harms nor needs a running program: that program, or its next start, takes up the moved
 * files.
 */
public final class FolderReplay implements OneShotJob {

    /** The replay folder below the dead letter folder, from which the outbox sends messages again. */
    public static final String REPLAY_FOLDER = "again";

    private static final Logger LOG = LoggerFactory.getLogger(FolderReplay.class);

    private final List<InboxSettings> folders;
    private final Path refused;
    private volatile boolean incomplete;

    /**
     * @param folders where images are, and go, for each watched folder
     * @param refused where the deliveries are that the outbox gave up
     */
    public FolderReplay(List<InboxSettings> folders, Path refused) {
        this.folders = folders;
        this.refused = refused;
    }

    @Override
    public void process(Exchange exchange) {
        incomplete = false;
        try {
            folders.forEach(each -> attempt(() -> {
                int images = new FailedImages(each.failed(), each.inbox(), DoneFiles.named(each.doneFileName())).putBack();
                LOG.info("{} back in {}", count(images, "image is", "images are"), each.inbox());
            }));
            attempt(() -> {
                int results = moveToReplayFolder(refused);
                LOG.info("{} to be sent again{}", count(results, "result is", "results are"), results == 0 ? ""
                        : ", by the program that runs, or at its next start: " + (results == 1 ? "it is in " : "they are in ")
                                + refused.resolve(REPLAY_FOLDER));
            });
        } catch (RuntimeException | Error e) {
            incomplete = true;
            throw e;
        } finally {
            OneShotJob.end(exchange.getContext());
        }
    }

    /** A part of the replay, which does not keep the others from theirs. */
    @FunctionalInterface
    private interface Part {
        void run() throws IOException;
    }

    private void attempt(Part part) {
        try {
            part.run();
        } catch (IOException e) {
            incomplete = true;
            LOG.error("Not everything could be moved, try again: {}", e.toString());
        }
    }

    /**
     * Moves one image from {@code failed} back into the inbox, and deletes its report.
     *
     * @return false if the image is gone
     */
    public static boolean putBack(InboxSettings folders, Path image) throws IOException {
        Path failed = folders.failed().toAbsolutePath().normalize();
        return Files.exists(image, LinkOption.NOFOLLOW_LINKS) && image.startsWith(failed)
                && new FailedImages(failed, folders.inbox(), DoneFiles.named(folders.doneFileName())).putBack(image);
    }

    @Override
    public int exitCode() {
        return incomplete ? 1 : 0;
    }

    private static int moveToReplayFolder(Path deliveries) throws IOException {
        if (!Files.isDirectory(deliveries)) {
            return 0;
        }
        List<Path> files;
        try (Stream<Path> all = Files.list(deliveries)) {
            files = all.filter(file -> file.toString().endsWith(".json")
                    && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).toList();
        }
        Path replayFolder = Files.createDirectories(deliveries.resolve(REPLAY_FOLDER));
        int count = 0;
        for (Path file : files) {
            try {
                // replaces a file about the same delivery
                Files.move(file, replayFolder.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
                count++;
            } catch (NoSuchFileException e) {
                LOG.debug("moved meanwhile", e);
            }
        }
        return count;
    }

    private static String count(int count, String one, String many) {
        return count == 0 ? "No " + one : count + " " + (count == 1 ? one : many);
    }
}
