package io.github.camelroboflow.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.ResponseMaskFormat;
import java.util.List;

/** Results as Roboflow's server writes them for a request. */
final class ResultJson {

    private ResultJson() {
    }

    static byte[] bytes(Inference inference, ResponseMaskFormat masks) {
        boolean emptyMask = inference instanceof Detections found && masks == ResponseMaskFormat.POLYGON
                && found.predictions().stream().anyMatch(prediction -> prediction.rle() != null);
        return emptyMask ? withOutlines(InferenceJson.write(inference)) : InferenceJson.bytes(inference);
    }

    /** A mask without pixels has no outline, so it is kept as run lengths; who asked for outlines gets one without points. */
    private static byte[] withOutlines(ObjectNode result) {
        for (JsonNode prediction : result.path("predictions")) {
            if (prediction instanceof ObjectNode object && object.has("rle") && object.path("mask_format").asText().equals("rle")) {
                object.remove(List.of("rle", "mask_format"));
                object.putArray("points");
                object.put("mask_format", "polygon");
            }
        }
        try {
            return Reply.JSON.writeValueAsBytes(result);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a result could not be written as JSON", e);
        }
    }
}
