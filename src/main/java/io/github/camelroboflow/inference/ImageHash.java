package io.github.camelroboflow.inference;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

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
