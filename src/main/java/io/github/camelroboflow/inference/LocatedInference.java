package io.github.camelroboflow.inference;

import java.util.function.Predicate;

/** A result that says where in the image a class was found. */
public sealed interface LocatedInference extends Inference permits Detections, SemanticSegmentation {

    /** The share of the image, 0 to 1, that belongs to any of these classes; what two findings cover counts once. */
    double coverage(Predicate<? super String> classNames);

    /**
     * The share of the image, 0 to 1, that belongs to a class: of its pixels where there are masks, else of its area under boxes.
     */
    default double coverage(String className) {
        return coverage(className::equals);
    }
}
