package io.github.camelroboflow.delivery.disk;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Marks a file with the id of its image, in an extended attribute that stays with the file when it is renamed. Not all file systems
 * have such attributes.
 */
public final class FileMark {

    private static final Logger LOG = LoggerFactory.getLogger(FileMark.class);
    private static final String NAME = "roboflow.id";

    /** The length that fits beside the other metadata of a file, so that it takes no space of its own. */
    private static final int LONGEST = 16;

    private FileMark() {
    }

    /** Returns the mark for an id. */
    public static String of(String id) {
        return id.substring(0, Math.min(LONGEST, id.length()));
    }

    public static void write(Path file, String id) {
        try {
            UserDefinedFileAttributeView view = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
            if (view != null) {
                view.write(NAME, ByteBuffer.wrap(of(id).getBytes(US_ASCII)));
            }
        } catch (IOException | UnsupportedOperationException e) {
            LOG.debug("{} can't be marked", file, e);
        }
    }

    /** Returns the mark of a file. Empty if there is none, or the file system has no attributes. */
    public static Optional<String> read(Path file) {
        try {
            UserDefinedFileAttributeView view = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
            if (view == null) {
                return Optional.empty();
            }
            ByteBuffer mark = ByteBuffer.allocate(view.size(NAME));
            view.read(NAME, mark);
            return Optional.of(new String(mark.array(), US_ASCII));
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }
}
