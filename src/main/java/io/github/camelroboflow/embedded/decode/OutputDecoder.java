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

/** Turns the outputs of one family of models into results. Immutable, used by many threads. */
public interface OutputDecoder {

    Task task();

    /** By class id, as results name them. */
    List<String> classNames();

    /** How images are prepared for models of this family where their package doesn't say. */
    default Preprocessing defaultPreprocessing() {
        return Preprocessing.ULTRALYTICS;
    }

    /** How images are prepared for an export that no package describes. */
    default Preprocessing exportPreprocessing() {
        return defaultPreprocessing();
    }

    /**
     * Whether images are resized with an antialiasing filter, by stretching; a dataset's resize of another kind is done before
     * that, since the model was trained on its results.
     */
    default boolean antialiased() {
        return false;
    }

    /**
     * @param outputs   of a run on one image, in the graph's order; only valid during the call
     * @param placement where the image lay in the input
     * @param info      to be called once, at the end, as it takes the time
     */
    Inference decode(List<FloatTensor> outputs, Placement placement, InferenceOptions options, Supplier<InferenceInfo> info);

    /** Random UUIDs (version 4) for results. They need not be unguessable, so they don't wait for a secure source of randomness. */
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
