package io.github.camelroboflow.delivery.bucket.client;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The metadata of an object that its copy keeps.
 *
 * @param metadata the user's own metadata
 * @param etag     the etag of the original, since a copy's can differ; {@code null} for none
 */
public record ObjectMetadata(String contentType, String contentDisposition, String cacheControl, Map<String, String> metadata,
                   String etag) {

    public static final String ORIGINAL_ETAG = "camel-roboflow-etag";

    static final ObjectMetadata NONE = new ObjectMetadata(null, null, null, Map.of(), null);

    /** Returns the metadata of an object without what a request can't send. */
    public static ObjectMetadata sendable(String contentType, String contentDisposition, String cacheControl,
            Map<String, String> metadata, String etag) {
        Map<String, String> sendable = new TreeMap<>();
        metadata.forEach((name, value) -> {
            if (isPlain(name) && !name.equals(ORIGINAL_ETAG)) {
                sendable.put(name, encoded(value));
            }
        });
        return new ObjectMetadata(plain(contentType), plain(contentDisposition), plain(cacheControl), sendable, etag);
    }

    /** Returns the metadata of a report about an object. */
    public static ObjectMetadata json(String etag) {
        return new ObjectMetadata("application/json", null, null, Map.of(), etag);
    }

    private static String plain(String text) {
        return text != null && isPlain(text) ? text : null;
    }

    private static boolean isPlain(String text) {
        return text.chars().allMatch(character -> character >= ' ' && character <= '~');
    }

    /** Encodes text outside ASCII by RFC 2047, as S3 itself returns it. Not every server can sign plain bytes. */
    private static String encoded(String text) {
        return isPlain(text) ? text : "=?UTF-8?B?"
                + Base64.getEncoder().encodeToString(decoded(text).getBytes(StandardCharsets.UTF_8)) + "?=";
    }

    /** Decodes a header value: the HTTP client reads the bytes of headers as ISO 8859-1. */
    private static String decoded(String text) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException e) {
            return text;
        }
    }

    /** Returns this metadata, and then reduced ones that may be accepted if this one is refused. */
    List<ObjectMetadata> fallbacks() {
        return Stream.of(this, new ObjectMetadata(contentType, contentDisposition, cacheControl, metadata, null),
                new ObjectMetadata(contentType, null, null, Map.of(), etag), NONE)
                .distinct().toList();
    }

    /** Names the metadata that the other one lacks, for a person. */
    String without(ObjectMetadata others) {
        return others.etag == null && others.metadata.equals(metadata) && others.cacheControl == cacheControl
                ? "the metadata " + ORIGINAL_ETAG : "its metadata";
    }

    /** Returns the user's metadata with the etag of the original. */
    public Map<String, String> all() {
        Map<String, String> all = new TreeMap<>(metadata);
        if (etag != null && isPlain(etag)) {
            all.put(ORIGINAL_ETAG, etag);
        }
        return all;
    }
}
