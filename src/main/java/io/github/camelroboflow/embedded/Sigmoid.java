package io.github.camelroboflow.embedded;

/** From a logit to a probability. */
final class Sigmoid {

    private Sigmoid() {
    }

    /** {@code 1 / (1 + exp(-x))}, 0 to 1. */
    static float of(float logit) {
        return (float) (1 / (1 + Math.exp(-logit)));
    }
}
