package io.github.camelroboflow.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.inference.Box;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares our answers with those that Roboflow inference 1.5.0 (engine N) gave for the same models and images: the same number of
 * predictions and the same classes, each edge within a pixel, the confidence within 0.005, or 0.02 where images are stretched.
 */
class GoldenTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final double EDGE = 1;
    private static final EmbeddedEngine CRAFTED = new EmbeddedEngine(TestModels.GOLDEN.resolve("models"));
    private static final EmbeddedEngine TRAINED = new EmbeddedEngine(TestModels.SHIPPED);
    private static final Map<String, Deviation> WORST = new TreeMap<>();

    /** How far answers were from the recorded ones. */
    private record Deviation(int cases, int predictions, double edge, double confidence) {

        static final Deviation NONE = new Deviation(0, 0, 0, 0);

        Deviation and(Deviation other) {
            return new Deviation(cases + other.cases, predictions + other.predictions, Math.max(edge, other.edge),
                    Math.max(confidence, other.confidence));
        }
    }

    private record Case(String id, String model, Path image, JsonNode parameters, Detections expected) {

        static Case of(JsonNode json) {
            try {
                return new Case(json.get("id").asText(), json.get("model").asText(),
                        TestModels.GOLDEN.resolve(json.get("image").asText()), json.get("parameters"),
                        (Detections) InferenceJson.read(
                                Files.readAllBytes(TestModels.GOLDEN.resolve(json.get("expected").asText()))));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        double confidenceTolerance() {
            return List.of("det-stretch", "det-crop-gray", "det-contrast").contains(model) ? 0.02 : 0.005;
        }

        InferenceOptions options() {
            InferenceOptions defaults = InferenceOptions.DEFAULTS;
            return InferenceOptions.builder().confidence(parameters.path("confidence").asDouble(defaults.confidence()))
                    .overlap(parameters.path("overlap").asDouble(defaults.overlap()))
                    .maxDetections(parameters.path("maxDetections").asInt(defaults.maxDetections()))
                    .classes(parameters.has("classes") ? Arrays.asList(parameters.get("classes").asText().split(",")) : List.of())
                    .classAgnosticNms(parameters.path("classAgnosticNms").asBoolean())
                    .disablePreprocAutoOrient(parameters.path("disablePreprocAutoOrient").asBoolean()).build();
        }

        @Override
        public String toString() {
            return id;
        }
    }

    static Stream<Case> cases() throws IOException {
        JsonNode cases = MAPPER.readTree(TestModels.GOLDEN.resolve("cases.json").toFile());
        return StreamSupport.stream(cases.spliterator(), false).map(Case::of);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void sameAsRecorded(Case golden) {
        EmbeddedEngine engine = golden.model.contains("/") ? TRAINED : CRAFTED;
        Detections actual = (Detections) engine.infer(new ModelId(golden.model), List.of(ImageSource.of(golden.image)),
                golden.options()).toCompletableFuture().join().get(0);

        assertThat(actual.info().image()).isEqualTo(golden.expected.info().image());
        assertThat(actual.predictions()).hasSameSizeAs(golden.expected.predictions());
        Deviation deviation = deviation(golden.expected.predictions(), actual.predictions());
        WORST.merge(golden.model, deviation, Deviation::and);
        assertThat(deviation.edge).as("pixels").isLessThanOrEqualTo(EDGE);
        assertThat(deviation.confidence).as("confidence").isLessThanOrEqualTo(golden.confidenceTolerance());
    }

    /** Pairs each recorded prediction with the nearest of ours of its class; order among nearly equal scores doesn't count. */
    private static Deviation deviation(List<Detection> expected, List<Detection> actual) {
        List<Detection> left = new ArrayList<>(actual);
        double edge = 0;
        double confidence = 0;
        for (Detection one : expected) {
            Detection nearest = left.stream().filter(other -> other.className().equals(one.className())
                    && other.classId() == one.classId()).min((a, b) -> Double.compare(distance(one, a), distance(one, b)))
                    .orElseThrow(() -> new AssertionError("there is no other " + one.className()));
            left.remove(nearest);
            edge = Math.max(edge, edge(one.box(), nearest.box()));
            confidence = Math.max(confidence, Math.abs(one.confidence() - nearest.confidence()));
        }
        return new Deviation(1, expected.size(), edge, confidence);
    }

    private static double distance(Detection one, Detection other) {
        return edge(one.box(), other.box()) + Math.abs(one.confidence() - other.confidence());
    }

    private static double edge(Box one, Box other) {
        return Math.max(Math.max(Math.abs(one.x1() - other.x1()), Math.abs(one.y1() - other.y1())),
                Math.max(Math.abs(one.x2() - other.x2()), Math.abs(one.y2() - other.y2())));
    }

    @AfterAll
    static void report() {
        System.out.printf("%-16s %5s %11s %12s %16s%n", "model", "cases", "predictions", "edge (max 1)", "confidence");
        WORST.forEach((model, worst) -> System.out.printf(Locale.ROOT, "%-16s %5d %11d %12.1f %16.7f%n", model, worst.cases,
                worst.predictions, worst.edge, worst.confidence));
        CRAFTED.close();
        TRAINED.close();
    }
}
