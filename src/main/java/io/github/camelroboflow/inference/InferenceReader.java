package io.github.camelroboflow.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.Detection.Keypoint;
import io.github.camelroboflow.inference.Inference.ClassScore;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.ModelDescription.Appearance;
import io.github.camelroboflow.inference.SemanticSegmentation.MaskPng;
import io.github.camelroboflow.inference.geometry.Box.Point;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.geometry.Mask.ResultLimits;
import io.github.camelroboflow.inference.geometry.Rle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the JSON of a model's result in every form that Roboflow's servers produce. */
final class InferenceReader {

    /** The distance in pixels by which corners that are rounded to whole pixels may miss a parallelogram. */
    private static final double MAX_ROUNDING = 3;

    private InferenceReader() {
    }

    /** @throws IllegalArgumentException if a part of it can't be read */
    static Inference result(JsonNode json) {
        if (json.path("is_stub").asBoolean()) {
            throw new IllegalArgumentException("the model " + json.path("model_id").asText("").strip()
                    + " is a stub without detections: train a version of its project and use that");
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
                json.path(InferenceJson.IMAGE_DAMAGED).asBoolean(),
                json.path("visualization").asText(""), json.deepCopy(), Appearance.UNKNOWN);
    }

    private static Detections detections(InferenceInfo info, JsonNode predictions) {
        ResultLimits limits = new ResultLimits(info.image());
        limits.predictions(predictions.size());
        List<Detection> detections = new ArrayList<>(predictions.size());
        for (JsonNode json : predictions) {
            limits.points(json.path("points").size() + json.path("keypoints").size());
            List<Point> points = new ArrayList<>();
            json.path("points").forEach(point -> points.add(new Point(number(point, "x"), number(point, "y"))));
            boolean oriented = isOriented(json, points);
            limits.outline(points, oriented);
            List<Keypoint> keypoints = new ArrayList<>();
            json.path("keypoints").forEach(keypoint -> keypoints.add(new Keypoint(number(keypoint, "x"), number(keypoint, "y"),
                    number(keypoint, "confidence"), className(keypoint), classId(keypoint))));
            detections.add(new Detection(number(json, "x"), number(json, "y"), number(json, "width"), number(json, "height"),
                    number(json, "confidence"), className(json), classId(json), json.path("detection_id").asText(""), points,
                    mask(json, limits), keypoints, oriented));
        }
        return new Detections(info, detections);
    }

    /** Returns whether the points are an oriented box: four corners of a parallelogram that are not called a mask. */
    private static boolean isOriented(JsonNode detection, List<Point> points) {
        if (points.size() != 4 || detection.has("mask_format") || detection.has("rle")) {
            return false;
        }
        double dx = points.get(0).x() - points.get(1).x() + points.get(2).x() - points.get(3).x();
        double dy = points.get(0).y() - points.get(1).y() + points.get(2).y() - points.get(3).y();
        return Math.hypot(dx, dy) <= MAX_ROUNDING;
    }

    /** Returns the mask that is not given by points. */
    private static Rle mask(JsonNode detection, ResultLimits limits) {
        if (detection.path("rle").isObject()) {
            return rle(detection.path("rle"), limits);
        }
        return detection.path("points").isArray() && detection.path("points").isEmpty() ? Rle.NO_OUTLINE : null;
    }

    private static Rle rle(JsonNode json, ResultLimits limits) {
        int height = json.path("size").path(0).asInt();
        int width = json.path("size").path(1).asInt();
        limits.mask(width, height);
        JsonNode counts = json.path("counts");
        if (counts.isTextual()) {
            return checked(new Rle(width, height, counts.asText()));
        }
        List<Integer> runs = new ArrayList<>(counts.size());
        counts.forEach(run -> runs.add(run.asInt()));
        return checked(Rle.ofRuns(width, height, runs));
    }

    private static Rle checked(Rle mask) {
        mask.validate();
        return mask;
    }

    private static Classification classification(InferenceInfo info, JsonNode json) {
        List<ClassScore> scores = new ArrayList<>();
        json.path("predictions").forEach(prediction ->
                scores.add(new ClassScore(className(prediction), classId(prediction), number(prediction, "confidence"))));
        return new Classification(info, scores, json.path("top").asText("").strip(), number(json, "confidence"));
    }

    private static MultiLabelClassification multiLabel(InferenceInfo info, JsonNode json) {
        List<ClassScore> scores = new ArrayList<>();
        json.path("predictions").fields().forEachRemaining(entry -> scores.add(new ClassScore(entry.getKey().strip(),
                classId(entry.getValue()), number(entry.getValue(), "confidence"))));
        List<String> predicted = new ArrayList<>();
        json.path("predicted_classes").forEach(name -> predicted.add(name.asText().strip()));
        return new MultiLabelClassification(info, scores, predicted);
    }

    private static SemanticSegmentation segmentation(InferenceInfo info, JsonNode json) {
        Map<Integer, String> classMap = new HashMap<>();
        json.path("class_map").fields().forEachRemaining(entry ->
                classMap.put(number(entry.getKey()), entry.getValue().asText().strip()));
        ResultLimits limits = new ResultLimits(info.image());
        return new SemanticSegmentation(info, classMap, MaskPng.read(json.path("segmentation_mask").asText(), limits),
                json.path("confidence_mask").isTextual() ? MaskPng.read(json.path("confidence_mask").asText(), limits) : null);
    }

    private static double number(JsonNode json, String field) {
        return ResultLimits.finite(field, json.path(field).asDouble());
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
