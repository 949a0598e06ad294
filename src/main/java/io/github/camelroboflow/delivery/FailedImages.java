package io.github.camelroboflow.delivery;

import io.github.camelroboflow.delivery.disk.Disk;
import io.github.camelroboflow.inference.Printable;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The images in {@code failed}, and their way back into the inbox. A program that watches the inbox may run meanwhile. */
final class FailedImages {

    private static final Logger LOG = LoggerFactory.getLogger(FailedImages.class);

    private final Path failed;
    private final Path inbox;
    private final DoneFiles doneFiles;
    private boolean unreadable;

    FailedImages(Path failed, Path inbox, DoneFiles doneFiles) {
        this.failed = failed.toAbsolutePath().normalize();
        this.inbox = inbox.toAbsolutePath().normalize();
        this.doneFiles = doneFiles;
    }

    /** Moves all images back, each into the sub-folder that it came from, and deletes the reports about them; returns how many. */
    int putBack() throws IOException {
        int count = 0;
        IOException trouble = null;
        for (Path image : images()) {
            try {
                if (putBack(image)) {
                    count++;
                }
            } catch (IOException e) {
                LOG.warn("{} can't be moved to {}: {}", Printable.of(image.toString()), inbox, Printable.of(e.toString()));
                trouble = e;
            }
        }
        if (trouble != null) {
            throw trouble;
        }
        if (unreadable) {
            throw new IOException("a folder in " + failed + " can't be read");
        }
        return count;
    }

    private List<Path> images() throws IOException {
        List<Path> images = new ArrayList<>();
        if (!Files.isDirectory(failed)) {
            return images;
        }
        Files.walkFileTree(failed, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String name = file.getFileName().toString();
                if (!attributes.isRegularFile()) {
                    LOG.warn("{} stays: it is no regular file", Printable.of(file.toString()));
                } else if (!name.startsWith(".") && !name.endsWith(Folders.REPORT)) {
                    images.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                LOG.warn("{} can't be read, so what is in it stays: {}", Printable.of(file.toString()), Printable.of(e.toString()));
                unreadable = true;
                return FileVisitResult.CONTINUE;
            }
        });
        return images;
    }

    /** Moves an image back and deletes the report about it; false if it is gone. */
    boolean putBack(Path image) throws IOException {
        String name = failed.relativize(image).toString().replace(File.separatorChar, '/');
        for (Path target = SubFolders.below(inbox, name); true; target = SubFolders.below(inbox, mark(name))) {
            Files.createDirectories(target.getParent());
            try {
                Disk.rename(image, target);
            } catch (FileAlreadyExistsException e) {
                // another image has its name in the inbox
                continue;
            } catch (NoSuchFileException e) {
                // somebody else has moved it
                return false;
            }
            doneFiles.restore(target);
            Files.deleteIfExists(failed.resolve(FileNames.withSuffix(name, Folders.REPORT)));
            return true;
        }
    }

    private static String mark(String name) {
        return FileNames.withMark(name, UUID.randomUUID().toString().substring(0, 8));
    }
}
