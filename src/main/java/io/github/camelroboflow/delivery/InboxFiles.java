package io.github.camelroboflow.delivery;

import io.github.camelroboflow.inference.LruMap;
import io.github.camelroboflow.inference.Printable;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.component.file.GenericFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses what can be taken out of the inbox now, and names once in the log what stays there, with the reason. */
final class InboxFiles {

    private static final Logger LOG = LoggerFactory.getLogger(InboxFiles.class);

    /** Java's character for the bytes of a name that it can't read; no file is found by such a name. */
    private static final char UNREADABLE = '\uFFFD';
    /** How long the others have precedence over an image that could not be moved. */
    private static final Duration LEFT_OUT = Duration.ofSeconds(10);
    private static final int MOST_UNMOVABLE = 10_000;

    private final Folders folders;
    private final SettledFiles settled;
    private final String work;
    private final NamedOnce named = new NamedOnce();
    /** The images that could not be moved into work, and when, by {@link System#nanoTime()}. */
    private final Map<Path, Long> unmovable = Collections.synchronizedMap(new LruMap<>(MOST_UNMOVABLE));

    /** @param work the folder that images are taken to, as the user wrote it */
    InboxFiles(Folders folders, SettledFiles settled, String work) {
        this.folders = folders;
        this.settled = settled;
        this.work = work;
    }

    boolean isTakable(GenericFile<File> file) {
        Optional<Path> path = path(file);
        return file.isDirectory() ? path.filter(this::isListed).isPresent()
                : path.filter(image -> !isLeftOut(image) && isReady(image)).isPresent();
    }

    private boolean isListed(Path folder) {
        if (Files.isSymbolicLink(folder)) {
            nameOnce(folder.toString(), "it is a link, and links are not followed");
            return false;
        }
        if (!isListable(folder)) {
            nameOnce(folder.toString(), "what is in it can't be listed: check its permissions");
            return false;
        }
        named.forget(folder.toString());
        return true;
    }

    private boolean isLeftOut(Path path) {
        Long since = unmovable.get(path);
        return since != null && System.nanoTime() - since < LEFT_OUT.toNanos();
    }

    static boolean isListable(Path folder) {
        return Files.isDirectory(folder) && Files.isReadable(folder) && Files.isExecutable(folder);
    }

    /** Empty, and named once, if its name can't be that of a file here. */
    Optional<Path> path(GenericFile<File> file) {
        try {
            return Optional.of(file.getFile().toPath());
        } catch (InvalidPathException e) {
            nameOnce(file.getAbsoluteFilePath(), "its name can't be written in this system's character set");
            return Optional.empty();
        }
    }

    /** Tells whether a file is an image that can be taken now; names once what never will be. */
    boolean isReady(Path path) {
        try {
            NotRegularFileException.unlessRegular(Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
            if (File.separatorChar != '\\' && path.toString().indexOf('\\') >= 0) {
                // Camel takes it for a folder on every system
                nameOnce(path.toString(), "its name holds a backslash: rename it");
                return false;
            }
            return folders.isAnnounced(path) && settled.isSettled(path);
        } catch (NotRegularFileException e) {
            nameOnce(path.toString(), e.getMessage());
            return false;
        } catch (IOException e) {
            if (path.toString().indexOf(UNREADABLE) >= 0) {
                nameOnce(path.toString(), "its name is not of this system's character set");
            }
            LOG.debug("{} is gone", path, e);
            return false;
        }
    }

    /** Takes an image; empty if it is gone or can't be taken, which is named once. */
    Optional<TakenImage> take(Path path) {
        try {
            Optional<TakenImage> image = folders.take(path);
            named.forget(path.toString());
            unmovable.remove(path);
            settled.forget(path);
            return image;
        } catch (NotRegularFileException e) {
            nameOnce(path.toString(), e.getMessage());
            return Optional.empty();
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
}
