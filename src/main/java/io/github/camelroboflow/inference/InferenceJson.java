package io.github.camelroboflow.inference;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.Inference.ClassScore;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.SemanticSegmentation.MaskPng;
import io.github.camelroboflow.inference.geometry.Rle;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Reads results from Roboflow's JSON and writes them. The responses of its server and of its older hosts differ a
 * little: numbers with or without decimals, ids that may be absent, {@code class} or {@code class_name}, outer spaces
 * in class names. An object that contains a model's result without being one is read as the outputs of a workflow.
 */
public final class InferenceJson {

    /** The maximum length of a text; a visualization or a mask is one text. */
    private static final int MAX_TEXT_LENGTH = 64 << 20;
    /**
     * The maximum number of names, values and brackets. Each takes about 50 bytes as an object; together they may take
     * a quarter of the memory.
     */
    public static final long MAX_TOKENS = Math.min(20_000_000, Math.max(1_000_000, Runtime.getRuntime().maxMemory() / 200));
    /** The field of a result for a damaged image, which Roboflow's responses do not have. */
    static final String IMAGE_DAMAGED = "image_damaged";
    /** Built here, not by {@code inference.support.Json}, since that package depends on this one. */
    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(MAX_TEXT_LENGTH).maxTokenCount(MAX_TOKENS)
            .build())
            .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private InferenceJson() {
    }

    /**
     * @throws IllegalArgumentException if it is no JSON, no model result, or the result of a model that was never
     *                                  trained
     */
    public static Inference read(byte[] json) {
        return read(tree(json));
    }

    /**
     * @throws IllegalArgumentException if it is no JSON, no model result, or the result of a model that was never
     *                                  trained
     */
    public static Inference read(String json) {
        try {
            return read(MAPPER.readTree(json));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("this is not JSON: " + brief(e), e);
        }
    }

    /** @throws IllegalArgumentException if it is no model result, or the result of a model that was never trained */
    public static Inference read(JsonNode json) {
        if (!(json instanceof ObjectNode object)) {
            throw new IllegalArgumentException("this JSON is no model result: expected an object with 'predictions'");
        }
        if (isResult(object)) {
            return InferenceReader.result(object);
        }
        for (JsonNode output : object) {
            if (isResult(output)) {
                return WorkflowOutputs.of(object);
            }
        }
        JsonNode predictions = object.path("predictions");
        String problem = predictions.isArray() ? "an entry of its 'predictions' has no class"
                : predictions.isObject() ? "its 'predictions' are no class scores" : "it has no 'predictions'";
        throw new IllegalArgumentException("this JSON is no model result: " + problem);
    }

    /** Returns whether the JSON has the form of a model's result. */
    static boolean isResult(JsonNode json) {
        JsonNode predictions = json.path("predictions");
        if (json.has("segmentation_mask") || predictions.has("segmentation_mask") || json.path("is_stub").asBoolean()) {
            return true;
        }
        return predictions.isArray() && all(predictions, "class", "class_name")
                || predictions.isObject() && all(predictions, "confidence");
    }

    private static boolean all(JsonNode predictions, String... oneOfTheseFields) {
        for (JsonNode prediction : predictions) {
            if (Arrays.stream(oneOfTheseFields).noneMatch(prediction::has)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns the outputs of a workflow for each of its images.
     *
     * @param answer the whole response: an object with a list of {@code outputs}
     * @throws IllegalArgumentException if it is no JSON or no such response
     */
    public static List<WorkflowOutputs> readWorkflow(byte[] answer) {
        JsonNode outputs = tree(answer).path("outputs");
        if (!outputs.isArray()) {
            throw new IllegalArgumentException("this JSON is no workflow response: it has no list of 'outputs'");
        }
        List<WorkflowOutputs> results = new ArrayList<>();
        outputs.forEach(output -> results.add(WorkflowOutputs.of(output)));
        return List.copyOf(results);
    }

    /**
     * Returns the results of one request in its order.
     *
     * @param json a list of results, as for a request with a list of images, or one result
     * @throws IllegalArgumentException if it is no JSON, or an entry is no model result
     */
    public static List<Inference> readAll(byte[] json) {
        JsonNode tree = tree(json);
        List<Inference> results = new ArrayList<>();
        (tree.isArray() ? tree : MAPPER.createArrayNode().add(tree)).forEach(result -> results.add(read(result)));
        return List.copyOf(results);
    }

    /** Returns the result as UTF-8 JSON. */
    public static byte[] bytes(Inference inference) {
        try {
            return MAPPER.writeValueAsBytes(write(inference));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a result could not be written as JSON", e);
        }
    }

    /** Returns the result as a tree that the caller may change. */
    public static ObjectNode write(Inference inference) {
        return InferenceWriter.write(inference);
    }

    private static JsonNode tree(byte[] json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new IllegalArgumentException("this is not JSON: " + brief(e), e);
        }
    }

    private static String brief(Exception e) {
        return e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
    }

    /** The deserializer with which Jackson reads an {@link Inference}. */
    static final class Deserializer extends JsonDeserializer<Inference> {

        @Override
        public Inference deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            JsonNode json = parser.readValueAsTree();
            try {
                return read(json);
            } catch (IllegalArgumentException e) {
                return context.reportInputMismatch(Inference.class, "%s", e.getMessage());
            }
        }
    }

    /** Writes results as Roboflow's server does: the same names and types, in the same order. */
    static final class InferenceWriter {

        private InferenceWriter() {
        }

        /** Returns the result as a tree that the caller may change. */
        static ObjectNode write(Inference inference) {
            InferenceInfo info = inference.info();
            ObjectNode received = info.received();
            if (received != null) {
                return received;
            }
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            if (!info.visualization().isEmpty()) {
                json.put("visualization", info.visualization());
            }
            if (!info.inferenceId().isEmpty()) {
                json.put("inference_id", info.inferenceId());
            }
            if (!Double.isNaN(info.time())) {
                json.put("time", info.time());
            }
            json.putObject("image").put("width", info.image().width()).put("height", info.image().height());
            if (info.imageDamaged()) {
                json.put(IMAGE_DAMAGED, true);
            }
            if (inference instanceof Detections detections) {
                write(detections, json.putArray("predictions"));
            } else if (inference instanceof Classification classification) {
                ArrayNode predictions = json.putArray("predictions");
                classification.predictions()
                        .forEach(score -> write(score, predictions.addObject().put("class", score.className())));
                json.put("top", classification.top()).put("confidence", classification.confidence());
            } else if (inference instanceof MultiLabelClassification multiLabel) {
                ObjectNode predictions = json.putObject("predictions");
                multiLabel.predictions().forEach(score -> write(score, predictions.putObject(score.className())));
                multiLabel.predictedClasses().forEach(json.putArray("predicted_classes")::add);
            } else if (inference instanceof SemanticSegmentation segmentation) {
                write(segmentation, json.putObject("predictions"));
            }
            return json;
        }

        private static void write(Detections detections, ArrayNode predictions) {
            for (Detection detection : detections.predictions()) {
                ObjectNode json = predictions.addObject();
                json.put("x", detection.x()).put("y", detection.y()).put("width", detection.width())
                        .put("height", detection.height());
                json.put("confidence", detection.confidence()).put("class", detection.className());
                json.put("class_id", detection.classId());
                if (!detection.detectionId().isEmpty()) {
                    json.put("detection_id", detection.detectionId());
                }
                if (detection.rle() != null && !detection.rle().equals(Rle.NO_OUTLINE)) {
                    ObjectNode rle = json.putObject("rle");
                    rle.putArray("size").add(detection.rle().height()).add(detection.rle().width());
                    rle.put("counts", detection.rle().counts());
                    json.put("mask_format", "rle");
                } else if (detection.rle() != null || !detection.points().isEmpty()) {
                    ArrayNode points = json.putArray("points");
                    detection.points().forEach(point -> points.addObject().put("x", point.x()).put("y", point.y()));
                    if (!detection.oriented()) {
                        json.put("mask_format", "polygon");
                    }
                }
                if (!detection.keypoints().isEmpty()) {
                    ArrayNode keypoints = json.putArray("keypoints");
                    detection.keypoints().forEach(keypoint -> keypoints.addObject().put("x", keypoint.x()).put("y", keypoint.y())
                            .put("confidence", keypoint.confidence()).put("class_id", keypoint.classId())
                            .put("class", keypoint.className()));
                }
            }
        }

        private static void write(ClassScore score, ObjectNode json) {
            json.put("class_id", score.classId()).put("confidence", score.confidence());
        }

        private static void write(SemanticSegmentation segmentation, ObjectNode json) {
            json.put("segmentation_mask", MaskPng.write(segmentation.mask()));
            ObjectNode classMap = json.putObject("class_map");
            segmentation.classMap().entrySet().stream().sorted(Map.Entry.comparingByKey())
                    .forEach(entry -> classMap.put(entry.getKey().toString(), entry.getValue()));
            if (segmentation.confidenceMask() != null) {
                json.put("confidence_mask", MaskPng.write(segmentation.confidenceMask()));
            }
            segmentation.presentClassIds().forEach(json.putArray("present_class_ids")::add);
        }
    }
}
