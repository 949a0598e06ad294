package io.github.camelroboflow.embedded.golden;

import java.util.EnumMap;
import java.util.Map;

/**
 * The deviation of results from the recorded answers.
 *
 * @param findings number of predictions that were compared
 * @param worst    the largest deviation by each measure that applies
 */
record Deviation(int cases, int findings, Map<Measure, Double> worst) {

    /** The measures, with their tolerances. */
    enum Measure {

        EDGE("edge px", 1), CONFIDENCE("confidence", 0.005), KEYPOINT("keypoint px", 1), MASK("1 - mask IoU", 0.02),
        SCORE("score", 0.001), PIXELS("share of pixels", 0.001);

        private final String label;
        private final double tolerance;

        Measure(String label, double tolerance) {
            this.label = label;
            this.tolerance = tolerance;
        }

        double tolerance() {
            return tolerance;
        }

        @Override
        public String toString() {
            return label;
        }
    }

    static Deviation of(int findings) {
        return new Deviation(1, findings, new EnumMap<>(Measure.class));
    }

    /** Returns the deviation with the larger value of the measure. */
    Deviation with(Measure measure, double deviation) {
        worst.merge(measure, deviation, Math::max);
        return this;
    }

    Deviation and(Deviation other) {
        Deviation both = new Deviation(cases + other.cases, findings + other.findings, new EnumMap<>(Measure.class));
        worst.forEach(both::with);
        other.worst.forEach(both::with);
        return both;
    }
}
