package io.github.camelroboflow.inference;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What every result carries besides what was found.
 *
 * @param inferenceId   a UUID, or empty where the result did not say
 * @param time          seconds from decoding the image to the result, or NaN where the result did not say
 * @param image         the size of the image
 * @param visualization the image with the result drawn on it, as base64 of a JPEG; empty without one
 * @param received      the JSON that the result was read from, so that nothing of it is lost; {@code null} if it was made here
 */
public record InferenceInfo(String inferenceId, double time, ImageSize image, String visualization, ObjectNode received) {

    public static InferenceInfo of(String inferenceId, double time, ImageSize image) {
        return new InferenceInfo(inferenceId, time, image, "", null);
    }

    /** A copy of the received JSON, or {@code null}. */
    @Override
    public ObjectNode received() {
        return received == null ? null : received.deepCopy();
    }

    InferenceInfo withVisualization(String base64Jpeg) {
        ObjectNode json = received();
        if (json != null) {
            // first, as Roboflow has it
            ObjectNode received = json.remove(List.of("visualization"));
            json = json.objectNode().put("visualization", base64Jpeg).setAll(received);
        }
        return new InferenceInfo(inferenceId, time, image, base64Jpeg, json);
    }
}
