package io.github.camelroboflow.delivery;

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

/** The images in {@code failed}, and their way back into the inbox. A program that watches the inbox may run meanwhile. */
final class FailedImages {

    private final Path failed;
    private final Path inbox;
    private final DoneFiles doneFiles;

    FailedImages(Path failed, Path inbox, DoneFiles doneFiles) {
        this.failed = failed.toAbsolutePath().normalize();
        this.inbox = inbox.toAbsolutePath().normalize();
        this.doneFiles = doneFiles;
    }

    /** Moves all images back, each into the sub-folder that it came from, and deletes the reports about them; returns how many. */
    int putBack() throws IOException {
        int count = 0;
        for (Path image : images()) {
            if (putBack(image)) {
                count++;
            }
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
                if (attributes.isRegularFile() && !name.startsWith(".") && !name.endsWith(Folders.REPORT)) {
                    images.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return images;
    }

    private boolean putBack(Path image) throws IOException {
        String name = failed.relativize(image).toString().replace('\\', '/');
        for (Path target = inbox.resolve(name); true; target = inbox.resolve(mark(name))) {
            Files.createDirectories(target.getParent());
            try {
                Folders.linkOrMove(image, target);
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
