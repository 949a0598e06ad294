package io.github.camelroboflow.embedded;

import com.fasterxml.jackson.databind.JsonNode;

/** Reads {@code PREPROCESSING} of {@code environment.json}, with the platform's names for resizing. */
final class EnvironmentConfig {

    private EnvironmentConfig() {
    }

    /** @throws IllegalArgumentException saying what is wrong */
    static Preprocessing preprocessing(JsonNode steps) {
        // the platform's format for what has no other name here is stretching
        String format = steps.path("resize").path("format").asText("Stretch to");
        ResizeMode mode = format.startsWith("Fill (with center crop)") ? ResizeMode.CENTER_CROP
                : format.startsWith("Fit") ? ResizeMode.LETTERBOX : ResizeMode.STRETCH;
        return new Preprocessing(PreprocessingSteps.staticCrop(steps), PreprocessingSteps.grayscale(steps),
                PreprocessingSteps.contrastStretching(steps), mode, padding(format), false, PixelScale.UNIT);
    }

    private static int padding(String format) {
        return switch (format) {
            case "Fit (white edges) in" -> 255;
            case "Fit (grey edges) in" -> 114;
            case "Fit within" -> 127;
            default -> 0;
        };
    }
}
