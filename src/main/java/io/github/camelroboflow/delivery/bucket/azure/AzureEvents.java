package io.github.camelroboflow.delivery.bucket.azure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.delivery.bucket.client.ObjectEvents;
import io.github.camelroboflow.delivery.bucket.client.ObjectVersion.Etags;
import io.github.camelroboflow.inference.support.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the messages in which Event Grid announces new blobs, in its own schema and as CloudEvents, plain or in Base64 as it puts
 * them into storage queues.
 *
 * @see <a href="https://learn.microsoft.com/azure/event-grid/event-schema-blob-storage">their structure</a>
 */
final class AzureEvents implements ObjectEvents {

    private static final Pattern SUBJECT = Pattern.compile("/blobServices/default/containers/([^/]+)/blobs/(.+)", Pattern.DOTALL);
    private static final String CREATED = "Microsoft.Storage.BlobCreated";
    /** The request that begins a file of an account with folders; a later one announces its content. */
    private static final String BEGUN = "CreateFile";

    @Override
    public List<Created> read(String message) {
        JsonNode event = parse(message);
        String type = event.path("eventType").asText(event.path("type").asText());
        if (type.isEmpty()) {
            throw invalid(message, null);
        }
        JsonNode data = event.path("data");
        if (!type.equals(CREATED) || data.path("api").asText().equals(BEGUN)) {
            return List.of();
        }
        Matcher subject = SUBJECT.matcher(event.path("subject").asText());
        if (!subject.matches()) {
            throw invalid(message, null);
        }
        String key = subject.group(2);
        return List.of(new Created(subject.group(1), new BucketObject(key, Etags.unquoted(data.path("eTag").textValue()),
                data.path("contentLength").asLong(-1), key), data.path("sequencer").textValue()));
    }

    private static JsonNode parse(String message) {
        try {
            String text = message.strip();
            JsonNode root = Json.MAPPER.readTree(text.startsWith("{") || text.startsWith("[") ? text : decoded(text));
            JsonNode event = root != null && root.isArray() && root.size() == 1 ? root.get(0) : root;
            if (event != null && event.isObject()) {
                return event;
            }
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw invalid(message, e);
        }
        throw invalid(message, null);
    }

    /** @throws IllegalArgumentException if it is not in Base64 */
    private static String decoded(String text) {
        return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
    }

    /** The subject holds the key as it is. */
    @Override
    public void checkKey(String asSent) {
        // every key can exist
    }

    private static InvalidNotificationException invalid(String message, Exception cause) {
        return InvalidNotificationException.of("Azure's Event Grid", message, cause);
    }
}
