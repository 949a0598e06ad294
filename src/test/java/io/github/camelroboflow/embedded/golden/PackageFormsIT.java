package io.github.camelroboflow.embedded.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.embedded.EmbeddedEngine;
import io.github.camelroboflow.embedded.TestModels;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceEngine;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares each model's recorded answers with results from a folder that holds less than Roboflow's two kinds of package together.
 */
class PackageFormsIT {

    private static final Set<String> OLDER = Set.of("environment.json", "model_type.json");
    private static final Set<String> NEWER = Set.of("inference_config.json", "model_config.json");

    /** Models whose older package can't declare what the newer one does. */
    private static final Map<String, String> DIFFERENT_BY_DESIGN = Map.of(
            "cls-v8", "YOLO's classifiers end with a softmax; that this one doesn't is only in the newer package",
            "belt-semseg", "DeepLabV3+ is normalized; that this net isn't is only in the newer package");

    @TempDir
    private Path models;

    static Stream<GoldenCase> cases() throws IOException {
        return GoldenCase.all().filter(golden -> golden.parameters().isEmpty() && !golden.model().value().contains("/"));
    }

    static Stream<GoldenCase> casesOfOlderPackages() throws IOException {
        return cases().filter(golden -> !DIFFERENT_BY_DESIGN.containsKey(golden.model().value()));
    }

    private void copy(ModelId model, Predicate<String> files) throws IOException {
        Path folder = Files.createDirectories(models.resolve(model.value()));
        try (Stream<Path> all = Files.list(TestModels.GOLDEN.resolve("models").resolve(model.value()))) {
            for (Path file : all.filter(file -> files.test(file.getFileName().toString())).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
    }

    private void assertSameAsRecorded(GoldenCase golden) throws IOException {
        try (EmbeddedEngine engine = new EmbeddedEngine(models)) {
            Inference actual = engine.infer(golden.model(), List.of(ImageSource.of(golden.image())), golden.options())
                    .toCompletableFuture().join().get(0);
            assertThat(GoldenIT.compare(golden.expected(), actual).worst())
                    .allSatisfy((measure, worst) -> assertThat(worst).isLessThanOrEqualTo(measure.tolerance()));
        }
    }

    private ModelDescription describe(ModelId model) {
        try (EmbeddedEngine engine = new EmbeddedEngine(models); InferenceEngine.OpenModel open = engine.open(model)) {
            return open.description();
        }
    }

    @ParameterizedTest
    @MethodSource("casesOfOlderPackages")
    void theOlderPackageAlone(GoldenCase golden) throws IOException {
        copy(golden.model(), file -> !NEWER.contains(file));

        assertSameAsRecorded(golden);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theNewerPackageAlone(GoldenCase golden) throws IOException {
        copy(golden.model(), file -> !OLDER.contains(file));

        assertSameAsRecorded(golden);
    }

    @ParameterizedTest
    @CsvSource({"parts-seg, INSTANCE_SEGMENTATION, 5", "bolts-pose, KEYPOINT_DETECTION, 1",
            "belt-semseg, SEMANTIC_SEGMENTATION, 5"})
    void theWeightsAloneGiveTaskAndClassNames(String name, Task task, int classes) throws IOException {
        ModelId model = new ModelId(name);
        copy(model, "weights.onnx"::equals);

        assertThat(describe(model).task()).isEqualTo(task);
        assertThat(describe(model).classes()).hasSize(classes);
    }

    @Test
    void rfDetrAsItsOwnLibraryExportsItNeedsOnlyTheClassNames() throws IOException {
        for (GoldenCase golden : cases().filter(golden -> golden.model().value().equals("rfdetr")).toList()) {
            if (!Files.exists(models.resolve("rfdetr"))) {
                copy(golden.model(), Set.of("weights.onnx", "class_names.txt")::contains);
            }
            assertSameAsRecorded(golden);
        }
    }
}
