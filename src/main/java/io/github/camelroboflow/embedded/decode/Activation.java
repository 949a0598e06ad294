package io.github.camelroboflow.embedded.decode;

/** The functions that turn a net's outputs for its classes into probabilities, 0 to 1. */
enum Activation {

    /** No function: the outputs are probabilities. */
    NONE {
        @Override
        void apply(float[] scores) {
            // nothing to change
        }
    },

    /** For classes that exclude each other: the probabilities add up to 1. */
    SOFTMAX {
        @Override
        void apply(float[] scores) {
            float greatest = Float.NEGATIVE_INFINITY;
            for (float score : scores) {
                greatest = Math.max(greatest, score);
            }
            double sum = 0;
            for (int i = 0; i < scores.length; i++) {
                scores[i] = (float) Math.exp(scores[i] - greatest);
                sum += scores[i];
            }
            for (int i = 0; i < scores.length; i++) {
                scores[i] = (float) (scores[i] / sum);
            }
        }
    },

    /** For classes that don't exclude each other. */
    SIGMOID {
        @Override
        void apply(float[] scores) {
            for (int i = 0; i < scores.length; i++) {
                scores[i] = Sigmoid.of(scores[i]);
            }
        }
    };

    /** @param scores outputs, which are replaced by their probabilities */
    abstract void apply(float[] scores);

    /** The function from a logit to a probability. */
    static final class Sigmoid {

        private Sigmoid() {
        }

        /** Returns {@code 1 / (1 + exp(-x))}, 0 to 1. */
        static float of(float logit) {
            return (float) (1 / (1 + Math.exp(-logit)));
        }
    }
}
