package io.github.camelroboflow.embedded;

import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.RoboflowException;
import java.time.Duration;

/** A model in memory. Used by many threads. */
interface InferenceModel extends AutoCloseable {

    /** As it was asked for first; another id may stand for the same folder. */
    ModelDescription description();

    /** How long its net took for a black image when it was loaded; no other image should take much longer. */
    Duration warmUpTime();

    /**
     * @param over tells when nobody wants the result any more, and ends the runs of the net then
     * @throws RoboflowException if the image can't be read or processed
     */
    Inference infer(ImageSource image, InferenceOptions options, StopSignal over);

    /** To be called when no inference runs any more. */
    @Override
    void close();
}
