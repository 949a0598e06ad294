package io.github.camelroboflow.inference;

import io.github.camelroboflow.inference.Inference.ClassScore;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import java.util.List;

/**
 * The result of a multi-label classification.
 *
 * @param predictions every class of the model with its score
 * @param predictedClasses the classes that apply, because their score reached the threshold
 */
public record MultiLabelClassification(InferenceInfo info, List<ClassScore> predictions, List<String> predictedClasses)
        implements Inference {

    public MultiLabelClassification {
        predictions = List.copyOf(predictions);
        predictedClasses = List.copyOf(predictedClasses);
    }

    /** Returns the classes that apply. */
    @Override
    public List<ClassScore> findings() {
        return predictions.stream().filter(score -> predictedClasses.contains(score.className())).toList();
    }

    @Override
    public MultiLabelClassification withVisualization(String base64Jpeg) {
        return new MultiLabelClassification(info.withVisualization(base64Jpeg), predictions, predictedClasses);
    }
}
