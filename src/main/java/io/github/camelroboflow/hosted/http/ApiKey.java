package io.github.camelroboflow.hosted.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * A Roboflow API key, which is never printed.
 *
 * @param value the key; empty if there is none
 */
public record ApiKey(String value) {

    /** No key, for servers that need none. */
    public static final ApiKey NONE = new ApiKey("");

    public ApiKey {
        value = value == null ? "" : value.strip();
    }

    public boolean isPresent() {
        return !value.isEmpty();
    }

    /** The text without the key, in case someone else put it there, in capitals or not. */
    public String redact(String text) {
        if (text == null || !isPresent()) {
            return text;
        }
        return Pattern.compile(Pattern.quote(value) + "|" + Pattern.quote(URLEncoder.encode(value, StandardCharsets.UTF_8)),
                Pattern.CASE_INSENSITIVE).matcher(text).replaceAll("…");
    }

    /** The failure as a cause to show; {@code null} if it, or what caused it, tells the key. */
    Throwable causeUnlessSecret(Throwable failure) {
        for (Throwable next = failure; next != null; next = next.getCause()) {
            String text = next.toString();
            if (!text.equals(redact(text))) {
                return null;
            }
        }
        return failure;
    }

    @Override
    public String toString() {
        return isPresent() ? "…" : "none";
    }

    /** How the API key is sent. */
    public enum KeyTransport {
        /** As a header, but to Roboflow's older hosts as a query parameter, since they know nothing else. */
        AUTO,
        /** As {@code Authorization: Bearer}, which servers take from version 1.5.0 on. */
        HEADER,
        /** As the query parameter {@code api_key}, which every server takes, and may write into its log. */
        QUERY
    }
}
