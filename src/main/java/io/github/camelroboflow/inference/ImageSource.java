package io.github.camelroboflow.inference;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** An encoded image (JPEG, PNG, …), or where a server finds one, and what to call it in messages to people. */
public sealed interface ImageSource {

    /** What people know the image by: its file name, its object key. Not a path to open. */
    String name();

    /**
     * The encoded bytes; not to be changed. A file is read at each call.
     *
     * @throws IOException if they can't be read, or are elsewhere
     */
    byte[] bytes() throws IOException;

    /** The same image under another name. */
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

    /** An image in memory. The array is not copied: whoever hands it over does not change it any more. */
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

    /** An image that a server fetches by itself. The URL may hold a signature, so it is never told to people. */
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
            throw new IOException("image '" + name + "' is given as a URL for a server to fetch, its bytes are not here");
        }

        @Override
        public String toString() {
            return "OfUrl[name=" + name + "]";
        }
    }
}
