package io.github.camelroboflow.component;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.support.Json;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.camel.Converter;

/** Converts a result to Roboflow's JSON as text, bytes or a tree, so that {@code to: file:out} writes JSON. */
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
}
