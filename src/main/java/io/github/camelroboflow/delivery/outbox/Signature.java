package io.github.camelroboflow.delivery.outbox;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs webhooks, in the form that Stripe's have: {@code t=<seconds since 1970>,v1=<hex of the HMAC-SHA-256 of "t.body">}. By the
 * time in it, a receiver can turn down an old request that somebody repeats.
 */
final class Signature {

    static final String HEADER = "Webhook-Signature";

    private final List<String> secrets;

    /** @param secrets the secret, or several separated by commas while one replaces another; blank for none */
    Signature(String secrets) {
        this.secrets = Stream.of(secrets.split(",")).map(String::strip).filter(secret -> !secret.isEmpty()).toList();
    }

    boolean isWanted() {
        return !secrets.isEmpty();
    }

    /** The header's value, with a {@code v1} for each secret. */
    String of(byte[] body, Instant time) {
        long seconds = time.getEpochSecond();
        return "t=" + seconds + "," + secrets.stream().map(secret -> "v1=" + hmac(secret, seconds, body))
                .collect(Collectors.joining(","));
    }

    private static String hmac(String secret, long seconds, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update((seconds + ".").getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }
}
