package io.github.camelroboflow.inference;

import io.github.camelroboflow.inference.Inference.ClassScore;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import java.util.List;

/**
 * The result of a single-label classification.
 *
 * @param predictions the classes at or above the threshold, the most confident first
 * @param top the class with the best confidence, or empty if no class reached the threshold
 * @param confidence the confidence of the top class, 0 to 1; 0 if there is none
 */
public record Classification(InferenceInfo info, List<ClassScore> predictions, String top, double confidence) implements Inference {

    public Classification {
        predictions = List.copyOf(predictions);
    }

    @Override
    public List<ClassScore> findings() {
        return predictions;
    }

    @Override
    public Classification withVisualization(String base64Jpeg) {
        return new Classification(info.withVisualization(base64Jpeg), predictions, top, confidence);
    }
}
