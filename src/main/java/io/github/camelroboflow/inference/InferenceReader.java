package io.github.camelroboflow.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes of the JSON of a result what it says, in every form that Roboflow's servers give it. */
final class InferenceReader {

    private InferenceReader() {
    }

    /** @throws IllegalArgumentException if something in it can't be read */
    static Inference result(JsonNode json) {
        if (json.path("is_stub").asBoolean()) {
            throw new IllegalArgumentException("the model " + json.path("model_id").asText("").strip()
                    + " is a stub that was never trained, so it finds nothing: train a version of its project and name that");
        }
        InferenceInfo info = info((ObjectNode) json);
        JsonNode predictions = json.path("predictions");
        if (json.has("segmentation_mask")) {
            return segmentation(info, json);
        }
        if (predictions.has("segmentation_mask")) {
            return segmentation(info, predictions);
        }
        if (predictions.isObject()) {
            return multiLabel(info, json);
        }
        boolean boxes = predictions.isEmpty() ? !json.has("top") : predictions.get(0).has("x");
        return boxes ? detections(info, predictions) : classification(info, json);
    }

    private static InferenceInfo info(ObjectNode json) {
        JsonNode image = json.path("image");
        ImageSize size = new ImageSize(Math.max(0, image.path("width").asInt()), Math.max(0, image.path("height").asInt()));
        return new InferenceInfo(json.path("inference_id").asText(""), json.path("time").asDouble(Double.NaN), size,
                json.path("visualization").asText(""), json.deepCopy());
    }

    private static Detections detections(InferenceInfo info, JsonNode predictions) {
        List<Detection> detections = new ArrayList<>(predictions.size());
        for (JsonNode json : predictions) {
            List<Point> points = new ArrayList<>();
            json.path("points").forEach(point -> points.add(new Point(point.path("x").asDouble(), point.path("y").asDouble())));
            List<Keypoint> keypoints = new ArrayList<>();
            json.path("keypoints").forEach(keypoint -> keypoints.add(new Keypoint(keypoint.path("x").asDouble(),
                    keypoint.path("y").asDouble(), keypoint.path("confidence").asDouble(), className(keypoint),
                    classId(keypoint))));
            detections.add(new Detection(json.path("x").asDouble(), json.path("y").asDouble(), json.path("width").asDouble(),
                    json.path("height").asDouble(), json.path("confidence").asDouble(), className(json), classId(json),
                    json.path("detection_id").asText(""), points, mask(json), keypoints));
        }
        return new Detections(info, detections);
    }

    /** The mask where it is not told by points. */
    private static Rle mask(JsonNode detection) {
        if (detection.path("rle").isObject()) {
            return rle(detection.path("rle"));
        }
        return detection.path("points").isArray() && detection.path("points").isEmpty() ? Rle.NO_OUTLINE : null;
    }

    private static Rle rle(JsonNode json) {
        int height = json.path("size").path(0).asInt();
        int width = json.path("size").path(1).asInt();
        JsonNode counts = json.path("counts");
        if (counts.isTextual()) {
            return new Rle(width, height, counts.asText());
        }
        List<Integer> runs = new ArrayList<>(counts.size());
        counts.forEach(run -> runs.add(run.asInt()));
        return Rle.ofRuns(width, height, runs);
    }

    private static Classification classification(InferenceInfo info, JsonNode json) {
        List<ClassScore> scores = new ArrayList<>();
        json.path("predictions").forEach(prediction ->
                scores.add(new ClassScore(className(prediction), classId(prediction), prediction.path("confidence").asDouble())));
        return new Classification(info, scores, json.path("top").asText("").strip(), json.path("confidence").asDouble());
    }

    private static MultiLabelClassification multiLabel(InferenceInfo info, JsonNode json) {
        List<ClassScore> scores = new ArrayList<>();
        json.path("predictions").fields().forEachRemaining(entry -> scores.add(new ClassScore(entry.getKey().strip(),
                classId(entry.getValue()), entry.getValue().path("confidence").asDouble())));
        List<String> predicted = new ArrayList<>();
        json.path("predicted_classes").forEach(name -> predicted.add(name.asText().strip()));
        return new MultiLabelClassification(info, scores, predicted);
    }

    private static SemanticSegmentation segmentation(InferenceInfo info, JsonNode json) {
        Map<Integer, String> classMap = new HashMap<>();
        json.path("class_map").fields().forEachRemaining(entry ->
                classMap.put(number(entry.getKey()), entry.getValue().asText().strip()));
        return new SemanticSegmentation(info, classMap, MaskPng.read(json.path("segmentation_mask").asText()),
                json.path("confidence_mask").isTextual() ? MaskPng.read(json.path("confidence_mask").asText()) : null);
    }

    private static int number(String classId) {
        try {
            return Integer.parseInt(classId.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("this JSON is no segmentation: '" + classId + "' in its 'class_map' is no class id",
                    e);
        }
    }

    private static String className(JsonNode json) {
        return json.path(json.has("class") ? "class" : "class_name").asText("").strip();
    }

    private static int classId(JsonNode json) {
        return json.path("class_id").asInt(-1);
    }
}
