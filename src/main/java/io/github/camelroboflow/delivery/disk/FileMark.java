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
 * Marks a file with its image, in an attribute of the file, which goes with it wherever it is renamed to. Not all file systems have
 * such attributes.
 */
public final class FileMark {

    private static final Logger LOG = LoggerFactory.getLogger(FileMark.class);
    private static final String NAME = "roboflow.id";

    /** Length that fits beside the other facts of a file, so that it takes no space of its own. */
    private static final int LONGEST = 16;

    private FileMark() {
    }

    /** The mark that an id gives. */
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

    /** Empty if the file has none, or could have none. */
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
