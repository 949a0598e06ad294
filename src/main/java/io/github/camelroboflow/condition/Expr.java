package io.github.camelroboflow.condition;

import java.util.List;

/** A part of a condition that is true or false for a result. */
sealed interface Expr {

    boolean test(EvaluationContext context);

    record Or(List<Expr> parts) implements Expr {

        @Override
        public boolean test(EvaluationContext context) {
            return parts.stream().anyMatch(part -> part.test(context));
        }
    }

    record And(List<Expr> parts) implements Expr {

        @Override
        public boolean test(EvaluationContext context) {
            return parts.stream().allMatch(part -> part.test(context));
        }
    }

    record Not(Expr negated) implements Expr {

        @Override
        public boolean test(EvaluationContext context) {
            return !negated.test(context);
        }
    }

    record None() implements Expr {

        @Override
        public boolean test(EvaluationContext context) {
            return context.isEmpty();
        }
    }

    record Found(Match match) implements Expr {

        @Override
        public boolean test(EvaluationContext context) {
            return match.in(context).findAny().isPresent();
        }
    }

    record Count(Match match, Comparison comparison) implements Expr {

        @Override
        public boolean test(EvaluationContext context) {
            return comparison.holds(match.in(context).count());
        }
    }

    record Coverage(List<NamePattern> names, Comparison comparison) implements Expr {

        @Override
        public boolean test(EvaluationContext context) {
            return comparison.holds(context.coverage(className -> names.stream().anyMatch(name -> name.matches(className))));
        }
    }
}
