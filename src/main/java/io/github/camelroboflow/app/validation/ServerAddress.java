package io.github.camelroboflow.app.validation;

import io.github.camelroboflow.delivery.destination.WebhookEnvelope;
import io.github.camelroboflow.delivery.outbox.WebhookAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;

/** Checks the address of a server for Amazon's clients, and of a webhook. */
final class ServerAddress {

    private static final int HIGHEST_PORT = 65_535;

    private ServerAddress() {
    }

    /** @throws IllegalArgumentException if no request can be sent to such an address */
    static void check(String name, String text, String example) {
        String wrong = problem(text);
        if (wrong != null) {
            throw new IllegalArgumentException(name + "=" + withoutSecrets(text) + " can't be used: " + wrong + "; it is such as "
                    + example);
        }
    }

    private static String problem(String text) {
        try {
            URI uri = new URI(text);
            if (!"http".equalsIgnoreCase(uri.getScheme()) && !"https".equalsIgnoreCase(uri.getScheme())) {
                return "it begins with neither http:// nor https://";
            }
            if (uri.getHost() == null) {
                return "it has no host name of letters, digits, dots and hyphens, as Amazon's client wants, or its"
                        + " port is no number";
            }
            if (uri.getPort() == 0 || uri.getPort() > HIGHEST_PORT) {
                return "its port is none from 1 to " + HIGHEST_PORT;
            }
            if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
                return "it is more than a scheme, a host, a port and a path";
            }
            SdkHttpFullRequest.builder().method(SdkHttpMethod.GET).uri(uri).build();
            return null;
        } catch (URISyntaxException e) {
            return e.getReason() + " at character " + (e.getIndex() + 1);
        } catch (IllegalArgumentException | NullPointerException e) {
            return e.getMessage();
        }
    }

    /** Returns scheme and server only, because passwords and tokens are in the rest or before an @. */
    static String withoutSecrets(String address) {
        return address.contains("@") ? "…" : address.replaceFirst("(?s)^([^/?#]*:/{0,2})?([^/?#]*).*", "$1$2");
    }

    /** Checks the parameters of webhooks. */
    static final class Webhook {

        /** Camel's notation for a value that is used literally. */
        private static final Pattern RAW = Pattern.compile("(?s)RAW(?:\\((.*)\\)|\\{(.*)})");

        /** The hosts of webhooks that take JSON alone: of Slack and of Teams. */
        private static final Pattern WITHOUT_FILES =
                Pattern.compile("(?i)(hooks\\.slack(-gov)?\\.com|.*\\.webhook\\.office\\.com)(:\\d+)?");

        private Webhook() {
        }

        /** Removes Camel's brackets around a literal value. */
        static String unwrapRaw(String value) {
            Matcher raw = RAW.matcher(value);
            return !raw.matches() ? value : raw.group(1) != null ? raw.group(1) : raw.group(2);
        }

        /** @throws IllegalArgumentException if no webhook can have such an address; the message has no secret parts of it */
        static void checkUrl(String name, String value) {
            String url = unwrapRaw(value);
            try {
                WebhookAddress.of(url);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(name + "=" + ServerAddress.withoutSecrets(url) + " " + e.getMessage());
            }
        }

        /**
         * @param given the parameters that are set
         * @throws IllegalArgumentException if no webhook can have these together
         */
        static void checkFormat(Map<String, String> given) {
            boolean annotated = Boolean.parseBoolean(given.getOrDefault("annotated", "false"));
            String host = ServerAddress.withoutSecrets(unwrapRaw(given.getOrDefault("url", ""))).replaceFirst(".*://", "");
            if (annotated && WITHOUT_FILES.matcher(host).matches()) {
                throw new IllegalArgumentException("kamelet:webhook annotated=true can't go with " + host + ", which takes no"
                        + " files: send the picture to another destination, such as kamelet:s3");
            }
            try {
                WebhookEnvelope.check(unwrapRaw(given.getOrDefault("body", "envelope")), annotated,
                        given.getOrDefault("cloudevents", "none"));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("kamelet:webhook " + e.getMessage(), e);
            }
        }
    }
}
