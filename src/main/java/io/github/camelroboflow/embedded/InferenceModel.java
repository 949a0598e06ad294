package io.github.camelroboflow.embedded;

import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.RoboflowException;
import java.util.function.BooleanSupplier;

/** A model in memory. Used by many threads. */
interface InferenceModel extends AutoCloseable {

    /** As it was asked for first; another id may stand for the same folder. */
    ModelDescription description();

    /**
     * @param over tells when nobody wants the result any more; only asked between tiles
     * @throws RoboflowException if the image can't be read or processed
     */
    Inference infer(ImageSource image, InferenceOptions options, BooleanSupplier over);

    /** To be called when no inference runs any more. */
    @Override
    void close();
}
