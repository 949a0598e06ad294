package io.github.camelroboflow.app.validation;

import io.github.camelroboflow.delivery.destination.WebhookBody;
import io.github.camelroboflow.delivery.outbox.WebhookAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;

/** The address of a server that Amazon's client is to ask, or of some other service. */
final class ServerAddress {

    private static final int HIGHEST_PORT = 65_535;

    private ServerAddress() {
    }

    /** @throws IllegalArgumentException if no request could be made to such an address */
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

    /** The scheme and the server: passwords and tokens are in what follows, or before an @. */
    static String withoutSecrets(String address) {
        return address.contains("@") ? "…" : address.replaceFirst("(?s)^([^/?#]*:/{0,2})?([^/?#]*).*", "$1$2");
    }

    /** Which addresses webhooks can be posted to, and with which bodies. */
    static final class Webhook {

        /** Camel leaves such a value as it is, brackets and all. */
        private static final Pattern RAW = Pattern.compile("(?s)RAW(?:\\((.*)\\)|\\{(.*)})");

        private Webhook() {
        }

        /** Without the brackets by which Camel leaves it as it is. */
        static String unwrapRaw(String value) {
            Matcher raw = RAW.matcher(value);
            return !raw.matches() ? value : raw.group(1) != null ? raw.group(1) : raw.group(2);
        }

        /** @throws IllegalArgumentException if nothing can be posted to such an address, without what may be secret in it */
        static void checkUrl(String name, String value) {
            String url = unwrapRaw(value);
            try {
                WebhookAddress.of(url);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(name + "=" + ServerAddress.withoutSecrets(url) + " " + e.getMessage());
            }
        }

        /** @throws IllegalArgumentException if it is neither the usual body nor a file that one can be made of */
        static void checkBody(String name, String value) {
            String file = unwrapRaw(value);
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
}
