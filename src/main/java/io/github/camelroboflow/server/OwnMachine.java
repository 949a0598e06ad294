package io.github.camelroboflow.server;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whether a request that reached a loopback address is one of this machine's programs. Its browsers reach that address, too, for
 * pages from anywhere, and by any name that somebody makes lead there (DNS rebinding).
 */
final class OwnMachine {

    private static final Pattern NAMES = Pattern.compile("(.+\\.)?localhost\\.?|127(\\.\\d{1,3}){3}|\\[::1]");
    private static final Pattern ORIGIN = Pattern.compile("[a-z][a-z0-9+.-]*://([^/]*)");

    private OwnMachine() {
    }

    /** By the host that it names and, if a page asks, by that page's. */
    static boolean asks(Call call) {
        return call.header("host").filter(host -> !host.isEmpty()).map(OwnMachine::isNamed).orElse(true)
                && call.header("origin").map(OwnMachine::isFrom).orElseGet(() -> !isEmbedded(call));
    }

    /** Whether it is for a picture or a frame in a page from elsewhere, of which browsers do not name the origin. */
    private static boolean isEmbedded(Call call) {
        return call.header("sec-fetch-site").filter("cross-site"::equals).isPresent()
                && call.header("sec-fetch-dest").filter("document"::equals).isEmpty();
    }

    private static boolean isFrom(String origin) {
        return Optional.of(ORIGIN.matcher(origin.toLowerCase(Locale.ROOT))).filter(parts -> parts.matches())
                .map(parts -> isNamed(parts.group(1))).orElse(false);
    }

    private static boolean isNamed(String authority) {
        return NAMES.matcher(authority.toLowerCase(Locale.ROOT).replaceFirst(":\\d+$", "")).matches();
    }
}
