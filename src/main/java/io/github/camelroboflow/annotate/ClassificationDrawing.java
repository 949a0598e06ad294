package io.github.camelroboflow.annotate;

import io.github.camelroboflow.inference.ClassScore;
import io.github.camelroboflow.inference.Classification;
import io.github.camelroboflow.inference.MultiLabelClassification;
import java.util.Comparator;
import java.util.List;

/** Writes an image's classes into its left top corner, one below the other; nothing if there are none. */
final class ClassificationDrawing {

    private ClassificationDrawing() {
    }

    static void draw(Canvas canvas, Classification classification) {
        list(canvas, classification.predictions().stream().filter(score -> score.className().equals(classification.top())).limit(1)
                .toList());
    }

    static void draw(Canvas canvas, MultiLabelClassification classification) {
        list(canvas, classification.findings());
    }

    /** The most confident first. */
    static void list(Canvas canvas, List<ClassScore> scores) {
        int top = 0;
        for (ClassScore score : scores.stream().sorted(Comparator.comparingDouble(ClassScore::confidence).reversed()).toList()) {
            Labels labels = canvas.labels();
            if (top + labels.height() > canvas.height()) {
                break;
            }
            labels.draw(Labels.text(score), 0, top, canvas.color(score.className(), score.classId()));
            top += labels.height();
        }
    }
}
