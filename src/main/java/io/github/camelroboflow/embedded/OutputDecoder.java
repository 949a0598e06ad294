package io.github.camelroboflow.embedded;

import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceInfo;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.Task;
import java.util.List;
import java.util.function.Supplier;

/** Turns the outputs of one family of models into results. Immutable, used by many threads. */
interface OutputDecoder {

    Task task();

    /** By class id, as results name them. */
    List<String> classNames();

    /** How images are prepared for models of this family where their package doesn't say. */
    default Preprocessing defaults() {
        return Preprocessing.ULTRALYTICS;
    }

    /** How images are prepared for an export that no package describes. */
    default Preprocessing exportDefaults() {
        return defaults();
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
}
