package io.github.camelroboflow.delivery.failure;

import java.io.FileNotFoundException;
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
public final class FileFailures {

    /** As systems say it. */
    private static final Pattern REASON = Pattern.compile(
            "No space left on device|Disk quota exceeded|There is not enough space on the disk", Pattern.CASE_INSENSITIVE);

    private FileFailures() {
    }

    /** Empty if none of the causes of a failure is a full disk. */
    public static Optional<String> sentence(List<Throwable> causes) {
        return causes.stream().filter(IOException.class::isInstance).map(cause -> Objects.toString(cause.getMessage(), ""))
                .map(REASON::matcher).filter(Matcher::find).map(Matcher::group).findFirst()
                .map(reason -> "the disk" + disk(causes) + " is full (" + reason + "): make space there");
    }

    private static String disk(List<Throwable> causes) {
        return causes.stream().flatMap(FileFailures::file).flatMap(FileFailures::store).map(store -> " " + store).findFirst()
                .orElse("");
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

    /**
     * What to tell a person of a file that Camel could not write: its folder, but not its name, since what is wrong with the folder
     * is the same for every image, and who tells it just once must know it again.
     */
    static final class UnwritableFile {

        /** Camel's own words; the path is a group. */
        private static final Pattern MESSAGE = Pattern.compile("(?:Cannot store file: |Cannot write null body to file: "
                + "|Error writing file \\[|Cannot rename file from: .* to: |Error renaming file from .* to )(.+?)]?",
                Pattern.DOTALL);

        /** How a {@link FileNotFoundException} ends. */
        private static final Pattern REASON = Pattern.compile(".*\\(([^()]+)\\)", Pattern.DOTALL);

        private UnwritableFile() {
        }

        static String sentence(GenericFileOperationFailedException error) {
            String folder = folder(error);
            String reason = error.getCause() == null ? "" : " (" + reason(error.getCause()) + ")";
            return (folder.isEmpty() ? "a file can't be written" : "no file can be written into " + folder) + reason
                    + ": is there space, and may the folder be written to?";
        }

        /** Empty if it isn't known. */
        static String file(GenericFileOperationFailedException error) {
            Matcher matcher = MESSAGE.matcher(Objects.toString(error.getMessage(), ""));
            return matcher.matches() ? matcher.group(1) : "";
        }

        /** Empty if it isn't known. */
        private static String folder(GenericFileOperationFailedException error) {
            try {
                Path folder = Path.of(file(error)).getParent();
                return folder == null ? "" : folder.toString();
            } catch (InvalidPathException e) {
                return "";
            }
        }

        /** The system's words without the file's name. */
        private static String reason(Throwable cause) {
            String reason = cause instanceof FileSystemException of ? of.getReason() : cause.getMessage();
            if (cause instanceof FileNotFoundException && reason != null) {
                Matcher matcher = REASON.matcher(reason);
                reason = matcher.matches() ? matcher.group(1) : null;
            }
            return reason == null ? cause.getClass().getSimpleName() : reason;
        }
    }
}
