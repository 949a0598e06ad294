package io.github.camelroboflow.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceEngine.OpenModel;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelDescription.Skeleton;
import io.github.camelroboflow.inference.ModelDescription.SkeletonEdge;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.ModelPackageException.UnknownPackageException;
import io.github.camelroboflow.inference.ModelPackageException;
import io.github.camelroboflow.inference.Task;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs alone, since it counts the models that are loaded in the whole JVM. */
@Isolated
class ModelPackageTest {

    private static final String WEIGHTS = "weights.onnx";
    private static final String NAMES = "class_names.txt";
    private static final String ENVIRONMENT = "environment.json";
    private static final String CONFIG = "inference_config.json";

    @TempDir
    Path models;

    @AfterEach
    void nothingStaysOpen() {
        assertThat(LoadedModels.OF_THIS_JVM.size()).isZero();
    }

    private ModelDescription describe(ModelId model) {
        try (EmbeddedEngine engine = new EmbeddedEngine(models); OpenModel open = engine.open(model)) {
            return open.description();
        }
    }

    private List<String> found(ModelId model) {
        try (EmbeddedEngine engine = new EmbeddedEngine(models)) {
            Inference inference = engine.infer(model, List.of(ImageSource.of(TestModels.image("t03_plain.jpg"))),
                    InferenceOptions.DEFAULTS).toCompletableFuture().join().get(0);
            return ((Detections) inference).predictions().stream().map(one -> one.className() + one.box() + one.confidence())
                    .toList();
        }
    }

    private void assertRefused(String... words) {
        assertThatThrownBy(() -> describe(TestModels.PARTS)).isInstanceOf(ModelPackageException.class)
                .hasMessageStartingWith("Model 'parts-detect/1' can't be used: ").hasMessageContainingAll(words);
    }

    /** The mark is the one with which Windows' editor begins a UTF-8 file. */
    @ParameterizedTest
    @ValueSource(strings = {NAMES, ENVIRONMENT})
    void aByteOrderMarkIsIgnored(String file) throws IOException {
        Path folder = TestModels.copy(models, WEIGHTS, NAMES, ENVIRONMENT);
        Files.writeString(folder.resolve(file), "\uFEFF" + Files.readString(folder.resolve(file)));

        assertThat(describe(TestModels.PARTS).classes()).isEqualTo(List.of(Files.readString(TestModels.SHIPPED
                .resolve(TestModels.PARTS.value()).resolve(NAMES)).split("\n")));
    }

    @Test
    void describesTheModel() {
        TestModels.copy(models, WEIGHTS, NAMES, ENVIRONMENT, CONFIG);
        ModelDescription description = describe(TestModels.PARTS);

        assertThat(description.id()).isEqualTo(TestModels.PARTS);
        assertThat(description.task()).isEqualTo(Task.OBJECT_DETECTION);
        assertThat(description.classes()).containsExactly("bolt", "nut", "washer", "gear", "scratch");
        assertThat(description.inputSize()).isEqualTo(new ImageSize(320, 320));
        assertThat(description.weightsHash()).matches("[0-9a-f]{64}");
        assertThat(description.loadTime()).isPositive();
    }

    @Test
    void coloursOfTheClasses() throws IOException {
        Path folder = TestModels.copy(models, WEIGHTS, NAMES, ENVIRONMENT, CONFIG);
        assertThat(describe(TestModels.PARTS).appearance().colors()).hasSize(5).containsEntry("bolt", "#C7FC00");

        String preprocessing = "{\"PREPROCESSING\": {\"resize\": {}}, \"COLORS\": ";
        Files.writeString(folder.resolve(ENVIRONMENT), preprocessing + "\"{\\\"bolt \\\": \\\"#c7fc00\\\"}\"}");
        assertThat(describe(TestModels.PARTS).appearance().colors()).containsExactly(Map.entry("bolt", "#c7fc00"));

        Files.writeString(folder.resolve(ENVIRONMENT), preprocessing + "{\"bolt\": \"red\", \"nut\": null, \"gear\": [1]}}");
        assertThat(describe(TestModels.PARTS).appearance().colors()).isEmpty();

        Files.delete(folder.resolve(ENVIRONMENT));
        assertThat(describe(TestModels.PARTS).appearance().colors()).isEmpty();
    }

    @Test
    void edgesOfTheKeypoints() throws IOException {
        Path folder = TestModels.copy(models, WEIGHTS, NAMES, ENVIRONMENT, CONFIG);
        assertThat(describe(TestModels.PARTS).appearance().skeletons()).isEmpty();

        Files.writeString(folder.resolve("keypoints_metadata.json"), "[{\"object_class_id\": 1, \"keypoints\": {\"0\": \"head\","
                + " \"1\": \"tip\"}, \"edges\": [{\"from\": 0, \"to\": 1}, {\"from\": 1, \"to\": 2}, {\"from\": \"a\"}, 7]}]");
        assertThat(describe(TestModels.PARTS).appearance().skeletons()).as("edges between keypoints that exist")
                .isEqualTo(Map.of(1, new Skeleton(List.of("head", "tip"), List.of(new SkeletonEdge(0, 1)))));
    }

    @Test
    void resultsCarryTheColoursOfTheirModelBesideTheirJson() {
        TestModels.copy(models, WEIGHTS, NAMES, ENVIRONMENT, CONFIG);
        try (EmbeddedEngine engine = new EmbeddedEngine(models)) {
            Inference result = engine.infer(TestModels.PARTS, List.of(ImageSource.of(TestModels.image("t03_plain.jpg"))),
                    InferenceOptions.DEFAULTS).toCompletableFuture().join().get(0);

            assertThat(result.info().appearance().colors()).hasSize(5);
            assertThat(result.toJson().fieldNames()).toIterable().containsExactly("inference_id", "time", "image", "predictions");
        }
    }

    @Test
    void allFormsOfThePackageGiveTheSame() throws IOException {
        TestModels.copy(models.resolve("both"), WEIGHTS, NAMES, ENVIRONMENT, CONFIG);
        TestModels.copy(models.resolve("older"), WEIGHTS, NAMES, ENVIRONMENT);
        TestModels.copy(models.resolve("newer"), WEIGHTS, NAMES, CONFIG);
        TestModels.copy(models.resolve("classmap"), WEIGHTS, ENVIRONMENT);
        Path bare = TestModels.copy(models.resolve("bare"), WEIGHTS);
        Files.move(bare.resolve(WEIGHTS), bare.resolve("best of all.onnx"));
        Path all = models;
        models = all.resolve("both");
        List<String> expected = found(TestModels.PARTS);

        assertThat(expected).hasSize(7);
        for (String form : List.of("older", "newer", "classmap", "bare")) {
            models = all.resolve(form);
            assertThat(found(TestModels.PARTS)).as(form).isEqualTo(expected);
        }
    }

    @Test
    void theInferenceConfigWins() throws IOException {
        Path folder = TestModels.copy(models, WEIGHTS, NAMES, CONFIG);
        Files.writeString(folder.resolve(ENVIRONMENT), "{\"PREPROCESSING\": {\"resize\": {\"format\": \"Stretch to\"}}}");
        List<String> both = found(TestModels.PARTS);
        Files.delete(folder.resolve(ENVIRONMENT));

        assertThat(both).isEqualTo(found(TestModels.PARTS));
    }

    @Test
    void preprocessingMayBeAnObjectOrText() throws IOException {
        Path folder = TestModels.copy(models, WEIGHTS, NAMES);
        Files.writeString(folder.resolve(ENVIRONMENT), "{\"PREPROCESSING\": {\"resize\": {\"format\": \"Fit within\"}}}");
        List<String> object = found(TestModels.PARTS);
        Files.writeString(folder.resolve(ENVIRONMENT),
                "{\"PREPROCESSING\": \"{\\\"resize\\\": {\\\"format\\\": \\\"Fit within\\\"}}\"}");

        assertThat(found(TestModels.PARTS)).isEqualTo(object).isNotEmpty();
    }

    @Test
    void aliasesAreFoldersOfTheirOwn() throws IOException {
        Files.move(TestModels.copy(models.resolve("x"), WEIGHTS), models.resolve("my-model"));

        assertThat(describe(new ModelId("my-model")).classes()).hasSize(5);
    }

    @Test
    void theModelsDirectoryIsMissing() {
        models = models.resolve("elsewhere");

        assertRefused("elsewhere does not exist", "modelsDirectory");
    }

    @Test
    void theFolderIsMissing() {
        assertRefused("there is no folder 'parts-detect/1'", "no models are there");
        TestModels.copy(models, WEIGHTS);
        assertThatThrownBy(() -> describe(new ModelId("parts-detect/2"))).isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("there is no folder 'parts-detect/2'")
                .hasMessageContaining("the models there are parts-detect/1");
    }

    @Test
    void aProjectWithoutAVersionWasSaidToMissItsWeights() throws IOException {
        TestModels.copy(models, WEIGHTS);
        ModelId project = new ModelId("parts-detect");
        assertThatThrownBy(() -> describe(project)).isInstanceOf(UnknownPackageException.class)
                .hasMessageContaining("its version is missing: use parts-detect/1 (");

        Files.createDirectories(models.resolve("parts-detect/2/empty"));
        Path other = Files.createDirectories(models.resolve("parts-detect/10"));
        Files.copy(TestModels.SHIPPED.resolve("parts-detect/1").resolve(WEIGHTS), other.resolve(WEIGHTS));
        assertThatThrownBy(() -> describe(project)).hasMessageContaining("use parts-detect/1 or parts-detect/10 (");
    }

    @Test
    void theWeightsAreMissing() {
        TestModels.copy(models, NAMES, ENVIRONMENT);

        assertRefused("weights.onnx is missing");
    }

    @Test
    void severalOnnxFiles() throws IOException {
        Path folder = TestModels.copy(models, WEIGHTS, NAMES, ENVIRONMENT);
        Files.copy(folder.resolve(WEIGHTS), folder.resolve("a.onnx"));
        assertThat(describe(TestModels.PARTS).classes()).hasSize(5);
        Files.move(folder.resolve(WEIGHTS), folder.resolve("b.onnx"));

        assertRefused("2 ONNX files", "none of them named weights.onnx");
    }

    @Test
    void theWeightsAreBroken() throws IOException {
        Path weights = TestModels.copy(models, WEIGHTS, NAMES, ENVIRONMENT).resolve(WEIGHTS);
        byte[] bytes = Files.readAllBytes(weights);

        Files.write(weights, Arrays.copyOf(bytes, 1_000_000));
        assertRefused("weights.onnx (1000000 bytes) is not an ONNX file that runs", "fetch or export it again");
        Files.writeString(weights, "404 Not Found");
        assertRefused("weights.onnx (13 bytes) is not an ONNX file that runs");
        Files.write(weights, new byte[0]);
        assertRefused("weights.onnx (0 bytes) is not an ONNX file that runs");
    }

    @Test
    void classNamesThatDoNotMatch() throws IOException {
        Path names = TestModels.copy(models, WEIGHTS, NAMES, ENVIRONMENT).resolve(NAMES);

        Files.writeString(names, "bolt\nnut\nwasher\n");
        assertRefused("weights.onnx", "output0 [1, 9, 2100] is made for 5 classes", "there are 3 class names", NAMES);
        Files.writeString(names, "bolt\nnut\n\nwasher\ngear\nscratch\n");
        assertRefused("line 3 of class_names.txt is empty");
        Files.writeString(names, "\n");
        assertRefused("class_names.txt is empty");
        Files.write(names, new byte[] {'a', (byte) 0xff, (byte) 0xfe});
        assertRefused("class_names.txt is not UTF-8");
    }

    @Test
    void lineEndsAndOuterSpacesOfClassNamesDoNotCount() throws IOException {
        Path names = TestModels.copy(models, WEIGHTS, NAMES, ENVIRONMENT).resolve(NAMES);
        Files.writeString(names, "bolt\r\n nut\r\nwasher \r\ngear\r\nscratch\r\n\r\n");

        assertThat(describe(TestModels.PARTS).classes()).containsExactly("bolt", "nut", "washer", "gear", "scratch");
    }

    @ParameterizedTest
    @CsvSource({ENVIRONMENT, CONFIG})
    void brokenJson(String name) throws IOException {
        Path file = TestModels.copy(models, WEIGHTS, NAMES).resolve(name);

        Files.writeString(file, "{\n\"a\": 1,\n\"b\" 2}");
        assertRefused(name + " is not valid JSON: line 3");
        Files.writeString(file, "");
        assertRefused(name);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{} | has no PREPROCESSING", "[] | not a JSON object",
        "{\"PREPROCESSING\": \"{]\"} | PREPROCESSING in environment.json",
        "{\"PREPROCESSING\": {\"contrast\": {\"enabled\": true, \"type\": \"Solarize\"}}} | 'Solarize' is none of",
        "{\"PREPROCESSING\": {\"static-crop\": {\"enabled\": true, \"x_min\": 90, \"x_max\": 10}}} | static crop"})
    void environmentMistakes(String json, String words) throws IOException {
        Files.writeString(TestModels.copy(models, WEIGHTS, NAMES).resolve(ENVIRONMENT), json);

        assertRefused(words, ENVIRONMENT);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{} | has no network_input",
        "{\"network_input\": {\"resize_mode\": \"mirror\"}} | 'mirror'",
        "{\"network_input\": {\"padding_value\": 300}} | 300", "{\"network_input\": {\"scaling_factor\": 0}} | scaling_factor"})
    void inferenceConfigMistakes(String json, String words) throws IOException {
        Files.writeString(TestModels.copy(models, WEIGHTS, NAMES).resolve(CONFIG), json);

        assertRefused(words, CONFIG);
    }

    @Test
    void aClassMapWithAGap() throws IOException {
        Files.writeString(TestModels.copy(models, WEIGHTS).resolve(ENVIRONMENT),
                "{\"PREPROCESSING\": {}, \"CLASS_MAP\": {\"0\": \"bolt\", \"2\": \"nut\"}}");

        assertRefused("CLASS_MAP in environment.json has no name for class 1");
    }

    @Test
    void aFileInsteadOfAFolder() throws IOException {
        Files.createDirectories(models.resolve("parts-detect"));
        Files.writeString(models.resolve("parts-detect/1"), "x");

        assertRefused("there is no folder 'parts-detect/1'");
    }
}
