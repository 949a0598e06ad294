package io.github.camelroboflow.server;

import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** What runs the models that a server's clients ask for. Called by many threads, never by one that reads from the network. */
public interface ModelService {

    /**
     * Makes a model ready, if it is one that clients may use. May take as long as it takes to load.
     *
     * @throws UnknownModelException if there is no such model for clients
     * @throws io.github.camelroboflow.inference.RoboflowException if it is there but can't be used
     */
    ModelDescription open(ModelId model);

    /** The models that are ready. */
    List<ModelDescription> opened();

    /** Lets go of a model that is ready; of others, nothing happens. */
    void close(ModelId model);

    /**
     * Runs images. The stage completes with one answer for each image, in order, or exceptionally, best with a
     * {@link io.github.camelroboflow.inference.RoboflowException}. Its future is cancelled when the client has gone; the request
     * counts as one that is worked on until it completes, which may be later.
     */
    CompletionStage<List<Answer>> infer(InferenceRequest request);
}
