package io.github.camelroboflow.embedded.decode;

import static io.github.camelroboflow.inference.InferenceOption.CONFIDENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.embedded.decode.ModelFamilies.ModelTraits;
import io.github.camelroboflow.embedded.model.ModelDeclaration;
import io.github.camelroboflow.embedded.preprocessing.Placement;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.ResizeMode;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.StaticCrop;
import io.github.camelroboflow.embedded.session.FloatTensor;
import io.github.camelroboflow.embedded.session.FloatTensor.WrongOutputException;
import io.github.camelroboflow.embedded.session.TestTensors;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.SemanticSegmentation;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SemanticSegmentationDecoderTest {

    private static final ImageSize INPUT = new ImageSize(4, 4);
    private static final List<String> NAMES = List.of("background", "road", "sky");

    private static OutputDecoder decoder(int classes, List<String> names) {
        return ModelFamilies.decoder(new ModelTraits(Map.of("output", new long[] {1, classes, 4, 4}), INPUT, names,
                ModelDeclaration.NONE));
    }

    /** Returns an output with class 1 in the left half and class 2 in the right one, each greater by the margin. */
    private static FloatTensor halves(int classes, int left, int right, float margin) {
        FloatTensor tensor = TestTensors.allocate("output", 1, classes, 4, 4);
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++) {
                tensor.values().put((x < 2 ? left : right) * 16 + y * 4 + x, margin);
            }
        }
        return tensor;
    }

    private static SemanticSegmentation decode(OutputDecoder decoder, FloatTensor output, ResizeMode mode, ImageSize image,
            StaticCrop crop, double confidence) {
        Placement placement = Placement.of(mode, image, crop.of(image), INPUT);
        return (SemanticSegmentation) decoder.decode(List.of(output), placement,
                InferenceOptions.DEFAULTS.with(CONFIDENCE, confidence), () -> InferenceInfo.of("", 0, image));
    }

    @Test
    void eachPixelHasTheGreatestClass() {
        SemanticSegmentation result = decode(decoder(3, NAMES), halves(3, 1, 2, 50), ResizeMode.STRETCH, new ImageSize(4, 2),
                StaticCrop.NONE, 0.4);

        assertThat(result.mask().values()).containsExactly(1, 1, 2, 2, 1, 1, 2, 2);
        assertThat(result.confidenceMask().values()).containsOnly(-1);
        assertThat(result.classMap()).isEqualTo(Map.of(0, "background", 1, "road", 2, "sky"));
    }

    @Test
    void pixelsBelowTheThresholdAreBackgroundWithoutConfidence() {
        SemanticSegmentation result = decode(decoder(3, NAMES), halves(3, 1, 2, 0.1f), ResizeMode.STRETCH, new ImageSize(4, 4),
                StaticCrop.NONE, 0.4);

        assertThat(result.mask().values()).containsOnly(0);
        assertThat(result.confidenceMask().values()).containsOnly(0);
    }

    @Test
    void scoresThatAreNoNumbersGiveNoResult() {
        FloatTensor output = halves(3, 1, 2, 50);
        output.values().put(0, Float.NaN);
        SemanticSegmentation result = decode(decoder(3, NAMES), output, ResizeMode.STRETCH, INPUT, StaticCrop.NONE, 0.4);

        assertThat(result.mask().values()).startsWith(0).endsWith(1, 1, 2, 2);
        for (int i = 0; i < 16; i++) {
            output.values().put(i, Float.NaN);
        }
        assertThatThrownBy(() -> decode(decoder(3, NAMES), output, ResizeMode.STRETCH, INPUT, StaticCrop.NONE, 0.4))
                .isInstanceOf(WrongOutputException.class).hasMessageContaining("16 of its 16 pixels");
    }

    @Test
    void paddingIsLeftOut() {
        FloatTensor output = halves(3, 1, 1, 50);
        for (int x = 0; x < 4; x++) {
            output.values().put(2 * 16 + x, 90);
            output.values().put(2 * 16 + 12 + x, 90);
        }
        SemanticSegmentation result = decode(decoder(3, NAMES), output, ResizeMode.LETTERBOX, new ImageSize(8, 4), StaticCrop.NONE,
                0.4);

        assertThat(result.mask().size()).isEqualTo(new ImageSize(8, 4));
        assertThat(result.mask().values()).containsOnly(1);
    }

    @Test
    void pixelsOutsideTheInputAreBackground() {
        SemanticSegmentation cropped = decode(decoder(3, NAMES), halves(3, 1, 2, 50), ResizeMode.STRETCH, new ImageSize(4, 4),
                new StaticCrop(0, 50, 0, 100), 0.4);
        SemanticSegmentation middle = decode(decoder(3, NAMES), halves(3, 1, 2, 50), ResizeMode.CENTER_CROP, new ImageSize(8, 4),
                StaticCrop.NONE, 0.4);

        assertThat(cropped.mask().values()).startsWith(1, 2, 0, 0, 1, 2, 0, 0);
        assertThat(middle.mask().values()).startsWith(0, 0, 1, 1, 2, 2, 0, 0);
    }

    @Test
    void aNameForTheBackgroundIsInsertedIfTheNetHasNone() {
        SemanticSegmentation result = decode(decoder(2, NAMES), halves(2, 0, 1, 50), ResizeMode.STRETCH, new ImageSize(4, 1),
                StaticCrop.NONE, 0.4);

        assertThat(result.mask().values()).containsExactly(1, 1, 2, 2);
    }

    @Test
    void aNetForOneClassSeparatesItFromTheBackground() {
        FloatTensor output = halves(1, 0, 0, 50);
        for (int y = 0; y < 4; y++) {
            output.values().put(4 * y, -50);
        }
        SemanticSegmentation result = decode(decoder(1, List.of("background", "rust")), output, ResizeMode.STRETCH,
                new ImageSize(4, 1), StaticCrop.NONE, 0.4);

        assertThat(result.mask().values()).containsExactly(0, 1, 1, 1);
        assertThat(result.classes()).containsExactly("rust");
    }

    @Test
    void withoutABackgroundThePixelsBelowTheThresholdHaveNoClass() {
        SemanticSegmentation result = decode(decoder(2, List.of("road", "sky")), halves(2, 0, 1, 0.1f), ResizeMode.STRETCH,
                new ImageSize(4, 1), StaticCrop.NONE, 0.6);

        assertThat(result.mask().values()).containsOnly(255);
        assertThat(result.classes()).isEmpty();
    }

    @Test
    void bothNumbersOfAMismatchAreNamed() {
        assertThatIllegalArgumentException().isThrownBy(() -> decoder(7, NAMES))
                .withMessageContaining("7 classes").withMessageContaining("3 class names");
    }

    @Test
    void moreClassesThanAMaskCanHoldAreNotBlamedOnTheNames() {
        List<String> names = IntStream.range(0, 256).mapToObj(id -> "class" + id).toList();

        assertThat(decoder(255, names.subList(0, 255)).classNames()).hasSize(255);
        assertThatIllegalArgumentException().isThrownBy(() -> decoder(256, names)).withMessageContaining("256 classes")
                .withMessageContaining("255").withMessageNotContaining("class_names.txt");
    }
}
