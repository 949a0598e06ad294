package io.github.camelroboflow.delivery.folder;

import io.github.camelroboflow.delivery.disk.FileNames.FreeNames;
import io.github.camelroboflow.delivery.failure.FailureReport;
import io.github.camelroboflow.delivery.folder.FolderChecks.FolderException;
import io.github.camelroboflow.delivery.folder.InboxStrategy.InboxSettings;
import io.github.camelroboflow.delivery.folder.TakenImage.NotRegularFileException;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** The images that a dispatcher has put into a shared folder {@code work}, and their end in {@code done} or {@code failed}. */
public final class SharedWork {

    private final InboxFolders folders;
    private boolean open;

    /** An image in {@code work}. Each move can be repeated: it does nothing if another program has made it. */
    public final class WorkImage {

        private final TakenImage taken;

        private WorkImage(TakenImage taken) {
            this.taken = taken;
        }

        public Path file() {
            return taken.work();
        }

        /** Returns the name that it and its results are filed under. */
        public String filedName() {
            return taken.name();
        }

        /** Moves it to {@code done}. Returns its file there. */
        public Path complete() throws IOException {
            return folders.complete(taken);
        }

        /** Moves it to {@code failed}, with its report. Returns its file there. */
        public Path fail(FailureReport report) throws IOException {
            return folders.fail(taken, report);
        }
    }

    public SharedWork(InboxSettings settings) {
        this.folders = InboxFolders.shared(settings);
    }

    /** Checks the folders, once: images can be moved from {@code work} to the others. */
    private synchronized void open() throws IOException {
        if (!open) {
            folders.open();
            open = true;
        }
    }

    /**
     * Returns an image; empty if it is not in {@code work} any more.
     *
     * @param folderId the id of the folder {@code work} in which a dispatcher put it
     * @param key      its path below {@code work}
     * @param name     its path in the inbox
     * @throws IOException if no image can be found now, for instance because another folder is mounted there
     */
    public Optional<WorkImage> find(String folderId, String key, String name) throws IOException {
        try {
            return found(folderId, key, name);
        } catch (InvalidPathException e) {
            throw new FolderException("this machine can't write the name of " + MessageText.printable(name) + " in its character"
                    + " set, " + System.getProperty("sun.jnu.encoding") + ": start the program with LC_ALL=C.UTF-8", e);
        }
    }

    private Optional<WorkImage> found(String folderId, String key, String name) throws IOException {
        Path file = folders.work().resolve(key);
        Optional<BasicFileAttributes> attributes = attributes(file);
        if (attributes.isEmpty()) {
            SharedFolder.requireId(folders.work(), folderId);
            if (isListed(file)) {
                // the file system had remembered that there was no such file
                attributes = attributes(file);
            }
        }
        if (attributes.isEmpty()) {
            return Optional.empty();
        }
        open();
        try {
            NotRegularFileException.unlessRegular(attributes.get());
        } catch (NotRegularFileException e) {
            throw new InvalidImageException(name + " can't be opened: " + e.getMessage(), e);
        }
        String filed = FreeNames.in(folders.done(), name, attributes.get().lastModifiedTime().toMillis(), file);
        Path slot = folders.work().resolve(key.substring(0, Math.max(0, key.indexOf('/'))));
        return Optional.of(new WorkImage(TakenImage.of(name, filed, attributes.get(), slot, file)));
    }

    private static Optional<BasicFileAttributes> attributes(Path file) throws IOException {
        try {
            return Optional.of(InboxFolders.attributes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Lists the folder of a file, which makes a network file system ask its server. */
    private static boolean isListed(Path file) throws IOException {
        try (DirectoryStream<Path> siblings = Files.newDirectoryStream(file.getParent())) {
            for (Path sibling : siblings) {
                if (sibling.equals(file)) {
                    return true;
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return false;
        }
        return false;
    }
}
