package io.github.camelroboflow.delivery.folder;

import io.github.camelroboflow.delivery.disk.FileNames.FreeNames;
import io.github.camelroboflow.delivery.disk.FileNames.SubFolders;
import io.github.camelroboflow.delivery.failure.FailureReport;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Returns the images that an earlier run left in work to the inbox, at a start. Gives up an image that may have killed the program
 * too often.
 */
final class CrashRecovery {

    private static final Logger LOG = LoggerFactory.getLogger(CrashRecovery.class);

    private final InboxFolders folders;

    CrashRecovery(InboxFolders folders) {
        this.folders = folders;
    }

    /** @param died whether the last run ended without a stop */
    void run(boolean died) throws IOException {
        for (String left : List.of(InboxFolders.TEMPORARY, InboxStrategy.TEMPORARY, FolderChecks.PROBE)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folders.work(), left + "*")) {
                for (Path file : files) {
                    Files.delete(file);
                }
            }
        }
        Path work = folders.work();
        warnOfOthers(work);
        List<TakenImage> left = leftInWork(work);
        folders.restarts().recordCrash(died, left.stream().map(TakenImage::identity).toList(), this::isInInbox);
        for (TakenImage image : left) {
            recover(image);
        }
        folders.slots().forget();
        WorkSlots.removeEmptyFolders(work);
        if (!left.isEmpty()) {
            LOG.info("Found {} in {} that an earlier run had not finished", left.size() == 1 ? "an image" : left.size() + " images",
                    work);
        }
    }

    /** Warns of images that were taken from another inbox, for which there may be another model. */
    private static void warnOfOthers(Path work) throws IOException {
        try (Stream<Path> all = Files.walk(work)) {
            long images = all.filter(file -> WorkSlots.isOfAnotherInbox(work, file) && file.getNameCount() > work.getNameCount() + 2
                    && !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)).count();
            if (images > 0) {
                LOG.warn("{} in sub-folders of {} that are of other inboxes: watch those again, or move the images into an inbox",
                        images == 1 ? "An image is" : images + " images are", work);
            }
        }
    }

    private static List<TakenImage> leftInWork(Path work) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(work)) {
            files = all.filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)
                    && file.getNameCount() > work.getNameCount() + 1 && !WorkSlots.isOfAnotherInbox(work, file)).toList();
        }
        List<TakenImage> images = new ArrayList<>();
        for (Path file : files) {
            Path slot = work.resolve(work.relativize(file).getName(0));
            String original = InboxFolders.name(slot.relativize(file));
            images.add(TakenImage.of(original, original, InboxFolders.attributes(file), slot, file));
        }
        return images;
    }

    private boolean isInInbox(String identity) {
        String original = identity.substring(identity.indexOf('/') + 1);
        Path file = folders.inbox().resolve(original);
        try {
            return TakenImage.identity(original, InboxFolders.attributes(file).lastModifiedTime().toMillis()).equals(identity);
        } catch (IOException e) {
            return false;
        }
    }

    private void recover(TakenImage image) throws IOException {
        if (isAlreadyIn(folders.done(), image) || isAlreadyIn(folders.failed(), image)) {
            Files.delete(image.work());
            folders.restarts().forget(image.identity());
        } else if (folders.restarts().isExhausted(image.identity())) {
            giveUp(image);
        } else {
            folders.giveBack(image);
        }
    }

    private void giveUp(TakenImage image) throws IOException {
        int crashes = folders.restarts().of(image.identity());
        FailureReport report = new FailureReport(image.original(), "the program ended " + crashes + " times while it processed this"
                + " image, the last time this image alone: if nobody stopped it by force each time, the image crashes it;"
                + " look for its last lines in the log", "ProgramEnded", crashes, null, Instant.now().toString(), List.of());
        folders.fail(image, report);
        folders.restarts().forget(image.identity());
        LOG.warn("{} failed, it is in {}: {}", MessageText.printable(image.original()), folders.failed(), report.error());
    }

    /** Returns whether an image is already in a folder and was only not yet removed from work when the program died. */
    private static boolean isAlreadyIn(Path folder, TakenImage image) throws IOException {
        if (links(image.work()) < 2) {
            return false;
        }
        for (int number = 0; number < FreeNames.MOST; number++) {
            Path file = SubFolders.below(folder, FreeNames.of(image.original(), image.modified(), number));
            if (!SubFolders.exists(file)) {
                return false;
            }
            if (Files.isSameFile(file, image.work())) {
                return true;
            }
        }
        return false;
    }

    private static int links(Path file) throws IOException {
        try {
            return (int) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS);
        } catch (UnsupportedOperationException e) {
            return 1;
        }
    }
}
