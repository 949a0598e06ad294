package io.github.camelroboflow.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** An encoded image (JPEG, PNG, …), and what to call it in messages to people. */
public sealed interface ImageSource {

    /** What people know the image by: its file name, its object key. Not a path to open. */
    String name();

    /** The encoded bytes; not to be changed. A file is read at each call. */
    byte[] bytes() throws IOException;

    static ImageSource of(Path path) {
        return new OfFile(path.getFileName().toString(), path);
    }

    static ImageSource of(String name, Path path) {
        return new OfFile(name, path);
    }

    static ImageSource of(String name, byte[] bytes) {
        return new OfBytes(name, bytes);
    }

    /** An image on disk. */
    record OfFile(String name, Path path) implements ImageSource {

        public OfFile {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(path, "path");
        }

        @Override
        public byte[] bytes() throws IOException {
            return Files.readAllBytes(path);
        }
    }

    /** An image in memory. The array is not copied: whoever hands it over does not change it any more. */
    record OfBytes(String name, byte[] bytes) implements ImageSource {

        public OfBytes {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(bytes, "bytes");
        }
    }
}
