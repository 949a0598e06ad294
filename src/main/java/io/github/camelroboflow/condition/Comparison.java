package io.github.camelroboflow.condition;

/** An operator and the number on its right. */
record Comparison(Operator operator, double value) {

    boolean holds(double left) {
        return operator.holds(left, value);
    }
}
