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
 * Describes a full disk for a person. The text names the disk but no folder or file: it is one reason for all of them, and must be
 * equal each time so that it is logged once.
 */
public final class FileFailures {

    /** The texts of the operating systems. */
    private static final Pattern REASON = Pattern.compile(
            "No space left on device|Disk quota exceeded|There is not enough space on the disk", Pattern.CASE_INSENSITIVE);

    private FileFailures() {
    }

    /** Returns the sentence. Empty if no cause is a full disk. */
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

    /** Returns the disk of the file, or of the nearest existing folder above it. */
    private static Stream<FileStore> store(Path file) {
        try {
            Path existing = Stream.iterate(file, path -> path != null, Path::getParent).filter(Files::exists).findFirst()
                    .orElse(null);
            return existing == null ? Stream.empty() : Stream.of(Files.getFileStore(existing));
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    /**
     * Describes a file that Camel could not write. The text names its folder but not the file: the problem of a folder is the same
     * for every image, and the text must be equal each time so that it is logged once.
     */
    static final class UnwritableFile {

        /** Camel's own texts; the path is a group. */
        private static final Pattern MESSAGE = Pattern.compile("(?:Cannot store file: |Cannot write null body to file: "
                + "|Error writing file \\[|Cannot rename file from: .* to: |Error renaming file from .* to )(.+?)]?",
                Pattern.DOTALL);

        /** The end of the message of a {@link FileNotFoundException}. */
        private static final Pattern REASON = Pattern.compile(".*\\(([^()]+)\\)", Pattern.DOTALL);

        private UnwritableFile() {
        }

        static String sentence(GenericFileOperationFailedException error) {
            String folder = folder(error);
            String reason = error.getCause() == null ? "" : " (" + reason(error.getCause()) + ")";
            return (folder.isEmpty() ? "a file can't be written" : "no file can be written into " + folder) + reason
                    + ": is there space, and may the folder be written to?";
        }

        /** Empty if it is unknown. */
        static String file(GenericFileOperationFailedException error) {
            Matcher matcher = MESSAGE.matcher(Objects.toString(error.getMessage(), ""));
            return matcher.matches() ? matcher.group(1) : "";
        }

        /** Empty if it is unknown. */
        private static String folder(GenericFileOperationFailedException error) {
            try {
                Path folder = Path.of(file(error)).getParent();
                return folder == null ? "" : folder.toString();
            } catch (InvalidPathException e) {
                return "";
            }
        }

        /** Returns the system's text without the file's name. */
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
