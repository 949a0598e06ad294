package io.github.camelroboflow.embedded.decode;

import static io.github.camelroboflow.inference.InferenceOption.CLASSES;
import static io.github.camelroboflow.inference.InferenceOption.CONFIDENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.camelroboflow.embedded.decode.ModelFamilies.ModelTraits;
import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.embedded.model.ModelDeclaration;
import io.github.camelroboflow.embedded.model.ModelDeclaration.KeypointNames;
import io.github.camelroboflow.embedded.model.WeightsMetadata;
import io.github.camelroboflow.embedded.preprocessing.Placement;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.PixelScale;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.ResizeMode;
import io.github.camelroboflow.embedded.session.FloatTensor;
import io.github.camelroboflow.embedded.session.FloatTensor.WrongOutputException;
import io.github.camelroboflow.embedded.session.TestTensors;
import io.github.camelroboflow.inference.Classification;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.Inference.ClassScore;
import io.github.camelroboflow.inference.Inference.Finding;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.MultiLabelClassification;
import io.github.camelroboflow.inference.Task;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClassificationDecoderTest {

    private static final ImageSize SIZE = new ImageSize(224, 224);
    private static final List<String> NAMES = List.of("bolt", "nut", "washer");

    private static OutputDecoder decoder(String task, String type, String postProcessing, boolean fused, int outputs) {
        return ModelFamilies.decoder(new ModelTraits(Map.of("output", new long[] {1, outputs}), SIZE, NAMES,
                new ModelDeclaration(task, type, postProcessing, fused, List.of(), KeypointNames.UNKNOWN, true,
                WeightsMetadata.NONE)));
    }

    /** Returns the decoder for weights that are alone in their folder. */
    private static OutputDecoder alone(String type, Map<String, String> metadata) {
        ModelDeclaration declared = new ModelDeclaration("", type, "", false, List.of(), KeypointNames.UNKNOWN, false,
                WeightsMetadata.NONE).completedBy(new WeightsMetadata(metadata));
        return ModelFamilies.decoder(new ModelTraits(Map.of("output0", new long[] {1, 3}), SIZE, NAMES, declared));
    }

    private static Inference decode(OutputDecoder decoder, InferenceOptions options, float... scores) {
        FloatTensor tensor = TestTensors.allocate("output", 1, scores.length);
        tensor.values().put(0, scores);
        return decoder.decode(List.of(tensor), Placement.of(ResizeMode.STRETCH, SIZE, new Region(0, 0, 224, 224), SIZE), options,
                () -> InferenceInfo.of("", 0, SIZE));
    }

    private static InferenceOptions confidence(double confidence) {
        return InferenceOptions.DEFAULTS.with(CONFIDENCE, confidence);
    }

    @Test
    void scoresAboveTheThresholdAreSoftmaxWithFourDigits() {
        Classification result = (Classification) decode(decoder("", "", "softmax", false, 3), confidence(0.2), 1, 2, 2.5f);

        assertThat(result.predictions()).containsExactly(new ClassScore("washer", 2, 0.5465), new ClassScore("nut", 1, 0.3315));
        assertThat(result.top()).isEqualTo("washer");
        assertThat(result.confidence()).isEqualTo(0.5465);
    }

    @Test
    void noneAboveTheThreshold() {
        Classification result = (Classification) decode(decoder("", "", "softmax", false, 3), confidence(0.6), 1, 2, 2.5f);

        assertThat(result.predictions()).isEmpty();
        assertThat(result.top()).isEmpty();
        assertThat(result.confidence()).isZero();
    }

    @Test
    void hugeNumbersAreProbabilitiesToo() {
        Classification result = (Classification) decode(decoder("", "", "softmax", false, 3), confidence(0), 5000, -5000, 4000);

        assertThat(result.predictions()).extracting(ClassScore::confidence).containsExactly(1.0, 0.0, 0.0);
    }

    @Test
    void multiLabelHasAllClassesAndThePredictedOnes() {
        MultiLabelClassification result = (MultiLabelClassification) decode(decoder("", "", "sigmoid", false, 3), confidence(0.5),
                0, -1, 3);

        assertThat(result.predictions()).extracting(ClassScore::className).containsExactly("bolt", "nut", "washer");
        assertThat(result.predictions().get(0).confidence()).isEqualTo(0.5);
        assertThat(result.predictedClasses()).containsExactly("bolt", "washer");
    }

    @Test
    void onlyRequestedClassesAreReported() {
        InferenceOptions options = InferenceOptions.DEFAULTS.with(CONFIDENCE, 0.0).with(CLASSES, List.of("nut"));

        assertThat(((Classification) decode(decoder("", "", "softmax", true, 3), options, 0.7f, 0.2f, 0.1f)).top())
                .isEqualTo("nut");
        assertThat(decode(decoder("", "", "sigmoid", true, 3), options, 0.7f, 0.2f, 0.1f).classes()).containsExactly("nut");
    }

    @ParameterizedTest
    @CsvSource({"'', '', '', CLASSIFICATION, 0.5465", "classification, resnet18, softmax, CLASSIFICATION, 0.5465",
        "classification, yolov8n-cls, '', CLASSIFICATION, 0.5465",
        "multi-label-classification, vit, '', MULTI_LABEL_CLASSIFICATION, 0.9241",
        "multi-label-classification, vit, sigmoid, MULTI_LABEL_CLASSIFICATION, 0.9241"})
    void logitsGetTheFunctionThatTheNetDoesNotContain(String task, String type, String postProcessing, Task expected,
            double score) {
        OutputDecoder decoder = decoder(task, type, postProcessing, false, 3);

        assertThat(decoder.task()).isEqualTo(expected);
        assertThat(best(decode(decoder, confidence(0), 1, 2, 2.5f))).isCloseTo(score, Offset.offset(5e-5));
    }

    @ParameterizedTest
    @CsvSource({"'', '', '', false", "classification, vit, softmax, true", "classification, yolov8n-cls, '', false",
        "multi-label-classification, vit, '', false", "multi-label-classification, vit, sigmoid, true"})
    void probabilitiesStay(String task, String type, String postProcessing, boolean fused) {
        assertThat(best(decode(decoder(task, type, postProcessing, fused, 3), confidence(0), 0.1f, 0.2f, 0.7f)))
                .isCloseTo(0.7, Offset.offset(1e-6));
    }

    @Test
    void scoresThatDoNotAddUpToOneAreLogits() {
        assertThat(best(decode(decoder("", "", "", false, 3), confidence(0), 0.9f, 0.2f, 0.1f))).isCloseTo(0.5139,
                Offset.offset(5e-5));
    }

    @Test
    void theFirstPictureDecidesForAllOthers() {
        OutputDecoder decoder = decoder("", "", "", false, 3);
        decode(decoder, confidence(0), 1, 2, 2.5f);

        assertThat(best(decode(decoder, confidence(0), 0.1f, 0.2f, 0.7f))).isCloseTo(0.4640, Offset.offset(5e-5));
    }

    private static double best(Inference result) {
        return result.findings().stream().mapToDouble(Finding::confidence).max().orElseThrow();
    }

    @Test
    void scoresOutsideZeroToOneAreAWrongModel() {
        assertThatExceptionOfType(WrongOutputException.class)
                .isThrownBy(() -> decode(decoder("", "", "softmax", true, 3), confidence(0), 1, 2, 2.5f))
                .withMessageContaining("its score 2.0").withMessageContaining("\"fused\": false");
        OutputDecoder probabilities = decoder("", "", "", false, 3);
        decode(probabilities, confidence(0), 0.1f, 0.2f, 0.7f);
        assertThatExceptionOfType(WrongOutputException.class)
                .isThrownBy(() -> decode(probabilities, confidence(0), 14, 2, 2.5f)).withMessageContaining("its score 14.0");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void scoresThatAreNoNumbersAreAWrongModel(float score) {
        assertThatExceptionOfType(WrongOutputException.class)
                .isThrownBy(() -> decode(decoder("", "", "", false, 3), confidence(0), 1, score, 2.5f))
                .withMessageContaining("is no number");
    }

    @ParameterizedTest
    @CsvSource({"vit-base-patch16-224, SIGNED_UNIT, SIGNED_UNIT", "yolov8n-cls, SIGNED_UNIT, UNIT", "resnet18, IMAGENET, IMAGENET",
            "yolov5s-cls, SIGNED_UNIT, IMAGENET"})
    void normalizationOfTheFamilies(String type, String inPackage, String alone) throws ReflectiveOperationException {
        assertThat(decoder("classification", type, "", false, 3).defaultPreprocessing().scale())
                .isSameAs(PixelScale.class.getDeclaredField(inPackage).get(null));
        assertThat(alone(type, Map.of()).exportPreprocessing().scale())
                .isSameAs(PixelScale.class.getDeclaredField(alone).get(null));
    }

    @Test
    void metadataDeclareTheExporterWhateverTheNetIsCalled() {
        assertThat(alone("", Map.of("author", "Ultralytics", "task", "classify", "description", "Ultralytics sorter model"))
                .exportPreprocessing()).isEqualTo(Preprocessing.ULTRALYTICS_CLASSIFIER);
        assertThat(alone("", Map.of("stride", "32", "names", "{0: 'a'}")).exportPreprocessing())
                .isEqualTo(Preprocessing.YOLOV5_CLASSIFIER);
    }

    @Test
    void aClassifierWithoutDeclarationIsRefusedWithTheLinesThatDeclareIt() {
        assertThatIllegalArgumentException().isThrownBy(() -> alone("", Map.of()))
                .withMessageContaining("{\"model_type\": \"vit\"}")
                .withMessageContaining("{\"model_type\": \"yolov5s-cls\"}");
    }

    @Test
    void bothNumbersOfAMismatchAreNamed() {
        assertThatIllegalArgumentException().isThrownBy(() -> decoder("", "", "", false, 5))
                .withMessageContaining("5 classes").withMessageContaining("3 class names");
    }
}
