package io.github.camelroboflow.app;

import io.github.camelroboflow.delivery.destination.WebhookBody;
import io.github.camelroboflow.delivery.outbox.WebhookAddress;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which addresses webhooks can be posted to, and with which bodies. */
final class WebhookValues {

    /** Camel leaves such a value as it is, brackets and all. */
    private static final Pattern RAW = Pattern.compile("(?s)RAW(?:\\((.*)\\)|\\{(.*)})");

    private WebhookValues() {
    }

    /** Without the brackets by which Camel leaves it as it is. */
    static String plain(String value) {
        Matcher raw = RAW.matcher(value);
        return !raw.matches() ? value : raw.group(1) != null ? raw.group(1) : raw.group(2);
    }

    /** @throws IllegalArgumentException if nothing can be posted to such an address, without what may be secret in it */
    static void checkUrl(String name, String value) {
        String url = plain(value);
        try {
            WebhookAddress.of(url);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + "=" + ServerAddress.beginning(url) + " " + e.getMessage());
        }
    }

    /** @throws IllegalArgumentException if it is neither the usual body nor a file that one can be made of */
    static void checkBody(String name, String value) {
        String file = plain(value);
        if (file.equals(WebhookBody.ENVELOPE)) {
            return;
        }
        try {
            WebhookBody.of(Path.of(file));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + "=" + file + ": it is " + WebhookBody.ENVELOPE
                    + " or a file of JSON, but " + e.getMessage());
        }
    }
}
