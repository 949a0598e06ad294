package io.github.camelroboflow.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InferenceEngine.OpenModel;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.ModelPackageException;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nets that leave dimensions open, or take several images at a time. */
class InputShapesTest {

    private static final ModelId TINY = new ModelId("tiny/1");

    @TempDir
    Path models;

    private void write(String size, String... input) throws IOException {
        Path folder = Files.createDirectories(models.resolve(TINY.value()));
        TinyNet.write(folder.resolve("weights.onnx"), input);
        Files.writeString(folder.resolve("class_names.txt"), "red\nblue\n");
        Files.writeString(folder.resolve("inference_config.json"),
                "{\"network_input\": {\"resize_mode\": \"stretch\"" + size + "}}");
    }

    private List<Detection> detect() {
        byte[] image = TestImages.encode("png", 64, 48);
        try (EmbeddedEngine engine = new EmbeddedEngine(models)) {
            return ((Detections) engine.infer(TINY, List.of(ImageSource.of("a.png", image)), InferenceOptions.DEFAULTS)
                    .toCompletableFuture().join().get(0)).predictions();
        }
    }

    private ImageSize inputSize() {
        try (EmbeddedEngine engine = new EmbeddedEngine(models); OpenModel open = engine.open(TINY)) {
            return open.description().inputSize();
        }
    }

    @ParameterizedTest
    @CsvSource({"1,3,64,96", "2,3,64,96", "16,3,64,96", "batch,3,64,96", "batch,3,height,width", "1,3,height,width", "b,c,h,w"})
    void giveTheSameAnswers(String batch, String channels, String height, String width) throws IOException {
        write(", \"training_input_size\": {\"width\": 96, \"height\": 64}", "1", "3", "64", "96");
        List<Detection> expected = detect();
        write(", \"training_input_size\": {\"width\": 96, \"height\": 64}", batch, channels, height, width);

        assertThat(inputSize()).isEqualTo(new ImageSize(96, 64));
        assertThat(detect()).usingRecursiveComparison().ignoringFields("detectionId").isEqualTo(expected);
        assertThat(expected).isNotEmpty();
    }

    @Test
    void anOpenSizeIs640UnlessThePackageTells() throws IOException {
        write("", "batch", "3", "height", "width");

        assertThat(inputSize()).isEqualTo(new ImageSize(640, 640));
    }

    @Test
    void aFixedSizeWins() throws IOException {
        write(", \"training_input_size\": {\"width\": 96, \"height\": 64}", "batch", "3", "32", "width");

        assertThat(inputSize()).isEqualTo(new ImageSize(96, 32));
    }

    @ParameterizedTest
    @CsvSource({"100, 100", "96, 100"})
    void aSizeAtWhichANetDoesNotRunIsNamedWithItsCure(int width, int height) throws IOException {
        write(", \"training_input_size\": {\"width\": " + width + ", \"height\": " + height + "}", "1", "3", "64", "96");
        Files.copy(Path.of("src/test/resources/exported/open-size/1/best.onnx"),
                models.resolve(TINY.value()).resolve("weights.onnx"), StandardCopyOption.REPLACE_EXISTING);

        assertThatThrownBy(this::inputSize).isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("does not run at " + new ImageSize(width, height)).hasMessageContaining("multiples of 32");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,1,64,64", "100,3,64,64", "1,3,64", "1,64,64,3"})
    void inputsOtherThanOneImageAreRefused(String shape) throws IOException {
        write("", shape.split(","));

        assertThatThrownBy(this::inputSize).isInstanceOf(ModelPackageException.class).hasMessageContaining("weights.onnx");
    }
}
