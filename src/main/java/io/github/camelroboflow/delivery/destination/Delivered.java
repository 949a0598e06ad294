package io.github.camelroboflow.delivery.destination;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.camelroboflow.delivery.Taken;
import io.github.camelroboflow.inference.Inference;
import java.io.File;
import java.util.Optional;
import org.apache.camel.Exchange;

/** What a destination finds in an exchange, by the names that the sources and the {@code roboflow} component gave it. */
final class Delivered {

    static final String RESULT_KEY = "CamelRoboflowResultKey";
    static final String DELIVERY_ID = "CamelRoboflowDeliveryId";
    static final String MODEL_ID = "CamelRoboflowModelId";
    private static final String INFERENCE = "CamelRoboflowInference";

    private static final ObjectMapper MAPPER =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private Delivered() {
    }

    /** The body if it is a result, else the last one: with {@code format=image} the body is a picture. */
    static Object result(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        Inference last = exchange.getProperty(INFERENCE, Inference.class);
        return body instanceof Inference || last == null ? body : last;
    }

    static Inference inference(Exchange exchange) {
        if (result(exchange) instanceof Inference inference) {
            return inference;
        }
        throw noResult();
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

    /** A text that the route has put into the body in the place of the result. */
    static Optional<String> ownText(Exchange exchange) {
        if (!(exchange.getMessage().getBody() instanceof String text)) {
            return Optional.empty();
        }
        boolean result = exchange.getProperty(INFERENCE, Inference.class) == null ? isJson(text) : text.equals(json(exchange));
        return result ? Optional.empty() : Optional.of(text);
    }

    static boolean isJson(String text) {
        try {
            JsonNode json = MAPPER.readTree(text);
            return json.isObject() || json.isArray();
        } catch (JacksonException e) {
            return false;
        }
    }

    static IllegalStateException noResult() {
        return new IllegalStateException("the message holds no result: put a step 'to: roboflow' before 'direct:deliver'");
    }

    /** The image that the result is of; it is there until the exchange ends. */
    static File image(Exchange exchange) {
        File image = exchange.getVariable(Taken.IMAGE, File.class);
        if (image == null) {
            throw new IllegalStateException("there is no image to copy: the route's source has to set the variable 'image'");
        }
        return image;
    }

    /** The image's name as it came, relative to where it came from. */
    static String imageName(Exchange exchange) {
        return exchange.getProperty(Taken.IMAGE_NAME, "", String.class);
    }

    /** Where the image came from, such as {@code file:data/inbox}. */
    static String source(Exchange exchange) {
        return exchange.getProperty(Taken.SOURCE, "", String.class);
    }

    /** The name for the result, with {@code /} between folders. */
    static String resultFile(Exchange exchange) {
        return header(exchange, Taken.RESULT_FILE);
    }

    static String header(Exchange exchange, String name) {
        return exchange.getMessage().getHeader(name, "", String.class);
    }
}
