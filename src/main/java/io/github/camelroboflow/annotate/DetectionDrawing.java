package io.github.camelroboflow.annotate;

import io.github.camelroboflow.annotate.Labels.Label;
import io.github.camelroboflow.inference.Detection.Keypoint;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.ModelDescription.Appearance;
import io.github.camelroboflow.inference.ModelDescription.Skeleton;
import io.github.camelroboflow.inference.ModelDescription.SkeletonEdge;
import io.github.camelroboflow.inference.geometry.Box.Point;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.Mask;
import java.awt.Color;
import java.awt.Rectangle;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Draws objects: oriented box, or box, which is thin beside a mask; area and outline of the mask; keypoints with their skeleton;
 * label.
 */
final class DetectionDrawing {

    /** The share of the line width by which an outline may miss the outermost pixels of a mask, which smooths its steps. */
    private static final double TOLERANCE = 0.25;

    private DetectionDrawing() {
    }

    /** Draws areas below all lines, the most confident objects on top, and labels above all objects. */
    static void draw(Canvas canvas, List<Detection> detections, Appearance appearance) {
        List<Detection> ascending = detections.stream().sorted(Comparator.comparingDouble(Detection::confidence)).toList();
        List<Optional<Path2D.Double>> outlines = ascending.stream().map(detection -> area(canvas, detection)).toList();
        for (int i = 0; i < ascending.size(); i++) {
            lines(canvas, ascending.get(i), outlines.get(i));
        }
        Skeletons skeletons = new Skeletons(appearance);
        ascending.forEach(detection -> skeletons.draw(canvas, detection));
        if (canvas.labelled() && !detections.isEmpty()) {
            int half = canvas.stroke() / 2;
            new Labels(canvas.graphics(), canvas.size()).draw(detections.stream()
                    .sorted(Comparator.comparingDouble(Detection::confidence).reversed())
                    .map(detection -> new Label(Labels.text(detection), grown(detection.box(), half), color(canvas, detection)))
                    .toList(), canvas.taken());
        }
    }

    private static Box grown(Box box, int by) {
        return new Box(Canvas.clamp(box.x1()) - by, Canvas.clamp(box.y1()) - by, Canvas.clamp(box.x2()) + by,
                Canvas.clamp(box.y2()) + by);
    }

    private static Color color(Canvas canvas, Detection detection) {
        return canvas.color(detection.className());
    }

    /** Covers the pixels of an object, and returns their outline; empty if there is none to draw. */
    private static Optional<Path2D.Double> area(Canvas canvas, Detection detection) {
        if (detection.oriented()) {
            return Optional.of(Outlines.ofCorners(detection.points()));
        }
        if (detection.rle() == null && detection.points().isEmpty()) {
            return Optional.empty();
        }
        if (detection.rle() == null) {
            Path2D.Double outline = Outlines.ofPixels(detection.points());
            canvas.area(outline, color(canvas, detection));
            return Optional.of(outline);
        }
        Mask mask = detection.rle().mask();
        Optional<Path2D.Double> outline = Outlines.of(mask, TOLERANCE * canvas.stroke());
        if (outline.isPresent()) {
            canvas.area(outline.get(), color(canvas, detection));
        } else {
            pixels(canvas, mask, color(canvas, detection));
        }
        return outline;
    }

    /** Covers the pixels of a mask one by one. */
    private static void pixels(Canvas canvas, Mask mask, Color color) {
        int[] colors = {0, Canvas.translucent(color).getRGB()};
        BufferedImage overlay = new BufferedImage(mask.width(), mask.height(), BufferedImage.TYPE_BYTE_BINARY,
                new IndexColorModel(1, colors.length, colors, 0, true, -1, DataBuffer.TYPE_BYTE));
        for (int i = mask.pixels().nextSetBit(0); i >= 0; i = mask.pixels().nextSetBit(i + 1)) {
            overlay.getRaster().setSample(i % mask.width(), i / mask.width(), 0, 1);
        }
        canvas.overlay(overlay, new Rectangle(mask.left(), mask.top(), mask.width(), mask.height()));
    }

    private static void lines(Canvas canvas, Detection detection, Optional<Path2D.Double> outline) {
        if (detection.masked()) {
            canvas.thinBox(detection.box(), color(canvas, detection));
        } else if (!detection.oriented()) {
            canvas.box(detection.box(), color(canvas, detection));
        }
        outline.ifPresent(path -> canvas.outline(path, color(canvas, detection)));
    }

    /**
     * The lines between keypoints: those of the model's package; for keypoints with the names of COCO's people, which some packages
     * leave without lines, those of COCO's skeleton (T.-Y. Lin et al., "Microsoft COCO", annotations {@code person_keypoints}).
     */
    private record Skeletons(Appearance appearance) {

        private static final String[][] PERSON = {{"left_ankle", "left_knee"}, {"left_knee", "left_hip"},
            {"right_ankle", "right_knee"}, {"right_knee", "right_hip"}, {"left_hip", "right_hip"}, {"left_shoulder", "left_hip"},
            {"right_shoulder", "right_hip"}, {"left_shoulder", "right_shoulder"}, {"left_shoulder", "left_elbow"},
            {"right_shoulder", "right_elbow"}, {"left_elbow", "left_wrist"}, {"right_elbow", "right_wrist"},
            {"left_eye", "right_eye"}, {"nose", "left_eye"}, {"nose", "right_eye"}, {"left_eye", "left_ear"},
            {"right_eye", "right_ear"}, {"left_ear", "left_shoulder"}, {"right_ear", "right_shoulder"}};

        private void draw(Canvas canvas, Detection detection) {
            Color color = canvas.color(detection.className());
            List<SkeletonEdge> edges = appearance.skeletons().getOrDefault(detection.classId(), Skeleton.UNKNOWN).edges();
            Map<Object, Point> points = new HashMap<>();
            for (Keypoint keypoint : detection.keypoints()) {
                points.put(keypoint.classId(), new Point(keypoint.x(), keypoint.y()));
                points.put(keypoint.className().replace('-', '_'), new Point(keypoint.x(), keypoint.y()));
            }
            edges.forEach(edge -> bone(canvas, points.get(edge.from()), points.get(edge.to()), color));
            if (edges.isEmpty()) {
                for (String[] bone : PERSON) {
                    bone(canvas, points.get(bone[0]), points.get(bone[1]), color);
                }
            }
            detection.keypoints().forEach(keypoint -> canvas.dot(new Point(keypoint.x(), keypoint.y()), color));
        }

        private static void bone(Canvas canvas, Point from, Point to, Color color) {
            if (from != null && to != null) {
                canvas.bone(from, to, color);
            }
        }
    }
}
