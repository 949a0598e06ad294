package io.github.camelroboflow.inference.support;

import io.github.camelroboflow.inference.ImageSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The hash functions. Every Java platform has them. */
public final class Hashes {

    private Hashes() {
    }

    public static MessageDigest sha256() {
        return digest("SHA-256");
    }

    /** Returns a digest for protocols that ask for MD5. It protects against damage, not against forgery. */
    public static MessageDigest md5() {
        return digest("MD5");
    }

    /** Returns the SHA-256 of a text in UTF-8, 32 bytes. */
    public static byte[] sha256(String text) {
        return sha256().digest(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the SHA-256 of a text in UTF-8 as 64 hex digits. */
    public static String sha256Hex(String text) {
        return HexFormat.of().formatHex(sha256(text));
    }

    /**
     * Returns the SHA-256 of the encoded image, or of the URL if the bytes are on another server. A file is read as a stream.
     *
     * @throws IOException if the image can't be read
     */
    public static byte[] sha256(ImageSource image) throws IOException {
        if (image instanceof ImageSource.OfUrl url) {
            return sha256(url.url().toString());
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

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }
}
