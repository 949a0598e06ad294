package io.github.camelroboflow.embedded.golden;

import static io.github.camelroboflow.inference.InferenceOption.CLASSES;
import static io.github.camelroboflow.inference.InferenceOption.CLASS_AGNOSTIC_NMS;
import static io.github.camelroboflow.inference.InferenceOption.CONFIDENCE;
import static io.github.camelroboflow.inference.InferenceOption.DISABLE_PREPROC_AUTO_ORIENT;
import static io.github.camelroboflow.inference.InferenceOption.MAX_DETECTIONS;
import static io.github.camelroboflow.inference.InferenceOption.OVERLAP;
import static io.github.camelroboflow.inference.InferenceOption.RESPONSE_MASK_FORMAT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.embedded.TestModels;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InferenceOptions.ResponseMaskFormat;
import io.github.camelroboflow.inference.ModelId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A recorded answer of Roboflow inference 1.5.0 (engine N), with its request. */
record GoldenCase(String id, ModelId model, Path image, JsonNode parameters, Path answer) {

    static Stream<GoldenCase> all() throws IOException {
        JsonNode cases = new ObjectMapper().readTree(TestModels.GOLDEN.resolve("cases.json").toFile());
        return StreamSupport.stream(cases.spliterator(), false).map(json -> new GoldenCase(json.get("id").asText(),
                new ModelId(json.get("model").asText()), TestModels.GOLDEN.resolve(json.get("image").asText()),
                json.get("parameters"), TestModels.GOLDEN.resolve(json.get("expected").asText())));
    }

    Inference expected() throws IOException {
        return InferenceJson.read(Files.readAllBytes(answer));
    }

    InferenceOptions options() {
        InferenceOptions defaults = InferenceOptions.DEFAULTS;
        return InferenceOptions.DEFAULTS.with(CONFIDENCE, parameters.path("confidence").asDouble(defaults.get(CONFIDENCE)))
                .with(OVERLAP, parameters.path("overlap").asDouble(defaults.get(OVERLAP)))
                .with(MAX_DETECTIONS, parameters.path("maxDetections").asInt(defaults.get(MAX_DETECTIONS)))
                .with(CLASSES, parameters.has("classes") ? Arrays.asList(parameters.get("classes").asText().split(",")) : List.of())
                .with(CLASS_AGNOSTIC_NMS, parameters.path("classAgnosticNms").asBoolean())
                .with(RESPONSE_MASK_FORMAT, ResponseMaskFormat.valueOf(
                        parameters.path("responseMaskFormat").asText("polygon").toUpperCase(Locale.ROOT)))
                .with(DISABLE_PREPROC_AUTO_ORIENT, parameters.path("disablePreprocAutoOrient").asBoolean());
    }

    @Override
    public String toString() {
        return id;
    }
}
