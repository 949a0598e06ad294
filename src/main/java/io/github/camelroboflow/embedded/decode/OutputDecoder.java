package io.github.camelroboflow.embedded.decode;

import io.github.camelroboflow.embedded.preprocessing.Placement;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing;
import io.github.camelroboflow.embedded.session.FloatTensor;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.Task;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** Turns the outputs of one model family into results. Immutable, used by many threads. */
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
     */
    Inference decode(List<FloatTensor> outputs, Placement placement, InferenceOptions options, Supplier<InferenceInfo> info);

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
