package io.github.camelroboflow.server;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Which URLs of images are fetched at all, by how they are written. */
final class ImageUrl {

    private static final String NOT_HTTPS = "Providing images via non https:// URL is not supported"
            + " in this configuration of `inference`.";
    private static final String NO_NAME = "Providing images via URL without FQDN is not supported"
            + " in this configuration of `inference`.";
    private static final String INVALID = "Provided image URL is invalid";

    private static final int LONGEST = 8192;
    private static final Pattern NAME =
            Pattern.compile("([a-z0-9_]([a-z0-9_-]*[a-z0-9])?\\.)+([a-z]{2,63}|xn--[a-z0-9-]{2,59})\\.?");
    /** Names that never lead to the internet (RFC 2606, 6761, 6762, 7686, 8375, and what clouds use within). */
    private static final Set<String> LOCAL = Set.of("local", "localhost", "localdomain", "internal", "intranet", "lan",
            "home", "corp", "private", "invalid", "test", "example", "onion", "arpa");

    private ImageUrl() {
    }

    /**
     * One of https that names a host of the internet.
     *
     * @throws Refusal if it is none, in the words of Roboflow's server
     */
    static URI checked(String url) {
        URI uri = parsed(url);
        if (uri.getScheme() == null) {
            throw Refusal.image(INVALID);
        }
        if (!uri.getScheme().equalsIgnoreCase("https")) {
            throw Refusal.image(NOT_HTTPS);
        }
        if (uri.getHost() == null || uri.getRawUserInfo() != null) {
            throw Refusal.image(INVALID);
        }
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        String[] labels = host.split("\\.");
        if (!NAME.matcher(host).matches() || LOCAL.contains(labels[labels.length - 1])) {
            throw Refusal.image(NO_NAME);
        }
        return uri;
    }

    /** Any URL, also a relative one, as redirects may have it. */
    static URI parsed(String url) {
        if (url.length() > LONGEST) {
            throw Refusal.image(INVALID);
        }
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw Refusal.image(url.startsWith("data:") || url.startsWith("http:") ? NOT_HTTPS : INVALID);
        }
    }
}
