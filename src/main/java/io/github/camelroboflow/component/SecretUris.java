package io.github.camelroboflow.component;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Endpoint URIs that may be shown to anyone. */
final class SecretUris {

    /** In all the spellings that Camel takes for the option. */
    private static final Pattern KEY = Pattern.compile("([?&](?:configuration\\.)?api-?key=)(RAW\\(.*?\\)|RAW\\{.*?\\}|[^&]*)",
            Pattern.CASE_INSENSITIVE);

    private SecretUris() {
    }

    /** The URI with the first digits of a hash in the place of an API key. */
    static String hide(String uri) {
        return uri == null ? null : KEY.matcher(uri).replaceAll(found -> found.group(1) + hash(found));
    }

    private static String hash(MatchResult found) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(found.group(2).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
