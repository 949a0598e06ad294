package io.github.camelroboflow.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads {@code environment.json}: {@code PREPROCESSING}, with the platform's names for resizing, and {@code COLORS}. */
final class EnvironmentConfig {

    private static final Pattern COLOR = Pattern.compile("#[0-9A-Fa-f]{6}");

    private EnvironmentConfig() {
    }

    /** @throws IllegalArgumentException saying what is wrong */
    static Preprocessing preprocessing(JsonNode steps) {
        // the platform's format for what has no other name here is stretching
        String format = steps.path("resize").path("format").asText("Stretch to");
        ResizeMode mode = format.startsWith("Fill (with center crop)") ? ResizeMode.CENTER_CROP
                : format.equals("Fit within") ? ResizeMode.FIT_WITHIN
                : format.startsWith("Fit") ? ResizeMode.LETTERBOX : ResizeMode.STRETCH;
        return new Preprocessing(PreprocessingSteps.staticCrop(steps), PreprocessingSteps.grayscale(steps),
                PreprocessingSteps.contrast(steps), mode, padding(format), false, null);
    }

    /** By class name; what is no {@code #RRGGBB} is left out, since no model is the worse for it. */
    static Map<String, String> colors(JsonNode colors) {
        Map<String, String> known = new HashMap<>();
        colors.fields().forEachRemaining(entry -> {
            String color = entry.getValue().asText().strip();
            if (COLOR.matcher(color).matches()) {
                known.put(entry.getKey().strip(), color);
            }
        });
        return known;
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
