package io.github.camelroboflow.hosted;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

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

    /** The text without the key, in case someone else put it there. */
    String hideIn(String text) {
        if (text == null || !isPresent()) {
            return text;
        }
        return text.replace(value, "…").replace(URLEncoder.encode(value, StandardCharsets.UTF_8), "…");
    }

    @Override
    public String toString() {
        return isPresent() ? "…" : "none";
    }
}
