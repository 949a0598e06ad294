package io.github.camelroboflow.annotate;

import io.github.camelroboflow.inference.Classification;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.ModelDescription.Appearance;
import io.github.camelroboflow.inference.MultiLabelClassification;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.SemanticSegmentation;
import io.github.camelroboflow.inference.WorkflowOutputs;
import io.github.camelroboflow.inference.support.OutOfMemory;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.List;

/**
 * Draws results on images, as Roboflow's server does for {@code format=image}: boxes, upright or oriented; masks and the classes of
 * a semantic segmentation as translucent areas with their outlines; keypoints with their skeleton; banners of classes for the image
 * as a whole; labels of class and confidence. No label covers another one: where there is no place left, the least confident
 * objects have no label, and a corner of the image says how many. Labels support all scripts for which the machine has fonts. Lines
 * and text scale with the image's shorter side, unless the style sets a line width. Colors are those of the model's package, else
 * they are determined by the class name. Thread-safe. Needs OpenCV (org.bytedeco) on the class path.
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
        return draw(image, inference, style, Integer.MAX_VALUE);
    }

    /**
     * Returns the same picture, reduced for a screen.
     *
     * @param longest the length in pixels to which the longer side is reduced if it is greater
     * @throws RoboflowException as {@link #draw(ImageSource, Inference, AnnotationStyle)}
     */
    public static byte[] draw(ImageSource image, Inference inference, AnnotationStyle style, int longest) {
        try {
            return OutOfMemory.retryAlone(() -> drawn(image, inference, style, longest));
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

    private static byte[] drawn(ImageSource image, Inference inference, AnnotationStyle style, int longest) {
        try {
            return ImageCodec.redrawn(image.name(), image.bytes(), style.autoOrient(), inference.info().image(),
                    longest, picture -> paint(picture, inference, style));
        } catch (IOException e) {
            throw new RoboflowException("Image '" + image.name() + "' can't be read for its visualization: check that its file"
                    + " still exists", e);
        }
    }

    /** @throws IllegalArgumentException if the result has an invalid mask */
    static void paint(BufferedImage picture, Inference inference, AnnotationStyle style) {
        Appearance own = inference.info().appearance();
        Appearance appearance = own.equals(Appearance.UNKNOWN) ? style.appearance() : own;
        try (Canvas canvas = new Canvas(picture, style, appearance)) {
            List<Inference> results = results(inference);
            for (Inference result : results) {
                if (result instanceof SemanticSegmentation segmentation) {
                    SegmentationDrawing.draw(canvas, segmentation);
                } else if (result instanceof Classification classification) {
                    ClassList.banner(canvas, classification.predictions().stream()
                            .filter(score -> score.className().equals(classification.top())).limit(1).toList());
                } else if (result instanceof MultiLabelClassification multiLabel) {
                    ClassList.banner(canvas, multiLabel.findings());
                }
            }
            // the labels of all of them share the image
            DetectionDrawing.draw(canvas, results.stream().filter(Detections.class::isInstance)
                    .flatMap(result -> ((Detections) result).predictions().stream()).distinct().toList(), appearance);
        }
    }

    /** Returns the results for the image: outputs of a workflow that have other sizes belong to other images, such as crops. */
    private static List<Inference> results(Inference inference) {
        return inference instanceof WorkflowOutputs outputs ? outputs.inferences().values().stream()
                .filter(output -> output.info().image().equals(outputs.info().image())).distinct().toList() : List.of(inference);
    }

    /**
     * The style of a visualization.
     *
     * @param appearance the colors and skeletons of the model, for results without their own
     * @param labels whether class and confidence are written; the visualization of a classification always has labels,
     *               because it has nothing else
     * @param stroke the line width in pixels, 1 or more, limited to a twentieth of the image's shorter side, or to 20 if
     *               that is more; or {@link #SCALED}
     * @param autoOrient whether the image's EXIF orientation is applied; must be the same as for the result
     */
    public record AnnotationStyle(Appearance appearance, boolean labels, int stroke, boolean autoOrient) {

        /** Lines that are 1/320 of the image's shorter side wide, and at least 2 pixels (1 on small images). */
        public static final int SCALED = 0;

        /** Lines that suit the image, and labels. */
        public static final AnnotationStyle DEFAULTS = new AnnotationStyle(Appearance.UNKNOWN, true, SCALED, true);

        public AnnotationStyle {
            if (stroke < 0) {
                throw new IllegalArgumentException("stroke=" + stroke + " is out of range: set 1 or more, or 0 for lines that scale"
                        + " with the image");
            }
        }
    }
}
