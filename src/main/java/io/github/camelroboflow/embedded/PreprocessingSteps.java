package io.github.camelroboflow.embedded;

import com.fasterxml.jackson.databind.JsonNode;

/** The steps before resizing, which both kinds of package write alike. The orientation is applied whatever they say of it. */
final class PreprocessingSteps {

    private PreprocessingSteps() {
    }

    /** @throws IllegalArgumentException if it is no part of an image */
    static StaticCrop staticCrop(JsonNode steps) {
        JsonNode crop = steps.path("static-crop");
        return enabled(crop) ? new StaticCrop(crop.path("x_min").asDouble(0), crop.path("x_max").asDouble(100),
                crop.path("y_min").asDouble(0), crop.path("y_max").asDouble(100)) : StaticCrop.NONE;
    }

    static boolean grayscale(JsonNode steps) {
        return enabled(steps.path("grayscale"));
    }

    /** @throws IllegalArgumentException if it has a contrast step of an unknown kind */
    static Contrast contrast(JsonNode steps) {
        JsonNode contrast = steps.path("contrast");
        return enabled(contrast) ? Contrast.of(contrast.path("type").asText()) : Contrast.NONE;
    }

    private static boolean enabled(JsonNode step) {
        return step.path("enabled").asBoolean(false);
    }
}
