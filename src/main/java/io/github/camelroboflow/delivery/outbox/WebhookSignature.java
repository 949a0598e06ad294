package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.outbox.Outbox.WebhookScheme;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The headers by which a receiver knows that a webhook is genuine and whether it is a repetition. The signature is the HMAC-SHA-256
 * of the time and the body, so a receiver can refuse the repetition of an old request.
 */
final class WebhookSignature {

    /** The start of a secret whose rest is a key in Base64 (Standard Webhooks, "Signature scheme"). */
    private static final String KEY = "whsec_";

    private final WebhookScheme scheme;
    private final List<byte[]> keys;

    /**
     * @param secrets the secret, or several separated by commas while one replaces another; blank for none
     * @throws IllegalArgumentException if a secret is no key
     */
    WebhookSignature(WebhookScheme scheme, String secrets) {
        this.scheme = scheme;
        keys = Stream.of(secrets.split(",")).map(String::strip).filter(secret -> !secret.isEmpty()).map(this::key).toList();
    }

    private byte[] key(String secret) {
        if (scheme == WebhookScheme.STRIPE || !secret.startsWith(KEY)) {
            return secret.getBytes(StandardCharsets.UTF_8);
        }
        try {
            byte[] key = Base64.getDecoder().decode(secret.substring(KEY.length()));
            if (key.length > 0) {
                return key;
            }
        } catch (IllegalArgumentException e) {
            // its message would show a character of the secret
        }
        throw new IllegalArgumentException("webhook.secret begins with " + KEY + ", but its rest is no key in Base64: copy the"
                + " whole secret, or write one without " + KEY);
    }

    /** Returns the headers for a request at this time. */
    Map<String, String> headers(String id, byte[] body, Instant time) {
        String seconds = String.valueOf(time.getEpochSecond());
        Map<String, String> headers = new LinkedHashMap<>();
        if (scheme == WebhookScheme.STANDARD) {
            headers.put("webhook-id", id);
            headers.put("webhook-timestamp", seconds);
        }
        if (!keys.isEmpty()) {
            headers.put("webhook-signature",
                    scheme == WebhookScheme.STANDARD ? standard(id, seconds, body) : stripe(seconds, body));
        }
        return headers;
    }

    private String standard(String id, String seconds, byte[] body) {
        return keys.stream().map(key -> "v1," + Base64.getEncoder().encodeToString(hmac(key, id + "." + seconds + ".", body)))
                .collect(Collectors.joining(" "));
    }

    private String stripe(String seconds, byte[] body) {
        return "t=" + seconds + "," + keys.stream().map(key -> "v1=" + HexFormat.of().formatHex(hmac(key, seconds + ".", body)))
                .collect(Collectors.joining(","));
    }

    private static byte[] hmac(byte[] key, String start, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(start.getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }
}
