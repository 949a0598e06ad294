package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.disk.Disk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * The files of H2, by schemes of our own: nobody else may read them, and those of {@link Forced} are on disk before H2 goes on,
 * which itself forces nothing at a commit, so that a power cut leaves no more to it than a kill does. Public, since H2 makes them.
 */
public abstract class DatabaseFiles extends FilePathWrapper {

    private static final String PREFIX = "jdbc:h2:file:";

    /** Writes are with the operating system. */
    public static final class Plain extends DatabaseFiles {

        static final String SCHEME = "roboflow-plain";

        @Override
        public String getScheme() {
            return SCHEME;
        }
    }

    /** Writes are on disk. */
    public static final class Forced extends DatabaseFiles {

        static final String SCHEME = "roboflow-forced";

        @Override
        public String getScheme() {
            return SCHEME;
        }

        @Override
        public FileChannel open(String mode) throws IOException {
            FileChannel channel = super.open(mode);
            return mode.equals("r") ? channel : new ForcedChannel(channel);
        }
    }

    /** The address of a database in a file, by one of the schemes. */
    static String address(String url, boolean forced) {
        FilePath.register(new Plain());
        FilePath.register(new Forced());
        return url.replace(PREFIX, "jdbc:h2:" + (forced ? Forced.SCHEME : Plain.SCHEME) + ":");
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        Path file = Path.of(unwrap().toString());
        if (!mode.equals("r") && Files.notExists(file)) {
            Disk.createPrivate(file);
        }
        return super.open(mode);
    }
}
