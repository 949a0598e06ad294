package io.github.camelroboflow.annotate;

import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import java.awt.Color;
import java.util.Comparator;
import java.util.List;

/** Draws objects: box, outline of the mask, keypoints, label. */
final class DetectionDrawing {

    private DetectionDrawing() {
    }

    /** The most confident on top, and labels above all else. */
    static void draw(Canvas canvas, Detections detections) {
        List<Detection> ascending = detections.predictions().stream()
                .sorted(Comparator.comparingDouble(Detection::confidence)).toList();
        ascending.forEach(detection -> draw(canvas, detection));
        if (canvas.labelled()) {
            ascending.forEach(detection -> label(canvas, detection));
        }
    }

    private static void draw(Canvas canvas, Detection detection) {
        Color color = color(canvas, detection);
        canvas.box(detection.box(), color);
        if (detection.rle() != null) {
            canvas.outline(detection.rle().mask(), color);
        } else {
            canvas.outline(detection.points(), color);
        }
        detection.keypoints().forEach(keypoint -> canvas.dot(keypoint.x(), keypoint.y(), color));
    }

    /** Above the box where there is room, else in it. */
    private static void label(Canvas canvas, Detection detection) {
        Labels labels = canvas.labels();
        int left = (int) detection.box().x1();
        int top = (int) detection.box().y1();
        labels.draw(Labels.text(detection), left, top >= labels.height() ? top - labels.height() : top, color(canvas, detection));
    }

    private static Color color(Canvas canvas, Detection detection) {
        return canvas.color(detection.className(), detection.classId());
    }
}
