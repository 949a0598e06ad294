package io.github.camelroboflow.inference;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Writes results as Roboflow's server does: the same names and types, in the same order. */
final class InferenceWriter {

    private InferenceWriter() {
    }

    /** The result as a tree that the caller may change. */
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
        if (inference instanceof Detections detections) {
            write(detections, json.putArray("predictions"));
        } else if (inference instanceof Classification classification) {
            ArrayNode predictions = json.putArray("predictions");
            classification.predictions().forEach(score -> write(score, predictions.addObject().put("class", score.className())));
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
            json.put("x", detection.x()).put("y", detection.y()).put("width", detection.width()).put("height", detection.height());
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
                json.put("mask_format", "polygon");
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
