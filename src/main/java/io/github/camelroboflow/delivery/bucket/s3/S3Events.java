package io.github.camelroboflow.delivery.bucket.s3;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.delivery.bucket.client.ObjectEvents;
import io.github.camelroboflow.delivery.bucket.client.ObjectVersion.Etags;
import io.github.camelroboflow.inference.support.Json;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the messages in which S3 and compatible servers announce new objects: S3's own event notifications with URL-encoded keys
 * (some servers do not encode them), the same by way of SNS, and EventBridge's with plain keys.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html">their structure</a>
 */
final class S3Events implements ObjectEvents {

    @Override
    public List<Created> read(String message) {
        return read(message, true);
    }

    private static List<Created> read(String message, boolean maybeWrapped) {
        JsonNode root = parse(message);
        if (maybeWrapped && root.path("Message").isTextual() && root.hasNonNull("TopicArn")) {
            return read(root.get("Message").textValue(), false);
        }
        if (root.path("Records").isArray()) {
            List<Created> created = new ArrayList<>();
            root.get("Records").forEach(entry -> addRecord(entry, created, message));
            return created;
        }
        if (root.hasNonNull("detail-type") && root.path("detail").isObject()) {
            return root.get("detail-type").asText().equals("Object Created")
                    ? List.of(readCreated(root.get("detail"), "etag", false, message)) : List.of();
        }
        if (root.path("Event").asText().equals("s3:TestEvent")) {
            return List.of();
        }
        throw invalid(message, null);
    }

    private static JsonNode parse(String message) {
        try {
            JsonNode root = Json.MAPPER.readTree(message);
            if (root != null && root.isObject()) {
                return root;
            }
        } catch (JsonProcessingException e) {
            throw invalid(message, e);
        }
        throw invalid(message, null);
    }

    private static void addRecord(JsonNode entry, List<Created> created, String message) {
        if (!entry.hasNonNull("eventName")) {
            throw invalid(message, null);
        }
        // some servers write the prefix s3:
        if (entry.get("eventName").asText().replaceFirst("^s3:", "").startsWith("ObjectCreated:")) {
            created.add(readCreated(entry.path("s3"), "eTag", true, message));
        }
    }

    private static Created readCreated(JsonNode detail, String etagName, boolean encoded, String message) {
        String bucket = detail.path("bucket").path("name").asText();
        JsonNode object = detail.path("object");
        String key = object.path("key").asText();
        if (bucket.isEmpty() || key.isEmpty()) {
            throw invalid(message, null);
        }
        String etag = Etags.unquoted(object.path(etagName).textValue());
        return new Created(bucket, new BucketObject(encoded ? decoded(key) : key, etag, object.path("size").asLong(-1), key),
                object.path("sequencer").textValue());
    }

    /** Decodes a key. Some servers send plain keys, which may not be decodable. */
    private static String decoded(String key) {
        try {
            return URLDecoder.decode(key, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return key;
        }
    }

    @Override
    public void checkKey(String asSent) {
        try {
            URLDecoder.decode(asSent, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new InvalidNotificationException(asSent + " does not exist, and is not encoded as S3 encodes keys", e);
        }
    }

    private static InvalidNotificationException invalid(String message, Exception cause) {
        return InvalidNotificationException.of("S3", message, cause);
    }
}
