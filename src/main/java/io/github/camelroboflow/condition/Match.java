package io.github.camelroboflow.condition;

import io.github.camelroboflow.inference.Inference.Finding;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A part of a condition that chooses findings of a scene. */
sealed interface Match {

    /** The indices of the findings for which it holds. */
    IntStream in(EvaluationContext scene);

    /**
     * Findings of certain classes.
     *
     * @param confidence what their confidence has to be; {@code null} if it does not matter
     */
    record Selection(List<NamePattern> names, Comparison confidence) implements Match {

        @Override
        public IntStream in(EvaluationContext scene) {
            return IntStream.range(0, scene.size()).filter(i -> chooses(scene.finding(i)));
        }

        private boolean chooses(Finding finding) {
            return (confidence == null || confidence.holds(finding.confidence()))
                    && names.stream().anyMatch(name -> name.matches(finding.className()));
        }
    }

    /** Findings on the left that relate, by where they are, to findings on the right. */
    record Relation(Selection left, RelationKind kind, Selection right) implements Match {

        @Override
        public IntStream in(EvaluationContext scene) {
            int[] others = right.in(scene).toArray();
            return left.in(scene).filter(i -> kind.holds(scene.shape(i),
                    Arrays.stream(others).filter(other -> other != i).mapToObj(scene::shape)));
        }
    }

    /** How one detection can lie with regard to others. */
    enum RelationKind {

        WITHOUT, NEAR, INSIDE, OVERLAPS;

        boolean holds(Shape shape, Stream<Shape> others) {
            return switch (this) {
                case WITHOUT -> others.noneMatch(shape::holdsCentreOf);
                case NEAR -> others.anyMatch(shape::isNear);
                case INSIDE -> others.anyMatch(shape::isInside);
                case OVERLAPS -> others.anyMatch(shape::overlaps);
            };
        }
    }
}
