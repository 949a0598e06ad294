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

    /** Returns the text without the key, in upper or lower case, in case a name or address contains it. */
    public String redact(String text) {
        if (text == null || !isPresent()) {
            return text;
        }
        return Pattern.compile(Pattern.quote(value) + "|" + Pattern.quote(URLEncoder.encode(value, StandardCharsets.UTF_8)),
                Pattern.CASE_INSENSITIVE).matcher(text).replaceAll("…");
    }

    /** Returns the failure, or {@code null} if its text or a cause's text contains the key. */
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

    /** The ways to send the API key. */
    public enum KeyTransport {
        /** As a header; as a query parameter to Roboflow's older hosts, which support only that. */
        AUTO,
        /** As {@code Authorization: Bearer}, which servers support from version 1.5.0. */
        HEADER,
        /** As the query parameter {@code api_key}, which every server supports and may write into its log. */
        QUERY
    }
}
