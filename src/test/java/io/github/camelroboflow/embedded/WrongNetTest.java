package io.github.camelroboflow.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.delivery.failure.FailureClassifier;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceEngine.OpenModel;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.ModelPackageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nets whose outputs belong to another family than the declared one. */
class WrongNetTest {

    private static final ModelId MODEL = new ModelId("wrong/1");

    @TempDir
    Path models;

    /** @param factor factor of the scores, which are the mean red and the mean blue of cells, 0 to 1 */
    private void write(float factor) throws IOException {
        Path folder = Files.createDirectories(models.resolve(MODEL.value()));
        TinyNet.write(folder.resolve("weights.onnx"), factor, "1", "3", "64", "96");
        Files.writeString(folder.resolve("class_names.txt"), "red\nblue\n");
    }

    private List<Inference> infer(EmbeddedEngine engine, byte[] image) {
        return engine.infer(MODEL, List.of(ImageSource.of("image.png", image)), InferenceOptions.DEFAULTS).toCompletableFuture()
                .join();
    }

    @Test
    void scoresAboveOneAreRefusedAtTheStart() throws IOException {
        write(50);

        try (EmbeddedEngine engine = new EmbeddedEngine(models)) {
            assertThatThrownBy(() -> engine.open(MODEL)).isInstanceOf(ModelPackageException.class)
                    .hasMessageContaining("weights.onnx: the score").hasMessageContaining("not between 0 and 1");
        }
    }

    /** The picture at the start is not bright enough to show it. */
    @Test
    void scoresAboveOneAreAFailureOfTheModelAndNotOfTheImage() throws IOException {
        write(2);

        try (EmbeddedEngine engine = new EmbeddedEngine(models); OpenModel open = engine.open(MODEL)) {
            assertThat(open.description().classes()).containsExactly("red", "blue");
            assertThat(infer(engine, TestImages.dark(96, 64))).hasSize(1);
            assertThatThrownBy(() -> infer(engine, TestImages.encode("png", 96, 64))).cause()
                    .isInstanceOf(ModelPackageException.class).hasMessageContaining("not between 0 and 1")
                    .satisfies(failure -> assertThat(FailureClassifier.outage(failure)).isPresent());
        }
    }
}
