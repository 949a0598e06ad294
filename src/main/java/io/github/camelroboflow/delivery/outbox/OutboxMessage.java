package io.github.camelroboflow.delivery.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.github.camelroboflow.inference.support.ContractNames;
import io.github.camelroboflow.inference.support.Hashes;
import io.github.camelroboflow.inference.support.Json;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;
import org.apache.camel.WrappedFile;

/**
 * A message for one destination.
 *
 * @param destination the URI of the destination endpoint
 * @param deliveryId  the id by which the receiver recognizes a repeat
 * @param part        distinguishes the messages of one image for one destination; mostly empty
 * @param payload     the content; UTF-8 if it is text
 * @param text        whether the payload is text
 * @param headers     text, numbers and booleans by name
 * @param credentials headers that authenticate the sender; stored with the destination, not with each row
 * @param image       the image's name, for people
 */
record OutboxMessage(String destination, String deliveryId, String part, Payload payload, boolean text, Map<String, Object> headers,
                     Map<String, Object> credentials, String image) {

    /** @param files whether a payload on disk may be a file in the body */
    Object body(boolean files) throws IOException {
        return text ? new String(payload.bytes(), StandardCharsets.UTF_8) : files ? payload.body() : payload.bytes();
    }

    /** Returns an id that is unique for the destination. */
    String id() {
        return deliveryId + '/' + part;
    }

    OutboxMessage with(Payload other) {
        return new OutboxMessage(destination, deliveryId, part, other, text, headers, credentials, image);
    }

    /** Makes outbox messages from Camel's messages. */
    static final class OutboxMessageFactory {

        /** The longest values of the columns. */
        static final int LONGEST_ID = 200;
        static final int LONGEST_NAME = 4000;
        private static final int LONGEST_URI = 8000;

        /** Prefixes of headers about the image and its route, which no receiver needs. */
        private static final List<String> NOT_SENT = List.of("CamelFile", "CamelRoboflow", "CamelMessage");

        private static final Pattern CREDENTIALS = Pattern.compile("(?i).*(authorization|cookie|token|secret|password|api-?key).*");

        private OutboxMessageFactory() {
        }

        /**
         * Makes an outbox message for the destination in the exchange's property.
         *
         * @throws IllegalArgumentException if the route does not set the destination, or the message has no delivery id
         * @throws InvalidPayloadException if the body is neither text nor bytes and can't be converted
         */
        static OutboxMessage of(Exchange exchange) throws InvalidPayloadException {
            String destination = exchange.getProperty(Outbox.DESTINATION, String.class);
            if (destination == null || destination.isBlank()) {
                throw new IllegalArgumentException("the route does not say where to deliver to: set the exchange property "
                        + Outbox.DESTINATION + " before #enqueue or #deliver");
            }
            if (destination.length() > LONGEST_URI) {
                throw new IllegalArgumentException("the destination's address is longer than " + LONGEST_URI + " characters");
            }
            if (EndpointSender.isWeb(destination.strip())) {
                // refuses an address that can't be sent to
                WebhookAddress.of(destination);
            }
            Message message = exchange.getMessage();
            Object body = message.getBody();
            boolean text = !isBytes(body);
            Payload payload = text ? Payload.of(message.getMandatoryBody(String.class).getBytes(StandardCharsets.UTF_8))
                    : binary(message);
            Map<String, Object> headers = headers(message);
            Map<String, Object> credentials = new LinkedHashMap<>(headers);
            credentials.keySet().removeIf(name -> !CREDENTIALS.matcher(name).matches());
            headers.keySet().removeAll(credentials.keySet());
            String part = part(exchange.getProperty(Outbox.PART, "", String.class));
            return new OutboxMessage(destination.strip(), deliveryId(message), part, payload, text, headers, credentials,
                    image(exchange));
        }

        private static Payload binary(Message message) throws InvalidPayloadException {
            Object content = message.getBody() instanceof WrappedFile<?> wrapped ? wrapped.getFile() : message.getBody();
            return content instanceof File file ? Payload.of(file.toPath()) : Payload.of(message.getMandatoryBody(byte[].class));
        }

        private static boolean isBytes(Object body) {
            return Stream.of(byte[].class, InputStream.class, File.class, WrappedFile.class, ByteBuffer.class)
                    .anyMatch(type -> type.isInstance(body));
        }

        private static String deliveryId(Message message) {
            String id = Stream.of(ContractNames.DELIVERY_ID, "Delivery-Id").map(name -> message.getHeader(name, String.class))
                    .filter(value -> value != null && !value.isBlank()).findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("the receiver could not recognize a repeat: the message has"
                            + " neither a header CamelRoboflowDeliveryId, as after - to: roboflow, nor Delivery-Id"));
            if (id.length() > LONGEST_ID) {
                throw new IllegalArgumentException("the Delivery-Id is longer than " + LONGEST_ID + " characters");
            }
            if (!id.codePoints().allMatch(MessageText::isPrintable)) {
                throw new IllegalArgumentException("the Delivery-Id holds control characters: " + MessageText.printable(id));
            }
            return id;
        }

        /** Returns a hash of the part, which may be a path of any length: only equality matters. */
        static String part(String part) {
            return part.isEmpty() ? "" : Hashes.sha256Hex(part);
        }

        private static Map<String, Object> headers(Message message) {
            Map<String, Object> headers = new LinkedHashMap<>();
            message.getHeaders().forEach((name, value) -> {
                boolean plain = value instanceof CharSequence || value instanceof Number || value instanceof Boolean;
                if (plain && NOT_SENT.stream().noneMatch(name::startsWith)) {
                    headers.put(name, value instanceof CharSequence text ? header(name, text.toString()) : value);
                }
            });
            return headers;
        }

        /** Removes line breaks from a header, which would start another header in HTTP. Names that others chose may hold them. */
        static String header(String name, String value) {
            return name.startsWith("Camel") ? value : oneLine(value);
        }

        static String oneLine(String text) {
            return text.replaceAll("\\p{Cntrl}", " ");
        }

        private static String image(Exchange exchange) {
            String image = Stream.of(exchange.getProperty(ContractNames.IMAGE_NAME, String.class),
                            exchange.getMessage().getHeader(Exchange.FILE_NAME_CONSUMED, String.class),
                            exchange.getMessage().getHeader(Exchange.FILE_NAME, String.class))
                    .filter(name -> name != null).findFirst().map(OutboxMessageFactory::oneLine).orElse("");
            return image.length() <= LONGEST_NAME ? image : image.substring(0, LONGEST_NAME);
        }
    }

    /** Sends a message and returns when the receiver has accepted it. */
    @FunctionalInterface
    interface MessageSender {

        /** @throws Exception if the receiver did not accept the message, or perhaps did not */
        void send(OutboxMessage message) throws Exception;
    }

    /**
     * A message in the table. All times are milliseconds since 1970 by the clock of the machine that wrote them.
     *
     * @param id            its number
     * @param destinationId the id of its destination
     * @param message       the message
     * @param created       the time when it was added, or added again by a replay
     * @param attempts      the number of attempts
     * @param lastAttempt   the time of the last attempt, or 0
     * @param deadline      the time when the attempts end
     * @param claim         the current claim; a later claim of the row has another id
     * @param damage        the reason why the stored row can never be sent, or empty
     */
    record OutboxRow(long id, String destinationId, OutboxMessage message, long created, int attempts, long lastAttempt,
                     long deadline, String claim, String damage) {

        OutboxRow claimed(String newClaim) {
            return new OutboxRow(id, destinationId, message, created, attempts, lastAttempt, deadline, newClaim, damage);
        }
    }

    /** Converts headers to JSON and back, with text, numbers and booleans unchanged. */
    static final class HeadersJson {

        private static final TypeReference<Map<String, Object>> TYPE = new TypeReference<>() {
        };

        private HeadersJson() {
        }

        static String json(Map<String, Object> headers) {
            try {
                return Json.MAPPER.writeValueAsString(headers);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("headers could not be written as JSON", e);
            }
        }

        /** Parses headers. Empty if the text is not JSON of names with text, numbers and booleans. */
        static Optional<Map<String, Object>> parse(String json) {
            try {
                return Optional.ofNullable(json == null ? null : Json.MAPPER.readValue(json, TYPE)).filter(HeadersJson::arePlain);
            } catch (JsonProcessingException e) {
                return Optional.empty();
            }
        }

        private static boolean arePlain(Map<String, Object> headers) {
            return headers.values().stream().allMatch(value -> value instanceof String || value instanceof Number
                    || value instanceof Boolean);
        }
    }
}
