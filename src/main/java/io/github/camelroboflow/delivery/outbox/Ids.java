package io.github.camelroboflow.delivery.outbox;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Short names for long texts. */
final class Ids {

    private Ids() {
    }

    /** 64 hex digits. */
    static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** What rows and files call a destination by, whose address may hold a token: 16 hex digits. */
    static String lane(String destination) {
        return sha256(destination).substring(0, 16);
    }
}
