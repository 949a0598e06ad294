package io.github.camelroboflow.annotate;

import io.github.camelroboflow.inference.Classification;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.MultiLabelClassification;
import io.github.camelroboflow.inference.OutOfMemory;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.SemanticSegmentation;
import io.github.camelroboflow.inference.WorkflowOutputs;
import java.awt.image.BufferedImage;
import java.io.IOException;

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
}
