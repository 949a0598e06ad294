package io.github.camelroboflow.delivery.bucket;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.delivery.bucket.client.ObjectVersion.Etags;
import io.github.camelroboflow.delivery.source.ImageExchange;
import io.github.camelroboflow.inference.support.Json;
import io.github.camelroboflow.inference.support.LruMap;
import io.github.camelroboflow.inference.support.MessageText;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets the body to the objects that an event notification announces. Without objects the route ends here. A message that is no
 * notification, or is about another bucket, fails, so that the queue's redrive policy handles it; it is logged once.
 */
public final class NotifiedObjects implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(NotifiedObjects.class);
    private static final int MOST_NAMED = 1000;
    /** Tells a message from others. */
    private static final String ID_HEADER = "CamelAwsSqsMessageId";

    private final Set<String> named = Collections.synchronizedSet(Collections.newSetFromMap(new LruMap<>(MOST_NAMED)));
    private final BucketInbox inbox;

    /** @param inbox the inbox that the notifications are about */
    public NotifiedObjects(BucketInbox inbox) {
        this.inbox = inbox;
    }

    @Override
    public void process(Exchange exchange) {
        List<BucketObject> objects;
        try {
            String message = String.valueOf(exchange.getMessage().getBody(String.class));
            objects = EventNotification.read(message).stream().map(this::ofThisBucket)
                    .filter(object -> inbox.name(object.key()).isPresent() || inbox.name(object.asSent()).isPresent()).toList();
        } catch (InvalidNotificationException e) {
            String id = exchange.getMessage().getHeader(ID_HEADER, "?", String.class);
            if (named.add(id)) {
                LOG.warn("The message {} stays in the queue, for its redrive policy: {}", MessageText.printable(id),
                        MessageText.printable(e.getMessage()));
            }
            throw e;
        }
        if (objects.isEmpty()) {
            ImageExchange.endWithoutImage(exchange);
        }
        exchange.getMessage().setBody(objects);
    }

    private BucketObject ofThisBucket(EventNotification.Created created) {
        if (!created.bucket().equals(inbox.bucketName())) {
            throw new InvalidNotificationException("it is about the bucket " + created.bucket() + ", and s3.bucket is "
                    + inbox.bucketName());
        }
        return created.object();
    }

    /**
     * Reads the messages in which S3 and compatible servers announce new objects: S3's own event notifications with URL-encoded
     * keys (some servers do not encode them), the same by way of SNS, and EventBridge's with plain keys. Messages about other
     * events announce no objects.
     *
     * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html">their structure</a>
     */
    static final class EventNotification {

        private static final int LONGEST_QUOTE = 60;

        /** An object that was put into a bucket. */
        record Created(String bucket, BucketObject object) {
        }

        private EventNotification() {
        }

        /** @throws InvalidNotificationException if it is not one of these messages */
        static List<Created> read(String message) {
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
            return new Created(bucket, new BucketObject(encoded ? decoded(key) : key, etag, object.path("size").asLong(-1), key));
        }

        /** Decodes a key. Some servers send plain keys, which may not be decodable. */
        private static String decoded(String key) {
            try {
                return URLDecoder.decode(key, StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                return key;
            }
        }

        /** @throws InvalidNotificationException if a missing key is not encoded as S3 does it, either */
        static void checkEncoding(String key) {
            try {
                URLDecoder.decode(key, StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                throw new InvalidNotificationException(key + " does not exist, and is not encoded as S3 encodes keys", e);
            }
        }

        private static InvalidNotificationException invalid(String message, Exception cause) {
            String start = message.length() <= LONGEST_QUOTE ? message : message.substring(0, LONGEST_QUOTE) + "…";
            return new InvalidNotificationException("it is no event notification of S3; it begins with: " + start, cause);
        }
    }

    /** Thrown for a message that is no event notification of the watched bucket. */
    static final class InvalidNotificationException extends RuntimeException {

        InvalidNotificationException(String message) {
            super(message);
        }

        InvalidNotificationException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
