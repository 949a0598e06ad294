package io.github.camelroboflow.embedded.decode;

/** What makes probabilities, 0 to 1, of the numbers that a net puts out for its classes. */
enum Activation {

    /** They are probabilities already. */
    NONE {
        @Override
        void apply(float[] scores) {
            // as they are
        }
    },

    /** Of classes that exclude each other; they add up to 1. */
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

    /** Of classes that don't. */
    SIGMOID {
        @Override
        void apply(float[] scores) {
            for (int i = 0; i < scores.length; i++) {
                scores[i] = Sigmoid.of(scores[i]);
            }
        }
    };

    /** @param scores replaced by their probabilities */
    abstract void apply(float[] scores);

    /** From a logit to a probability. */
    static final class Sigmoid {

        private Sigmoid() {
        }

        /** {@code 1 / (1 + exp(-x))}, 0 to 1. */
        static float of(float logit) {
            return (float) (1 / (1 + Math.exp(-logit)));
        }
    }
}
