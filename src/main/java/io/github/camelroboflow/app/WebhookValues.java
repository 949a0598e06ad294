package io.github.camelroboflow.app;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which addresses webhooks can be posted to. */
final class WebhookValues {

    private static final int HIGHEST_PORT = 65_535;

    private static final String HOST = "(?:\\[[\\p{XDigit}:.%]+\\]|[\\p{L}\\p{N}._-]+)";

    /** The scheme, the user, the server with its port, and the rest. */
    private static final Pattern WEB = Pattern.compile("(?is)(https?://)([^/?#]*@)?(" + HOST + "(?::(\\d{1,5}))?)(?:[/?#].*)?");

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
        Matcher web = WEB.matcher(url);
        if (!web.matches()) {
            throw new IllegalArgumentException(name + "=" + ServerAddress.beginning(url) + " is no http:// or https:// address");
        }
        if (web.group(2) != null) {
            throw new IllegalArgumentException(name + "=" + web.group(1) + web.group(3)
                    + " is no http:// or https:// address that can be used: it has a user before the host");
        }
        if (web.group(4) != null && (Integer.parseInt(web.group(4)) > HIGHEST_PORT || Integer.parseInt(web.group(4)) == 0)) {
            throw new IllegalArgumentException(name + "=" + web.group(1) + web.group(3)
                    + " is no http:// or https:// address that can be used: a port is a number from 1 to " + HIGHEST_PORT);
        }
    }
}
