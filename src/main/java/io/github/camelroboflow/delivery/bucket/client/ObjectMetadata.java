package io.github.camelroboflow.delivery.bucket.client;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * What is kept with a copy of an object.
 *
 * @param metadata the user's own
 * @param etag     that of the original, since a copy's can be another; {@code null} for none
 */
public record ObjectMetadata(String contentType, String contentDisposition, String cacheControl, Map<String, String> metadata,
                   String etag) {

    public static final String ORIGINAL_ETAG = "camel-roboflow-etag";

    static final ObjectMetadata NONE = new ObjectMetadata(null, null, null, Map.of(), null);

    static ObjectMetadata of(GetObjectResponse response, String etag) {
        Map<String, String> metadata = new TreeMap<>();
        response.metadata().forEach((name, value) -> {
            if (isPlain(name) && !name.equals(ORIGINAL_ETAG)) {
                metadata.put(name, encoded(value));
            }
        });
        return new ObjectMetadata(plain(response.contentType()), plain(response.contentDisposition()),
                plain(response.cacheControl()),
                metadata, etag);
    }

    /** The facts of a report about an object. */
    public static ObjectMetadata json(String etag) {
        return new ObjectMetadata("application/json", null, null, Map.of(), etag);
    }

    private static String plain(String text) {
        return text != null && isPlain(text) ? text : null;
    }

    private static boolean isPlain(String text) {
        return text.chars().allMatch(character -> character >= ' ' && character <= '~');
    }

    /** As RFC 2047 writes in headers what is not ASCII, and S3 tells it; as plain bytes, not every server could sign it. */
    private static String encoded(String text) {
        return isPlain(text) ? text : "=?UTF-8?B?"
                + Base64.getEncoder().encodeToString(decoded(text).getBytes(StandardCharsets.UTF_8)) + "?=";
    }

    /** The HTTP client takes the bytes of headers for ISO 8859-1. */
    private static String decoded(String text) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException e) {
            return text;
        }
    }

    /** These, and then what may be accepted where these are not. */
    List<ObjectMetadata> fallbacks() {
        return Stream.of(this, new ObjectMetadata(contentType, contentDisposition, cacheControl, metadata, null),
                new ObjectMetadata(contentType, null, null, Map.of(), etag), NONE)
                .distinct().toList();
    }

    /** Names what the others lack, for a person. */
    String without(ObjectMetadata others) {
        return others.etag == null && others.metadata.equals(metadata) && others.cacheControl == cacheControl
                ? "the metadata " + ORIGINAL_ETAG : "its metadata";
    }

    void describe(PutObjectRequest.Builder request) {
        Map<String, String> all = new TreeMap<>(metadata);
        if (etag != null && isPlain(etag)) {
            all.put(ORIGINAL_ETAG, etag);
        }
        request.contentType(contentType).contentDisposition(contentDisposition).cacheControl(cacheControl).metadata(all);
    }
}
