package io.github.camelroboflow.inference;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Runs images through models. Safe for use by many threads. Shared by all endpoints that want the same engine, and closed with the
 * last of them; an engine that the user supplied is never closed by us.
 */
public interface InferenceEngine extends AutoCloseable {

    /**
     * Makes a model ready, loading it unless it is loaded already, and keeps it so until the handle is closed.
     *
     * @throws ModelPackageException        if the model's files are missing or wrong
     * @throws RoboflowRejectedException    if the service refuses the key or does not know the model
     * @throws RoboflowUnavailableException if the service can't be reached
     */
    OpenModel open(ModelId model);

    /**
     * Runs a batch of images through a model.
     *
     * <p>The stage completes within {@link InferenceOptions#requestTimeout()}: with one result for each image, in order, or
     * exceptionally with a {@link RoboflowException}; one bad image fails its batch. Cancelling the stage's future
     * ({@link CompletionStage#toCompletableFuture()}) gives up work that has not begun, and ends what an
     * engine can end. Never throws. Dependent stages may run on
     * a thread of the engine, so they must not block.
     */
    CompletionStage<List<Inference>> infer(ModelId model, List<ImageSource> images, InferenceOptions options);

    /**
     * Frees what the engine holds; running inferences finish first, waiting ones fail with {@link RoboflowUnavailableException}.
     */
    @Override
    void close();

    /** A model that is held open. Closing it twice does nothing. */
    interface OpenModel extends AutoCloseable {

        ModelDescription description();

        /**
         * Frees the memory that the model takes, for all that hold it, when no image uses it; it is loaded again for its next
         * image. Does nothing if another program runs it.
         */
        default void unload() {
            // most hold nothing
        }

        @Override
        void close();
    }
}
