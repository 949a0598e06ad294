package io.github.camelroboflow.export;

import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.WorkflowOutputs;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.List;

/**
 * An image with its result.
 *
 * @param name the image's file name, with {@code /} between folders; others chose it, so it can hold anything
 */
public record ExportedImage(String name, Inference result) {

    ImageSize size() {
        return result.info().image();
    }

    /** Returns the name without its folders. */
    String fileName() {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /** Returns the name without its extension. */
    String stem() {
        int dot = name.lastIndexOf('.');
        return dot > name.lastIndexOf('/') + 1 ? name.substring(0, dot) : name;
    }

    /** Returns whether the result consists of objects with a location. */
    boolean hasObjects() {
        return result instanceof Detections
                || result instanceof WorkflowOutputs outputs && outputs.findings().stream().allMatch(Detection.class::isInstance);
    }

    /** Returns the detected objects; empty if the result is about the whole image. */
    List<Detection> objects() {
        return result.findings().stream().filter(Detection.class::isInstance).map(Detection.class::cast).toList();
    }
}
