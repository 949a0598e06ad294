package io.github.camelroboflow.component;

import io.github.camelroboflow.inference.ClassScore;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.MultiLabelClassification;
import io.github.camelroboflow.inference.SemanticSegmentation;
import java.util.List;

/** The classes of a model on a server, which only the results of some tasks tell. */
final class ToldClasses {

    private ToldClasses() {
    }

    /** All that the model has; empty if the result only tells of those that were found. */
    static List<String> by(Inference inference) {
        if (inference instanceof MultiLabelClassification labels) {
            return labels.predictions().stream().map(ClassScore::className).toList();
        }
        return inference instanceof SemanticSegmentation pixels ? List.copyOf(pixels.classMap().values()) : List.of();
    }
}
