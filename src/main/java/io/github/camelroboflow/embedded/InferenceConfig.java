package io.github.camelroboflow.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.StreamSupport;

/** Reads {@code inference_config.json}. */
final class InferenceConfig {

    private InferenceConfig() {
    }

    /**
     * @param steps {@code image_pre_processing}
     * @param input {@code network_input}
     * @throws IllegalArgumentException saying what is wrong
     */
    static Preprocessing preprocessing(JsonNode steps, JsonNode input) {
        String mode = input.path("resize_mode").asText("stretch");
        int padding = mode.equals("fit-longer-edge") ? 127 : input.path("padding_value").asInt(0);
        return new Preprocessing(PreprocessingSteps.staticCrop(steps), PreprocessingSteps.grayscale(steps),
                PreprocessingSteps.contrast(steps), resizeMode(mode), padding,
                "bgr".equals(input.path("color_mode").asText()), scale(input));
    }

    private static ResizeMode resizeMode(String mode) {
        return switch (mode) {
            case "stretch" -> ResizeMode.STRETCH;
            case "letterbox", "letterbox-reflect-edges" -> ResizeMode.LETTERBOX;
            case "fit-longer-edge" -> ResizeMode.FIT_WITHIN;
            case "center-crop" -> ResizeMode.CENTER_CROP;
            default -> throw new IllegalArgumentException("its resize_mode '" + mode + "' is none of stretch, letterbox,"
                    + " letterbox-reflect-edges, fit-longer-edge and center-crop");
        };
    }

    private static PixelScale scale(JsonNode input) {
        double divisor = input.path("scaling_factor").asDouble(255);
        JsonNode normalization = input.path("normalization");
        boolean normalized = !normalization.isEmpty();
        boolean three = normalization.path(0).size() == 3 && normalization.path(1).size() == 3;
        if (divisor <= 0 || normalized && !three) {
            throw new IllegalArgumentException("its scaling_factor must be greater than 0, and its normalization null or three"
                    + " means and three deviations");
        }
        return normalized ? PixelScale.of(divisor, numbers(normalization.get(0)), numbers(normalization.get(1)))
                : PixelScale.of(divisor, null, null);
    }

    private static double[] numbers(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).mapToDouble(JsonNode::asDouble).toArray();
    }
}
