package io.github.camelroboflow.embedded.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.camelroboflow.embedded.model.ModelDeclaration.DeclarationReader;
import io.github.camelroboflow.embedded.model.PreprocessingReader.EnvironmentConfig;
import io.github.camelroboflow.embedded.model.PreprocessingReader.InferenceConfig;
import io.github.camelroboflow.embedded.model.PreprocessingReader.TransformersConfig;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A model package, as its folder describes it: {@code weights.onnx} with {@code environment.json} and {@code class_names.txt}, with
 * {@code inference_config.json}, which takes precedence, with the files of Transformers, or alone, as Ultralytics exports it.
 *
 * @param weights       the ONNX file
 * @param classNames    names by class id; empty if only the weights hold them
 * @param preprocessing the steps before the net runs, if the package describes them
 * @param inputSize     size of the input for weights that take any size, or {@link ImageSize#UNKNOWN}
 * @param datasetSize   size of the resized training images, or {@link ImageSize#UNKNOWN}
 * @param colors        {@code #RRGGBB} by class name; empty if none are given
 * @param declaration   what the package declares the model to be
 */
public record ModelPackage(Path weights, List<String> classNames, Optional<Preprocessing> preprocessing, ImageSize inputSize,
                    ImageSize datasetSize, Map<String, String> colors, ModelDeclaration declaration) {

    private static final String ENVIRONMENT = "environment.json";
    private static final String INFERENCE_CONFIG = "inference_config.json";
    /** The two files that Transformers writes beside its weights. */
    private static final String TRANSFORMERS_MODEL = "config.json";
    private static final String TRANSFORMERS_STEPS = "preprocessor_config.json";

    public static ModelPackage read(ModelFiles files) {
        Path weights = files.weights();
        Optional<JsonNode> environment = files.json(ENVIRONMENT);
        Optional<JsonNode> config = files.json(INFERENCE_CONFIG);
        List<String> names = files.classNames()
                .or(() -> environment.map(json -> names(files, json.path("CLASS_MAP"), "CLASS_MAP in " + ENVIRONMENT)))
                .or(() -> files.json(TRANSFORMERS_MODEL)
                        .map(json -> names(files, json.path("id2label"), "id2label in " + TRANSFORMERS_MODEL)))
                .orElse(List.of());
        Map<String, String> colors = environment.map(json -> object(files, json, "COLORS")).map(EnvironmentConfig::colors)
                .orElse(Map.of());
        ModelDeclaration declaration = DeclarationReader.read(files, environment.orElse(MissingNode.getInstance()),
                config.orElse(MissingNode.getInstance()));
        try {
            if (config.isPresent()) {
                JsonNode steps = config.get().path("image_pre_processing");
                JsonNode input = config.get().path("network_input");
                if (!input.isObject()) {
                    throw files.invalid(INFERENCE_CONFIG + " has no network_input: it says how images are resized");
                }
                ImageSize inputSize = size(input.path("training_input_size"));
                ImageSize datasetSize = size(input.path("dataset_version_resize_dimensions"));
                return new ModelPackage(weights, names, Optional.of(InferenceConfig.preprocessing(steps, input)), inputSize,
                        datasetSize.area() > 0 ? datasetSize : inputSize, colors, declaration);
            }
            if (environment.isPresent()) {
                JsonNode steps = steps(files, environment.get());
                ImageSize size = size(steps.path("resize"));
                return new ModelPackage(weights, names, Optional.of(EnvironmentConfig.preprocessing(steps)), size, size, colors,
                        declaration);
            }
            Optional<JsonNode> transformers = files.json(TRANSFORMERS_STEPS);
            if (transformers.isPresent()) {
                ImageSize size = size(transformers.get().path("size"));
                return new ModelPackage(weights, names, Optional.of(TransformersConfig.preprocessing(transformers.get())), size,
                        size, colors, declaration);
            }
        } catch (IllegalArgumentException e) {
            throw files.invalid((config.isPresent() ? INFERENCE_CONFIG : environment.isPresent() ? ENVIRONMENT : TRANSFORMERS_STEPS)
                    + " is wrong: " + e.getMessage(), e);
        }
        return new ModelPackage(weights, names, Optional.empty(), ImageSize.UNKNOWN, ImageSize.UNKNOWN, colors, declaration);
    }

    private static JsonNode steps(ModelFiles files, JsonNode environment) {
        JsonNode steps = object(files, environment, "PREPROCESSING");
        if (!steps.isObject()) {
            throw files.invalid(ENVIRONMENT + " has no PREPROCESSING: it says how images are resized");
        }
        return steps;
    }

    /** Returns a part of the environment, written as an object or as the text of one. */
    private static JsonNode object(ModelFiles files, JsonNode environment, String name) {
        JsonNode part = environment.path(name);
        return part.isTextual() ? files.parse(name + " in " + ENVIRONMENT, part.textValue()) : part;
    }

    /** @param source the map's place, for messages */
    private static List<String> names(ModelFiles files, JsonNode map, String source) {
        List<String> names = IntStream.range(0, map.size()).mapToObj(id -> map.path(String.valueOf(id)).asText().strip()).toList();
        if (names.contains("")) {
            throw files.invalid(source + " has no name for class " + names.indexOf("")
                    + ": it must map \"0\", \"1\" and so on to names");
        }
        return names;
    }

    private static ImageSize size(JsonNode size) {
        return size.path("width").asInt() > 0 && size.path("height").asInt() > 0
                ? new ImageSize(size.path("width").intValue(), size.path("height").intValue()) : ImageSize.UNKNOWN;
    }
}
