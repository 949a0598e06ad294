package io.github.camelroboflow.condition;

import java.util.List;

/** A part of a condition that is true or false of a scene. */
sealed interface Expr {

    boolean test(EvaluationContext scene);

    record Or(List<Expr> parts) implements Expr {

        @Override
        public boolean test(EvaluationContext scene) {
            return parts.stream().anyMatch(part -> part.test(scene));
        }
    }

    record And(List<Expr> parts) implements Expr {

        @Override
        public boolean test(EvaluationContext scene) {
            return parts.stream().allMatch(part -> part.test(scene));
        }
    }

    record Not(Expr negated) implements Expr {

        @Override
        public boolean test(EvaluationContext scene) {
            return !negated.test(scene);
        }
    }

    record None() implements Expr {

        @Override
        public boolean test(EvaluationContext scene) {
            return scene.isEmpty();
        }
    }

    record Found(Match match) implements Expr {

        @Override
        public boolean test(EvaluationContext scene) {
            return match.in(scene).findAny().isPresent();
        }
    }

    record Count(Match match, Comparison comparison) implements Expr {

        @Override
        public boolean test(EvaluationContext scene) {
            return comparison.holds(match.in(scene).count());
        }
    }

    record Coverage(List<NamePattern> names, Comparison comparison) implements Expr {

        @Override
        public boolean test(EvaluationContext scene) {
            return comparison.holds(scene.coverage(className -> names.stream().anyMatch(name -> name.matches(className))));
        }
    }
}
