package io.github.camelroboflow.inference;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** An encoded image (JPEG, PNG, …) or the URL from which a server fetches one, with its name for messages. */
public sealed interface ImageSource {

    /** Returns the name for messages: a file name or an object key. It is not a path to open. */
    String name();

    /**
     * Returns the encoded bytes, which must not be changed. A file is read at each call.
     *
     * @throws IOException if the bytes can't be read or are on another server
     */
    byte[] bytes() throws IOException;

    /** Returns the same image under another name. */
    ImageSource named(String other);

    static ImageSource of(Path path) {
        return new OfFile(path.getFileName().toString(), path);
    }

    static ImageSource of(String name, Path path) {
        return new OfFile(name, path);
    }

    static ImageSource of(String name, byte[] bytes) {
        return new OfBytes(name, bytes);
    }

    static ImageSource of(String name, URI url) {
        return new OfUrl(name, url);
    }

    /** An image on disk. */
    record OfFile(String name, Path path) implements ImageSource {

        public OfFile {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(path, "path");
        }

        @Override
        public OfFile named(String other) {
            return new OfFile(other, path);
        }

        @Override
        public byte[] bytes() throws IOException {
            return Files.readAllBytes(path);
        }
    }

    /** An image in memory. The array is not copied, so the caller must not change it later. */
    record OfBytes(String name, byte[] bytes) implements ImageSource {

        public OfBytes {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(bytes, "bytes");
        }

        @Override
        public OfBytes named(String other) {
            return new OfBytes(other, bytes);
        }
    }

    /** An image that a server fetches. The URL may hold a signature, so it never appears in messages. */
    record OfUrl(String name, URI url) implements ImageSource {

        public OfUrl {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(url, "url");
        }

        @Override
        public OfUrl named(String other) {
            return new OfUrl(other, url);
        }

        @Override
        public byte[] bytes() throws IOException {
            throw new IOException("image '" + name + "' is a URL that a server fetches, so its bytes are not available here");
        }

        @Override
        public String toString() {
            return "OfUrl[name=" + name + "]";
        }
    }
}
