package io.github.camelroboflow.embedded.golden;

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

/** An answer that Roboflow inference 1.5.0 (engine N) gave, and what it was asked. */
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
        return InferenceOptions.builder().confidence(parameters.path("confidence").asDouble(defaults.confidence()))
                .overlap(parameters.path("overlap").asDouble(defaults.overlap()))
                .maxDetections(parameters.path("maxDetections").asInt(defaults.maxDetections()))
                .classes(parameters.has("classes") ? Arrays.asList(parameters.get("classes").asText().split(",")) : List.of())
                .classAgnosticNms(parameters.path("classAgnosticNms").asBoolean())
                .responseMaskFormat(ResponseMaskFormat.valueOf(
                        parameters.path("responseMaskFormat").asText("polygon").toUpperCase(Locale.ROOT)))
                .disablePreprocAutoOrient(parameters.path("disablePreprocAutoOrient").asBoolean()).build();
    }

    @Override
    public String toString() {
        return id;
    }
}
