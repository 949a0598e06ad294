package io.github.camelroboflow.delivery.scale;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.support.Hashes;
import io.github.camelroboflow.inference.support.Json;
import io.github.camelroboflow.inference.support.MessageText;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The message of an image: where it is, never its bytes.
 *
 * @param claim the id of the claim, which is also the key of the record
 * @param kind  where the image is
 * @param place a file: the id of the shared folder {@code work}; an object: its bucket; 1 to 255 characters
 * @param key   a file: its path below {@code work}, with {@code /} between folders; an object: its whole key
 * @param name  the name for results, relative to the inbox
 * @param size  in bytes
 * @param mark  distinguishes the image from others of its name: the etag of an object, or the time of a file's last change in
 *              milliseconds since 1970
 * @param sent  when the image was claimed
 * @param tries how often the reference was sent before, from 0
 */
public record ImageReference(UUID claim, Kind kind, String place, String key, String name, long size, String mark, Instant sent,
        int tries) {

    /** The version of the JSON form. A reader refuses all others. */
    public static final int VERSION = 1;
    /** The greatest length of the JSON form in characters. A key of S3 has at most 1024 bytes, each of which may be escaped. */
    public static final int LONGEST = 16_384;

    /** The version of ids that are made of a text. */
    private static final int OF_A_TEXT = 3;
    private static final int LONGEST_NAME = 4096;
    private static final int LONGEST_PLACE = 255;
    private static final Set<String> FIELDS = Set.of("version", "claim", "kind", "place", "key", "name", "size", "mark", "sent",
            "tries");
    private static final ObjectReader READER = Json.STRICT.reader(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

    /** Where an image is. */
    public enum Kind {
        /** A file below the shared folder {@code work}. */
        FILE,
        /** An object in a bucket of S3. */
        S3,
        /** An object in a container of Azure Blob Storage. */
        AZURE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Returns the id for the claim of an object that an event announced. The same event has the same claim, whenever it comes.
     *
     * @param event a text that the events of an object do not share
     */
    public static UUID claimOf(String topic, Kind kind, String place, String key, String event) {
        // ids of a text are its MD5, for which texts with the same id can be found; these are hashes themselves
        return UUID.nameUUIDFromBytes(Hashes.sha256Hex(String.join("\0", topic, kind.toString(), place, key, event))
                .getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Returns the identity: two open claims of a topic never have the same. An object may be put again with the same content when
     * it was just filed and its outcome is not recorded yet. A listing shows it later, too, but an event comes once.
     */
    String identity(String topic) {
        String distinction = claim.version() == OF_A_TEXT ? claim.toString() : mark;
        return Hashes.sha256Hex(String.join("\0", topic, kind.toString(), place, key, distinction));
    }

    /** Returns the same reference for another time that it is sent. */
    ImageReference withTries(int count) {
        return new ImageReference(claim, kind, place, key, name, size, mark, sent, count);
    }

    /** Returns the JSON form on one line. */
    public String json() {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("version", VERSION).put("claim", claim.toString()).put("kind", kind.toString()).put("place", place)
                .put("key", key).put("name", name).put("size", size).put("mark", mark).put("sent", sent.toString())
                .put("tries", tries);
        return json.toString();
    }

    /**
     * Reads the JSON form.
     *
     * @throws InvalidReferenceException if it is anything else
     */
    public static ImageReference parse(String text) throws InvalidReferenceException {
        if (text == null || text.length() > LONGEST) {
            throw new InvalidReferenceException(text == null ? "it has no content" : "it has " + text.length()
                    + " characters, and a reference has at most " + LONGEST);
        }
        JsonNode root;
        try {
            root = READER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new InvalidReferenceException("it is no JSON: " + e.getOriginalMessage());
        }
        return new Fields(root).read();
    }

    /** Reads the fields of the JSON form. */
    private record Fields(JsonNode root) {

        ImageReference read() throws InvalidReferenceException {
            if (!root.isObject()) {
                throw new InvalidReferenceException("it is no JSON object");
            }
            long version = number("version", Integer.MAX_VALUE);
            if (version != VERSION) {
                throw new InvalidReferenceException("its version is " + version + ", and this program reads only " + VERSION
                        + ": update the programs that are older");
            }
            Set<String> odd = new HashSet<>();
            root.fieldNames().forEachRemaining(odd::add);
            odd.removeAll(FIELDS);
            if (!odd.isEmpty()) {
                throw new InvalidReferenceException("it has the unknown field " + MessageText.printable(odd.iterator().next()));
            }
            Kind kind = kind();
            String key = text("key", LONGEST_NAME);
            String name = text("name", LONGEST_NAME);
            // the key of an object may be anything, and so may its name
            if (kind == Kind.FILE) {
                requireBelow("name", name);
                requireBelow("key", key);
            }
            return new ImageReference(claim(), kind, text("place", LONGEST_PLACE), key, name, number("size", Long.MAX_VALUE),
                    text("mark", LONGEST_NAME), sent(), (int) number("tries", Integer.MAX_VALUE));
        }

        private UUID claim() throws InvalidReferenceException {
            String text = text("claim", LONGEST_PLACE);
            try {
                UUID id = UUID.fromString(text);
                if (id.toString().equals(text)) {
                    return id;
                }
            } catch (IllegalArgumentException e) {
                throw wrong("claim", "no UUID", e);
            }
            throw wrong("claim", "no UUID", null);
        }

        private Kind kind() throws InvalidReferenceException {
            String text = text("kind", LONGEST_PLACE);
            return Stream.of(Kind.values()).filter(kind -> kind.toString().equals(text)).findFirst()
                    .orElseThrow(() -> wrong("kind", "not one of " + List.of(Kind.values()), null));
        }

        private Instant sent() throws InvalidReferenceException {
            try {
                return Instant.parse(text("sent", LONGEST_PLACE));
            } catch (DateTimeException e) {
                throw wrong("sent", "no time such as 2026-01-31T12:00:00Z", e);
            }
        }

        private String text(String field, int longest) throws InvalidReferenceException {
            JsonNode value = root.path(field);
            if (!value.isTextual() || value.textValue().isEmpty() || value.textValue().length() > longest
                    || value.textValue().indexOf('\0') >= 0) {
                throw wrong(field, "no text of 1 to " + longest + " characters", null);
            }
            return value.textValue();
        }

        private long number(String field, long most) throws InvalidReferenceException {
            JsonNode value = root.path(field);
            if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0 || value.longValue() > most) {
                throw wrong(field, "no number from 0 to " + most, null);
            }
            return value.longValue();
        }

        /** Refuses a path that leads out of its folder. */
        private static void requireBelow(String field, String path) throws InvalidReferenceException {
            if (Stream.of(path.split("/", -1)).anyMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."))) {
                throw wrong(field, "no relative path", null);
            }
        }

        private static InvalidReferenceException wrong(String field, String words, Exception cause) {
            InvalidReferenceException wrong = new InvalidReferenceException("its field " + field + " is missing or " + words);
            wrong.initCause(cause);
            return wrong;
        }
    }

    /** Thrown for a message that is no reference. Its words continue a sentence about the message. */
    public static final class InvalidReferenceException extends Exception {

        private static final long serialVersionUID = 1;

        InvalidReferenceException(String message) {
            super(message);
        }
    }
}
