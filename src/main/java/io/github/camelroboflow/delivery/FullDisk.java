package io.github.camelroboflow.delivery;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.component.file.GenericFileOperationFailedException;

/**
 * What to tell a person of a disk that is full: the disk, but no folder and no file on it, since for all of them it is one reason
 * to wait, which who tells it once must know again.
 */
final class FullDisk {

    /** As systems say it. */
    private static final Pattern REASON = Pattern.compile(
            "No space left on device|Disk quota exceeded|There is not enough space on the disk", Pattern.CASE_INSENSITIVE);

    private FullDisk() {
    }

    /** Empty if none of the causes of a failure is a full disk. */
    static Optional<String> sentence(List<Throwable> causes) {
        return causes.stream().filter(IOException.class::isInstance).map(cause -> Objects.toString(cause.getMessage(), ""))
                .map(REASON::matcher).filter(Matcher::find).map(Matcher::group).findFirst()
                .map(reason -> "the disk" + disk(causes) + " is full (" + reason + "): make space there");
    }

    private static String disk(List<Throwable> causes) {
        return causes.stream().flatMap(FullDisk::file).flatMap(FullDisk::store).map(store -> " " + store).findFirst().orElse("");
    }

    private static Stream<Path> file(Throwable cause) {
        String file = cause instanceof FileSystemException named ? named.getFile()
                : cause instanceof GenericFileOperationFailedException camels ? UnwritableFile.file(camels) : null;
        try {
            return file == null || file.isEmpty() ? Stream.empty() : Stream.of(Path.of(file).toAbsolutePath());
        } catch (InvalidPathException e) {
            return Stream.empty();
        }
    }

    /** Of the file, which may not be there, or of the nearest folder above it that is. */
    private static Stream<FileStore> store(Path file) {
        try {
            Path there = Stream.iterate(file, path -> path != null, Path::getParent).filter(Files::exists).findFirst().orElse(null);
            return there == null ? Stream.empty() : Stream.of(Files.getFileStore(there));
        } catch (IOException e) {
            return Stream.empty();
        }
    }
}
