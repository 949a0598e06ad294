package io.github.camelroboflow.delivery;

import java.io.FileNotFoundException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.component.file.GenericFileOperationFailedException;

/**
 * What to tell a person of a file that Camel could not write: its folder, but not its name, since what is wrong with the folder is
 * the same for every image, and who tells it just once must know it again.
 */
final class UnwritableFile {

    /** Camel's own words; the path is a group. */
    private static final Pattern MESSAGE = Pattern.compile("(?:Cannot store file: |Cannot write null body to file: "
            + "|Error writing file \\[|Cannot rename file from: .* to: |Error renaming file from .* to )(.+?)]?", Pattern.DOTALL);

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
