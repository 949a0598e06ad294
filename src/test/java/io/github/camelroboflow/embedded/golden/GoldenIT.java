package io.github.camelroboflow.embedded.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.embedded.EmbeddedEngine;
import io.github.camelroboflow.embedded.TestModels;
import io.github.camelroboflow.embedded.session.EmbeddedSettings;
import io.github.camelroboflow.embedded.session.EmbeddedSettings.ExecutionProvider;
import io.github.camelroboflow.inference.Classification;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.MultiLabelClassification;
import io.github.camelroboflow.inference.SemanticSegmentation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares results with recorded answers of Roboflow inference 1.5.0 (engine N) for the same models and images. Writes the largest
 * deviations to {@code target/golden.txt}.
 */
class GoldenIT {

    private static final Map<Integer, EmbeddedEngine> CRAFTED = engines(TestModels.GOLDEN.resolve("models"));
    private static final Map<Integer, EmbeddedEngine> TRAINED = engines(TestModels.SHIPPED);
    private static final GoldenTable TABLE = new GoldenTable();

    private static Map<Integer, EmbeddedEngine> engines(Path models) {
        return Map.of(1, new EmbeddedEngine(models, new EmbeddedSettings(1, ExecutionProvider.CPU, 8)),
                4, new EmbeddedEngine(models, new EmbeddedSettings(4, ExecutionProvider.CPU, 8)));
    }

    /** Returns the cases, each on one thread, as when the JVM is busy, and on several, as for an image that is alone. */
    static Stream<Arguments> cases() throws IOException {
        List<GoldenCase> cases = GoldenCase.all().toList();
        return Stream.of(1, 4).flatMap(threads -> cases.stream().map(golden -> Arguments.of(threads, golden)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void sameAsRecorded(int threads, GoldenCase golden) throws IOException {
        EmbeddedEngine engine = (golden.model().value().contains("/") ? TRAINED : CRAFTED).get(threads);
        Inference actual = engine.infer(golden.model(), List.of(ImageSource.of(golden.image())), golden.options())
                .toCompletableFuture().join().get(0);
        Inference expected = golden.expected();

        assertThat(actual.info().image()).isEqualTo(expected.info().image());
        Deviation deviation = compare(expected, actual);
        TABLE.add(golden.model().value(), deviation);
        assertThat(deviation.worst()).allSatisfy((measure, worst) -> assertThat(worst).isLessThanOrEqualTo(measure.tolerance()));
    }

    static Deviation compare(Inference expected, Inference actual) {
        if (expected instanceof Detections detections) {
            return DetectionsComparison.compare(detections, (Detections) actual);
        }
        if (expected instanceof Classification classification) {
            return ClassificationComparison.compare(classification, (Classification) actual);
        }
        if (expected instanceof MultiLabelClassification classification) {
            return ClassificationComparison.compare(classification, (MultiLabelClassification) actual);
        }
        if (expected instanceof SemanticSegmentation segmentation) {
            return SegmentationComparison.compare(segmentation, (SemanticSegmentation) actual);
        }
        throw new IllegalArgumentException("no comparison for " + expected.getClass());
    }

    @AfterAll
    static void report() throws IOException {
        System.out.print(TABLE);
        Files.writeString(Path.of("target/golden.txt"), TABLE.toString());
        CRAFTED.values().forEach(EmbeddedEngine::close);
        TRAINED.values().forEach(EmbeddedEngine::close);
    }
}
