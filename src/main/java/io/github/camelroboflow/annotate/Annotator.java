package io.github.camelroboflow.annotate;

import io.github.camelroboflow.inference.Classification;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference.ClassScore;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.MultiLabelClassification;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.SemanticSegmentation.Plane;
import io.github.camelroboflow.inference.SemanticSegmentation;
import io.github.camelroboflow.inference.WorkflowOutputs;
import io.github.camelroboflow.inference.geometry.Box.Point;
import io.github.camelroboflow.inference.support.OutOfMemory;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Draws visualizations similar to those of Roboflow's server for {@code format=image}: boxes, upright or oriented, with their
 * outlines and keypoints, labels of class and confidence, translucent colors for a semantic segmentation. Labels support all
 * scripts for which the machine has fonts. Thread-safe. Needs OpenCV (org.bytedeco) on the class path.
 */
public final class Annotator {

    private Annotator() {
    }

    /**
     * Returns the image with the result drawn on it, in the image's size, as a JPEG of quality 90.
     *
     * @throws InvalidImageException if the image can't be decoded
     * @throws RoboflowUnavailableException if OpenCV or, for labels, fonts are missing, which no image causes
     * @throws RoboflowException if the result can't be drawn for another reason, which the message gives
     */
    public static byte[] draw(ImageSource image, Inference inference, AnnotationStyle style) {
        try {
            return OutOfMemory.retryAlone(() -> drawn(image, inference, style));
        } catch (OutOfMemoryError e) {
            throw OutOfMemory.failure("draw the result on image '" + image.name() + "'", e);
        } catch (RoboflowException e) {
            throw e;
        } catch (RuntimeException e) {
            // an invalid mask, or a failure of OpenCV
            throw new RoboflowException("the result for image '" + image.name() + "' can't be drawn: " + e.getMessage(), e);
        } catch (LinkageError e) {
            throw new RoboflowUnavailableException("add org.bytedeco:opencv-platform, or the jars of OpenCV for this platform,"
                    + " to the class path: drawing on images can't start OpenCV (" + e + ")", e);
        }
    }

    private static byte[] drawn(ImageSource image, Inference inference, AnnotationStyle style) {
        try {
            BufferedImage picture = ImageCodec.decode(image.name(), image.bytes(), style.autoOrient());
            paint(picture, inference, style);
            return ImageCodec.jpeg(image.name(), picture);
        } catch (IOException e) {
            throw new RoboflowException("Image '" + image.name() + "' can't be read for its visualization: check that its file"
                    + " still exists", e);
        }
    }

    /** @throws IllegalArgumentException if the result has an invalid mask */
    static void paint(BufferedImage picture, Inference inference, AnnotationStyle style) {
        try (Canvas canvas = new Canvas(picture, style)) {
            draw(canvas, inference);
        }
    }

    private static void draw(Canvas canvas, Inference inference) {
        if (inference instanceof Detections detections) {
            DetectionDrawing.draw(canvas, detections);
        } else if (inference instanceof SemanticSegmentation segmentation) {
            SegmentationDrawing.draw(canvas, segmentation);
        } else if (inference instanceof Classification classification) {
            ClassificationDrawing.draw(canvas, classification);
        } else if (inference instanceof MultiLabelClassification multiLabel) {
            ClassificationDrawing.draw(canvas, multiLabel);
        } else if (inference instanceof WorkflowOutputs outputs) {
            // outputs of other sizes belong to other images, such as crops of this one
            outputs.inferences().values().stream().filter(output -> output.info().image().equals(outputs.info().image()))
                    .forEach(output -> draw(canvas, output));
        }
    }

    /** Draws objects: oriented box, or box with the outline of the mask; keypoints, label. */
    static final class DetectionDrawing {

        /** The distance from the edge of a pixel, where corners of boxes lie, to its center. */
        private static final double HALF = 0.5;

        private DetectionDrawing() {
        }

        /** Draws the most confident objects on top, and labels above all objects. */
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
            if (detection.oriented()) {
                canvas.outline(detection.points().stream().map(corner -> new Point(corner.x() - HALF, corner.y() - HALF)).toList(),
                        color);
            } else {
                canvas.box(detection.box(), color);
                if (detection.rle() != null) {
                    canvas.outline(detection.rle().mask(), color);
                } else {
                    canvas.outline(detection.points(), color);
                }
            }
            detection.keypoints().forEach(keypoint -> canvas.dot(keypoint.x(), keypoint.y(), color));
        }

        /** Draws the label above the box if there is space, else inside it. */
        private static void label(Canvas canvas, Detection detection) {
            Labels labels = canvas.labels();
            int left = (int) detection.box().x1();
            int top = (int) detection.box().y1();
            labels.draw(Labels.text(detection), left, top >= labels.height() ? top - labels.height() : top,
                    color(canvas, detection));
        }

        private static Color color(Canvas canvas, Detection detection) {
            return canvas.color(detection.className(), detection.classId());
        }
    }

    /** Writes an image's classes into its top left corner, one below the other. */
    static final class ClassificationDrawing {

        private ClassificationDrawing() {
        }

        static void draw(Canvas canvas, Classification classification) {
            list(canvas, classification.predictions().stream().filter(score -> score.className().equals(classification.top()))
                    .limit(1)
                    .toList());
        }

        static void draw(Canvas canvas, MultiLabelClassification classification) {
            list(canvas, classification.findings());
        }

        /** Writes the most confident class first. */
        static void list(Canvas canvas, List<ClassScore> scores) {
            int top = 0;
            for (ClassScore score : scores.stream().sorted(Comparator.comparingDouble(ClassScore::confidence).reversed())
                    .toList()) {
                Labels labels = canvas.labels();
                if (top + labels.height() > canvas.height()) {
                    break;
                }
                labels.draw(Labels.text(score), 0, top, canvas.color(score.className(), score.classId()));
                top += labels.height();
            }
        }
    }

    /**
     * Covers the pixels of each class except the background with a translucent color; the labels are the list of
     * classes.
     */
    static final class SegmentationDrawing {

        private static final int IDS = 256;
        private static final byte HALF = (byte) 128;

        private SegmentationDrawing() {
        }

        static void draw(Canvas canvas, SemanticSegmentation segmentation) {
            Plane mask = segmentation.mask();
            if (mask.size().area() > 0) {
                int width = mask.size().width();
                Raster raster = Raster.createInterleavedRaster(new DataBufferByte(mask.values(), mask.values().length), width,
                        mask.size().height(), width, 1, new int[] {0}, null);
                BufferedImage overlay = new BufferedImage(width, mask.size().height(), BufferedImage.TYPE_BYTE_INDEXED,
                        colors(canvas, segmentation));
                overlay.setData(raster);
                canvas.overlay(overlay);
            }
            if (canvas.labelled()) {
                ClassificationDrawing.list(canvas, segmentation.findings());
            }
        }

        /** Returns the colors by class id. The background and unknown ids are transparent. */
        private static IndexColorModel colors(Canvas canvas, SemanticSegmentation segmentation) {
            byte[] red = new byte[IDS];
            byte[] green = new byte[IDS];
            byte[] blue = new byte[IDS];
            byte[] alpha = new byte[IDS];
            for (ClassScore score : segmentation.findings()) {
                Color color = canvas.color(score.className(), score.classId());
                red[score.classId()] = (byte) color.getRed();
                green[score.classId()] = (byte) color.getGreen();
                blue[score.classId()] = (byte) color.getBlue();
                alpha[score.classId()] = HALF;
            }
            return new IndexColorModel(8, IDS, red, green, blue, alpha);
        }
    }

    /**
     * The style of a visualization.
     *
     * @param colors {@code #RRGGBB} by class name, for the classes with their own color
     * @param labels whether class and confidence are written; the visualization of a classification always has labels,
     *               because it has nothing else
     * @param stroke the line width in pixels, 1 or more; limited to a twentieth of the image's shorter side, or to 20 if
     *               that is more
     * @param autoOrient whether the image's EXIF orientation is applied; must be the same as for the result
     */
    public record AnnotationStyle(Map<String, String> colors, boolean labels, int stroke, boolean autoOrient) {

        /** The defaults of Roboflow's server. */
        public static final AnnotationStyle DEFAULTS = new AnnotationStyle(Map.of(), false, 1, true);

        public AnnotationStyle {
            colors = Map.copyOf(colors);
            if (stroke < 1) {
                throw new IllegalArgumentException("stroke=" + stroke + " is out of range: set 1 or more");
            }
        }
    }
}
