package io.github.camelroboflow.embedded.decode;

import io.github.camelroboflow.embedded.decode.NonMaximumSuppression.Candidates;
import io.github.camelroboflow.embedded.preprocessing.Placement;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing;
import io.github.camelroboflow.embedded.session.FloatTensor;
import io.github.camelroboflow.embedded.session.FloatTensor.WrongOutputException;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.Task;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns the outputs of one model family into results. Used by many threads. */
public interface OutputDecoder {

    Task task();

    /** Returns the class names of results, by class id. */
    List<String> classNames();

    /** Returns the preprocessing for models of this family whose package doesn't describe it. */
    default Preprocessing defaultPreprocessing() {
        return Preprocessing.ULTRALYTICS;
    }

    /** Returns the preprocessing for an export without a package. */
    default Preprocessing exportPreprocessing() {
        return defaultPreprocessing();
    }

    /**
     * Returns whether images are stretched with an antialiasing filter. A dataset's resize of another kind comes before that, since
     * the model was trained on its results.
     */
    default boolean antialiased() {
        return false;
    }

    /**
     * @param outputs   outputs of a run on one image, in the graph's order; valid only during the call
     * @param placement place of the image in the input
     * @param info      supplier that is called once, at the end, since it takes the time
     * @throws WrongOutputException if a net of this family never has such outputs
     */
    Inference decode(List<FloatTensor> outputs, Placement placement, InferenceOptions options, Supplier<InferenceInfo> info);

    /** The checks of outputs: those of another net than the declared one give no results. */
    final class OutputChecks {

        private static final Logger LOG = LoggerFactory.getLogger(OutputChecks.class);

        /** The limit for rounding, as in nets that are quantized. */
        private static final float TOLERANCE = 0.01f;
        private static final float ONE_PIXEL = 1.5f;

        private final String model;
        private final AtomicBoolean logged = new AtomicBoolean();

        OutputChecks(String model) {
            this.model = model;
        }

        /** @throws WrongOutputException if one of these is not a score from 0 to 1; NaN passes */
        static void scores(float least, float greatest) {
            if (least < -TOLERANCE || greatest > 1 + TOLERANCE) {
                throw new WrongOutputException("the score " + (least < -TOLERANCE ? least : greatest) + " is not between 0 and 1:"
                        + " export it with the function that ends it, such as a sigmoid or softmax, or, if it is of another kind,"
                        + " write its \"model_type\" into model_type.json");
            }
        }

        /** @throws WrongOutputException if it is no class id */
        static void classId(float id, int classes) {
            if (id != Math.rint(id) || id < 0 || id >= classes) {
                throw new WrongOutputException("the class id " + id + " belongs to none of its " + classes + " classes: give it the"
                        + " class_names.txt that belongs to it, or, if it is of another kind, write its \"model_type\" into"
                        + " model_type.json");
            }
        }

        /** Returns whether all of the numbers are finite. */
        static boolean areFinite(float[] numbers) {
            float sum = 0;
            for (float number : numbers) {
                // 0 for a finite number
                sum += number * 0;
            }
            return sum == 0;
        }

        /** @throws WrongOutputException if all boxes were dropped, or lie within one pixel of the input */
        void boxes(Candidates candidates) {
            dropped(candidates.dropped(), candidates.size());
            if (candidates.size() > 0 && IntStream.range(0, candidates.size())
                    .allMatch(i -> candidates.x2(i) < ONE_PIXEL && candidates.y2(i) < ONE_PIXEL)) {
                throw new WrongOutputException("all its boxes lie within one pixel of its input, as if they were from 0 to 1:"
                        + " export it with boxes in pixels, or, if it is of another kind, write its \"model_type\" into"
                        + " model_type.json");
            }
        }

        /**
         * Logs once that boxes were dropped.
         *
         * @throws WrongOutputException if all were dropped
         */
        void dropped(int bad, int good) {
            unusable(bad, good, "boxes in an image are not finite or have no area", "such boxes are dropped");
        }

        /**
         * Logs once that scores of pixels are no numbers.
         *
         * @throws WrongOutputException if all are so
         */
        void pixels(int bad, int good) {
            unusable(bad, good, "pixels in an image have scores that are no numbers", "such pixels are background");
        }

        private void unusable(int bad, int good, String problem, String consequence) {
            if (bad == 0) {
                return;
            }
            String found = bad + " of its " + (bad + good) + " " + problem;
            if (good == 0) {
                throw new WrongOutputException(found + ": its weights are damaged, or it was trained or exported with a precision"
                        + " that is too low; export it again");
            }
            if (logged.compareAndSet(false, true)) {
                LOG.warn("Model '{}': {}, and {}, from now on without a line: export the model again, without half precision or"
                        + " quantization", model, found, consequence);
            }
        }
    }

    /** Makes random UUIDs (version 4) for results. They may be guessable, so they don't wait for a secure source of randomness. */
    final class RandomIds {

        private RandomIds() {
        }

        public static String random() {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            long high = random.nextLong() & ~0xF000L | 0x4000L;
            long low = random.nextLong() >>> 2 | Long.MIN_VALUE;
            return new UUID(high, low).toString();
        }
    }
}
