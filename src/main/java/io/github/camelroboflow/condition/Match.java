package io.github.camelroboflow.condition;

import io.github.camelroboflow.inference.Inference.Finding;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A part of a condition that selects findings of a result. */
sealed interface Match {

    /** Returns the indices of the selected findings. */
    IntStream in(EvaluationContext context);

    /**
     * Selects findings of certain classes.
     *
     * @param confidence the required confidence; {@code null} if any confidence is accepted
     */
    record Selection(List<NamePattern> names, Comparison confidence) implements Match {

        @Override
        public IntStream in(EvaluationContext context) {
            return IntStream.range(0, context.size()).filter(i -> selects(context.finding(i)));
        }

        private boolean selects(Finding finding) {
            return (confidence == null || confidence.holds(finding.confidence()))
                    && names.stream().anyMatch(name -> name.matches(finding.className()));
        }
    }

    /** Selects findings on the left whose location relates to findings on the right. */
    record Relation(Selection left, RelationKind kind, Selection right) implements Match {

        @Override
        public IntStream in(EvaluationContext context) {
            int[] others = right.in(context).toArray();
            return left.in(context).filter(i -> kind.holds(context.shape(i),
                    Arrays.stream(others).filter(other -> other != i).mapToObj(context::shape)));
        }
    }

    /** The relations of a detection's location to those of others. */
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
