package io.github.camelroboflow.annotate;

import io.github.camelroboflow.inference.Classification;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.Inference.ClassScore;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.MultiLabelClassification;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.SemanticSegmentation;
import io.github.camelroboflow.inference.SemanticSegmentation.Plane;
import io.github.camelroboflow.inference.WorkflowOutputs;
import io.github.camelroboflow.inference.support.OutOfMemory;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;

/**
 * Draws results on their images, much as Roboflow's server does it for {@code format=image}: boxes with the outlines and keypoints
 * that belong to them, labels of class and confidence, translucent colours for a semantic segmentation. Labels are in the script
 * of the class names, as far as the machine has fonts for it. Safe for use by many threads. Needs OpenCV (org.bytedeco) on the
 * class path.
 */
public final class Annotator {

    private Annotator() {
    }

    /**
     * The image with the result drawn on it, in the image's size, as a JPEG of quality 90.
     *
     * @throws InvalidImageException        if the image can't be decoded
     * @throws RoboflowUnavailableException if OpenCV or, for labels, fonts are missing, for which no image is to blame
     * @throws RoboflowException            if something else keeps the result from being drawn, said in its message
     */
    public static byte[] draw(ImageSource image, Inference inference, AnnotationStyle style) {
        try {
            return OutOfMemory.retryAlone(() -> drawn(image, inference, style));
        } catch (OutOfMemoryError e) {
            throw OutOfMemory.failure("draw the result on image '" + image.name() + "'", e);
        } catch (RoboflowException e) {
            throw e;
        } catch (RuntimeException e) {
            // a mask that is none, or OpenCV, which complains by this
            throw new RoboflowException("the result for image '" + image.name() + "' can't be drawn: " + e.getMessage(), e);
        } catch (LinkageError e) {
            throw new RoboflowUnavailableException("drawing on images can't start OpenCV (" + e + "): put"
                    + " org.bytedeco:opencv, :openblas and :javacpp with the jars for this platform on the class path", e);
        }
    }

    private static byte[] drawn(ImageSource image, Inference inference, AnnotationStyle style) {
        try {
            BufferedImage picture = ImageCodec.decode(image.name(), image.bytes(), style.autoOrient());
            paint(picture, inference, style);
            return ImageCodec.jpeg(image.name(), picture);
        } catch (IOException e) {
            throw new RoboflowException("Image '" + image.name() + "' could not be read for drawing: is it still there?", e);
        }
    }

    /** @throws IllegalArgumentException if the result holds a mask that is none */
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
            // those of other sizes tell of other images, such as parts of this one
            outputs.inferences().values().stream().filter(output -> output.info().image().equals(outputs.info().image()))
                    .forEach(output -> draw(canvas, output));
        }
    }

    /** Draws objects: box, outline of the mask, keypoints, label. */
    static final class DetectionDrawing {

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
            labels.draw(Labels.text(detection), left, top >= labels.height() ? top - labels.height() : top,
                    color(canvas, detection));
        }

        private static Color color(Canvas canvas, Detection detection) {
            return canvas.color(detection.className(), detection.classId());
        }
    }

    /** Writes an image's classes into its left top corner, one below the other; nothing if there are none. */
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

        /** The most confident first. */
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

    /** Lays translucent colours over the pixels of each class but the background; labels are the list of the classes. */
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

        /** By class id; ids that are no class, or the background, are transparent. */
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
}
