package io.github.camelroboflow.embedded.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.embedded.golden.Deviation.Measure;
import io.github.camelroboflow.inference.Classification;
import io.github.camelroboflow.inference.Inference.ClassScore;
import io.github.camelroboflow.inference.MultiLabelClassification;
import java.util.List;

/** Compares classifications: the same classes in the same order, and scores within the tolerance. */
final class ClassificationComparison {

    private ClassificationComparison() {
    }

    static Deviation compare(Classification expected, Classification actual) {
        assertThat(actual.top()).isEqualTo(expected.top());
        return compare(expected.predictions(), actual.predictions()).with(Measure.SCORE,
                Math.abs(expected.confidence() - actual.confidence()));
    }

    static Deviation compare(MultiLabelClassification expected, MultiLabelClassification actual) {
        assertThat(actual.predictedClasses()).isEqualTo(expected.predictedClasses());
        return compare(expected.predictions(), actual.predictions());
    }

    private static Deviation compare(List<ClassScore> expected, List<ClassScore> actual) {
        assertThat(actual).extracting(ClassScore::className).isEqualTo(expected.stream().map(ClassScore::className).toList());
        assertThat(actual).extracting(ClassScore::classId).isEqualTo(expected.stream().map(ClassScore::classId).toList());
        Deviation deviation = Deviation.of(expected.size());
        for (int i = 0; i < expected.size(); i++) {
            deviation.with(Measure.SCORE, Math.abs(expected.get(i).confidence() - actual.get(i).confidence()));
        }
        return deviation;
    }
}
