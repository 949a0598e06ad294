package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.inference.Printable;
import java.io.File;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;
import org.apache.camel.WrappedFile;

/** Makes parcels of messages. */
final class Parcels {

    /** What the columns take. */
    static final int LONGEST_ID = 200;
    static final int LONGEST_NAME = 4000;
    private static final int LONGEST_URI = 8000;

    /** Of the image and of the way here; no receiver wants them. */
    private static final List<String> NOT_SENT = List.of("CamelFile", "CamelRoboflow", "CamelMessage");

    private static final Pattern CREDENTIALS = Pattern.compile("(?i).*(authorization|cookie|token|secret|password|api-?key).*");

    private Parcels() {
    }

    /**
     * The message as it is now, for the destination that the exchange's property names.
     *
     * @throws IllegalArgumentException if the route does not say what goes where
     * @throws InvalidPayloadException  if the body is neither text nor bytes nor can be made so
     */
    static Parcel of(Exchange exchange) throws InvalidPayloadException {
        String destination = exchange.getProperty(Outbox.DESTINATION, String.class);
        if (destination == null || destination.isBlank()) {
            throw new IllegalArgumentException("the route does not say where to deliver to: set the exchange property "
                    + Outbox.DESTINATION + " before #enqueue or #deliver");
        }
        if (destination.length() > LONGEST_URI) {
            throw new IllegalArgumentException("the destination's address is longer than " + LONGEST_URI + " characters");
        }
        if (EndpointSending.isWeb(destination.strip())) {
            // what can't be sent is not taken
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
        return new Parcel(destination.strip(), deliveryId(message), part(exchange), payload, text, headers, credentials,
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
        String id = Stream.of("CamelRoboflowDeliveryId", "Delivery-Id").map(name -> message.getHeader(name, String.class))
                .filter(value -> value != null && !value.isBlank()).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is nothing to know a repeat by: the message has neither a"
                        + " header CamelRoboflowDeliveryId, as after - to: roboflow, nor Delivery-Id"));
        if (id.length() > LONGEST_ID) {
            throw new IllegalArgumentException("the Delivery-Id is longer than " + LONGEST_ID + " characters");
        }
        if (!id.codePoints().allMatch(Printable::isPrintable)) {
            throw new IllegalArgumentException("the Delivery-Id holds control characters: " + Printable.of(id));
        }
        return id;
    }

    /** May be a path of any length; only whether two are equal matters. */
    private static String part(Exchange exchange) {
        String part = exchange.getProperty(Outbox.PART, "", String.class);
        return part.isEmpty() ? "" : Ids.sha256(part);
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

    /** Names that others chose may hold line breaks, which in a header of HTTP would begin another. */
    static String header(String name, String value) {
        return name.startsWith("Camel") ? value : oneLine(value);
    }

    static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }

    private static String image(Exchange exchange) {
        String image = Stream.of(exchange.getProperty("CamelRoboflowImageName", String.class),
                        exchange.getMessage().getHeader(Exchange.FILE_NAME_CONSUMED, String.class),
                        exchange.getMessage().getHeader(Exchange.FILE_NAME, String.class))
                .filter(name -> name != null).findFirst().map(Parcels::oneLine).orElse("");
        return image.length() <= LONGEST_NAME ? image : image.substring(0, LONGEST_NAME);
    }
}
