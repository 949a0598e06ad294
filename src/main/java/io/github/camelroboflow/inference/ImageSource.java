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

    /** Hashes images, so that equal images are recognized. */
    public final class ImageHash {

        private ImageHash() {
        }

        /**
         * Returns the SHA-256 of the encoded image, or of the URL if the bytes are on another server. A file is read as
         * a stream.
         *
         * @throws IOException if the image can't be read
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
