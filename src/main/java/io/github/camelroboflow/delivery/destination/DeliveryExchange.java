package io.github.camelroboflow.delivery.destination;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelroboflow.delivery.disk.FileNames;
import io.github.camelroboflow.delivery.source.ImageExchange;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.support.ContractNames;
import io.github.camelroboflow.inference.support.Json;
import java.io.File;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.util.URISupport;

/**
 * Access to the data of an exchange that a destination needs, by the names that the sources and the {@code roboflow} component use.
 */
final class DeliveryExchange {

    private DeliveryExchange() {
    }

    /** Returns the body if it is a result, otherwise the last result: with {@code format=image} the body is a picture. */
    static Object result(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        Inference last = exchange.getProperty(ContractNames.INFERENCE, Inference.class);
        return body instanceof Inference || last == null ? body : last;
    }

    static Inference inference(Exchange exchange) {
        if (result(exchange) instanceof Inference inference) {
            return inference;
        }
        throw noResult();
    }

    /** Returns the number of detections by class, the most confident class first; empty if the JSON is no result. */
    static Map<String, Integer> counts(Exchange exchange) {
        try {
            return result(exchange) instanceof Inference inference ? inference.counts()
                    : InferenceJson.read(tree(exchange)).counts();
        } catch (IllegalArgumentException | ArithmeticException e) {
            return Map.of();
        }
    }

    static String json(Exchange exchange) {
        return convert(exchange, String.class);
    }

    static JsonNode tree(Exchange exchange) {
        return convert(exchange, JsonNode.class);
    }

    private static <T> T convert(Exchange exchange, Class<T> type) {
        T converted = exchange.getContext().getTypeConverter().tryConvertTo(type, exchange, result(exchange));
        if (converted == null) {
            throw noResult();
        }
        return converted;
    }

    /** Returns a text that the route has set as the body in place of the result. */
    static Optional<String> ownText(Exchange exchange) {
        if (!(exchange.getMessage().getBody() instanceof String text)) {
            return Optional.empty();
        }
        boolean result = exchange.getProperty(ContractNames.INFERENCE, Inference.class) == null ? isJson(text)
                : text.equals(json(exchange));
        return result ? Optional.empty() : Optional.of(text);
    }

    static boolean isJson(String text) {
        try {
            JsonNode json = Json.STRICT.readTree(text);
            return json.isObject() || json.isArray();
        } catch (JacksonException e) {
            return false;
        }
    }

    static IllegalStateException noResult() {
        return new IllegalStateException("the message holds no result: put a step 'to: roboflow' before 'direct:deliver', or"
                + " before the destination");
    }

    /** Returns the image of the result. The file exists until the exchange ends. */
    static File image(Exchange exchange) {
        File image = exchange.getVariable(ImageExchange.IMAGE, File.class);
        if (image == null) {
            throw new IllegalStateException("there is no image to copy: the route's source has to set the variable 'image'");
        }
        return image;
    }

    /** Returns the image's name as it came, relative to where it came from; the source of the route may not have told it. */
    static String imageName(Exchange exchange) {
        Message message = exchange.getMessage();
        return first(exchange.getProperty(ContractNames.IMAGE_NAME, String.class),
                message.getHeader(Exchange.FILE_NAME_CONSUMED, String.class), message.getHeader(Exchange.FILE_NAME, String.class),
                exchange.getExchangeId());
    }

    /** Returns where the image came from, such as {@code file:data/inbox}. */
    static String source(Exchange exchange) {
        Endpoint from = exchange.getFromEndpoint();
        return first(exchange.getProperty(ContractNames.SOURCE, String.class),
                from == null ? null : URISupport.sanitizeUri(from.getEndpointBaseUri()));
    }

    /** Returns the name for the result, with {@code /} between folders: safe as a path, whoever named the image. */
    static String resultFile(Exchange exchange) {
        return FileNames.safe(first(exchange.getMessage().getHeader(ImageExchange.RESULT_FILE, String.class),
                FileNames.withSuffix(imageName(exchange), ".json")));
    }

    private static String first(String... texts) {
        return Stream.of(texts).filter(Objects::nonNull).findFirst().orElse("");
    }

    static String header(Exchange exchange, String name) {
        return exchange.getMessage().getHeader(name, "", String.class);
    }

    /** The headers of an outgoing message. Headers of the source or of an earlier step are not sent. */
    static final class MessageHeaders {

        /** The content type of an object in a bucket, by the name that Camel has for it in S3. */
        static final String OBJECT_TYPE = "CamelAwsS3ContentType";

        private MessageHeaders() {
        }

        /** Replaces all headers but the delivery id, which Camel does not send. */
        static void replace(Message message, Map<String, Object> headers) {
            message.removeHeaders("*", ContractNames.DELIVERY_ID);
            headers.forEach(message::setHeader);
        }
    }
}
