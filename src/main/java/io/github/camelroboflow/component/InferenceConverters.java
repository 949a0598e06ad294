package io.github.camelroboflow.component;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelroboflow.annotate.Annotator.AnnotationStyle;
import io.github.camelroboflow.annotate.Annotator;
import io.github.camelroboflow.component.ResultWriter.Body;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.support.ContractNames;
import io.github.camelroboflow.inference.support.Json;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.camel.Converter;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.spi.DataType;
import org.apache.camel.spi.DataTypeTransformer;
import org.apache.camel.spi.Transformer;

/**
 * Converts a result to Roboflow's JSON as text, bytes or a tree, so that {@code to: file:out} writes JSON. Has the data types of
 * results.
 */
@Converter(generateLoader = true)
public final class InferenceConverters {

    private InferenceConverters() {
    }

    @Converter
    public static byte[] toBytes(Inference inference) {
        return InferenceJson.bytes(inference);
    }

    @Converter
    public static String toText(Inference inference) {
        return new String(InferenceJson.bytes(inference), StandardCharsets.UTF_8);
    }

    @Converter
    public static InputStream toInputStream(Inference inference) {
        return new ByteArrayInputStream(InferenceJson.bytes(inference));
    }

    @Converter
    public static JsonNode toJsonNode(Inference inference) {
        return inference.toJson();
    }

    @Converter
    @SuppressWarnings("unchecked")
    public static Map<String, Object> toMap(Inference inference) {
        return Json.MAPPER.convertValue(inference.toJson(), Map.class);
    }

    /**
     * The data type {@code application-x-roboflow-json}: turns the result, or with {@code format=image} the last result, into
     * Roboflow's JSON.
     */
    @DataTypeTransformer(name = "application-x-roboflow-json", toType = "application-x-roboflow-json",
                         description = "Turns the result of a roboflow step into Roboflow's JSON, as bytes")
    public static final class JsonTransformer extends Transformer {

        @Override
        public void transform(Message message, DataType from, DataType to) {
            message.setBody(toBytes(result(message, to)));
            message.setHeader(Exchange.CONTENT_TYPE, ResultWriter.JSON);
        }
    }

    /** The data type {@code image-jpeg}: draws the result on the image that the exchange's variable {@code image} holds. */
    @DataTypeTransformer(name = "image-jpeg", toType = "image-jpeg",
                         description = "Draws the result of a roboflow step on the image in the variable 'image', as a JPEG")
    public static final class AnnotatedImageTransformer extends Transformer {

        private static final String IMAGE = "image";

        /** @throws IllegalArgumentException if there is no result, or no image to draw it on */
        @Override
        public void transform(Message message, DataType from, DataType to) {
            Inference inference = result(message, to);
            if (inference.info().visualization().isEmpty()) {
                message.setBody(Annotator.draw(image(message.getExchange()), inference, AnnotationStyle.DEFAULTS));
            } else {
                message.setBody(Body.received(ImageSource.of(IMAGE, new byte[0]), inference));
            }
            message.setHeader(Exchange.CONTENT_TYPE, Body.JPEG);
        }

        private static ImageSource image(Exchange exchange) {
            Object image = exchange.getVariable(IMAGE);
            if (image == null) {
                throw new IllegalArgumentException("there is no image to draw the result on: keep it in the variable 'image',"
                        + " with setVariable before the step roboflow, or use format=image");
            }
            return MessageImages.of(exchange, image);
        }
    }

    private static Inference result(Message message, DataType to) {
        Object result = message.getBody() instanceof Inference inference ? inference
                : message.getExchange().getProperty(ContractNames.INFERENCE);
        if (result instanceof Inference inference) {
            return inference;
        }
        throw new IllegalArgumentException("the message holds no result to turn into " + to.getName() + ": put a step"
                + " 'to: roboflow' before this one");
    }
}
