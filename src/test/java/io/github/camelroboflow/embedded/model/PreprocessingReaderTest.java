package io.github.camelroboflow.embedded.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.embedded.model.PreprocessingReader.EnvironmentConfig;
import io.github.camelroboflow.embedded.model.PreprocessingReader.InferenceConfig;
import io.github.camelroboflow.embedded.preprocessing.Contrast;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.PixelScale;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.ResizeMode;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreprocessingReaderTest {

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"Stretch to, STRETCH, 0", "Fit (black edges) in, LETTERBOX, 0", "Fit (white edges) in, LETTERBOX, 255",
        "Fit (grey edges) in, LETTERBOX, 114", "Fit (reflect edges) in, LETTERBOX, 0", "Fit within, FIT_WITHIN, 127",
        "Fill (with center crop) in, CENTER_CROP, 0", "Anything else, STRETCH, 0"})
    void resizeFormatsOfThePlatform(String format, ResizeMode mode, int padding) {
        Preprocessing preprocessing = EnvironmentConfig.preprocessing(json("{\"resize\": {\"format\": \"" + format + "\"}}"));

        assertThat(preprocessing.resizeMode()).isEqualTo(mode);
        assertThat(preprocessing.padding()).isEqualTo(padding);
    }

    @ParameterizedTest
    @CsvSource({"stretch, STRETCH, 7", "letterbox, LETTERBOX, 7", "letterbox-reflect-edges, LETTERBOX, 7",
        "fit-longer-edge, FIT_WITHIN, 127", "center-crop, CENTER_CROP, 7"})
    void resizeModesOfTheInferenceConfig(String name, ResizeMode mode, int padding) {
        Preprocessing preprocessing = InferenceConfig.preprocessing(json("{}"),
                json("{\"resize_mode\": \"" + name + "\", \"padding_value\": 7}"));

        assertThat(preprocessing.resizeMode()).isEqualTo(mode);
        assertThat(preprocessing.padding()).isEqualTo(padding);
    }

    @Test
    void fitWithinBecomesTheResizeOfTheFamily() {
        Preprocessing fitWithin = EnvironmentConfig.preprocessing(json("{\"resize\": {\"format\": \"Fit within\"}}"));

        assertThat(fitWithin.withDefaults(Preprocessing.ULTRALYTICS).resizeMode()).isEqualTo(ResizeMode.LETTERBOX);
        assertThat(fitWithin.withDefaults(Preprocessing.ULTRALYTICS).padding()).isEqualTo(127);
        assertThat(fitWithin.withDefaults(Preprocessing.letterboxed(PixelScale.IMAGENET)).padding()).isZero();
        assertThat(fitWithin.withDefaults(Preprocessing.stretched(PixelScale.SIGNED_UNIT)).resizeMode())
                .isEqualTo(ResizeMode.STRETCH);
        assertThat(fitWithin.withDefaults(Preprocessing.stretched(PixelScale.SIGNED_UNIT)).scale())
                .isSameAs(PixelScale.SIGNED_UNIT);
    }

    @Test
    void unknownResizeModesAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> InferenceConfig.preprocessing(json("{}"),
                json("{\"resize_mode\": \"mirror\"}"))).withMessageContaining("mirror").withMessageContaining("letterbox");
    }

    @Test
    void contrastStepsApplyIfEnabled() {
        String step = "{\"contrast\": {\"enabled\": true, \"type\": \"Adaptive Equalization\"}}";
        assertThat(EnvironmentConfig.preprocessing(json(step)).contrast()).isEqualTo(Contrast.ADAPTIVE_EQUALIZATION);
        assertThat(EnvironmentConfig.preprocessing(json(step.replace("true", "false"))).contrast()).isEqualTo(Contrast.NONE);
        assertThatIllegalArgumentException().isThrownBy(() -> EnvironmentConfig.preprocessing(
                json("{\"contrast\": {\"enabled\": true, \"type\": \"Solarize\"}}"))).withMessageContaining("Solarize");
    }

    @Test
    void normalization() {
        PixelScale scale = InferenceConfig.preprocessing(json("{}"), json("{\"scaling_factor\": 255, \"normalization\":"
                + " [[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]]}")).scale();

        assertThat(200 * scale.factors()[1] + scale.offsets()[1]).isCloseTo((200 / 255.0 - 0.456) / 0.224, Offset.offset(1e-12));
        assertThatIllegalArgumentException().isThrownBy(() -> InferenceConfig.preprocessing(json("{}"),
                json("{\"normalization\": [[0.5], [0.5]]}"))).withMessageContaining("normalization");
    }
}
