package io.github.camelroboflow.inference;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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

    /** By what an image is known again. */
    public final class ImageHash {

        private ImageHash() {
        }

        /**
         * SHA-256 of the encoded image, a file's without holding it in memory, or of its address where the bytes are elsewhere.
         *
         * @throws IOException if they can't be read
         */
        public static byte[] sha256(ImageSource image) throws IOException {
            if (image instanceof ImageSource.OfUrl url) {
                return sha256().digest(url.url().toString().getBytes(StandardCharsets.UTF_8));
            }
            if (image instanceof ImageSource.OfFile file) {
                MessageDigest digest = sha256();
                try (InputStream stream = new DigestInputStream(Files.newInputStream(file.path()), digest)) {
                    stream.transferTo(OutputStream.nullOutputStream());
                }
                return digest.digest();
            }
            return sha256().digest(image.bytes());
        }

        private static MessageDigest sha256() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }
    }
}
