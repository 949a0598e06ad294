package io.github.camelroboflow.inference;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.IntConsumer;

/**
 * Runs models on images. Thread-safe. All endpoints with the same settings share an engine, which is closed with the
 * last of them. An engine that the user supplies is never closed by this library.
 */
public interface InferenceEngine extends AutoCloseable {

    /**
     * Loads a model unless it is loaded already, and keeps it loaded until the handle is closed.
     *
     * @throws ModelPackageException if the model's files are missing or wrong
     * @throws RoboflowRejectedException if the service refuses the key or does not know the model
     * @throws RoboflowUnavailableException if the service can't be reached
     */
    OpenModel open(ModelId model);

    /**
     * Runs a model on a batch of images.
     *
     * <p>The stage completes within {@link InferenceOption#REQUEST_TIMEOUT}: with one result for each image, in
     * order, or exceptionally with a {@link RoboflowException}; one bad image fails its batch. Cancelling the stage's
     * future ({@link CompletionStage#toCompletableFuture()}) drops work that has not begun, and ends running work if
     * the engine can. The method never throws. Dependent stages may run on a thread of the engine, so they must not
     * block.
     */
    CompletionStage<List<Inference>> infer(ModelId model, List<ImageSource> images, InferenceOptions options);

    /**
     * Frees the engine's resources. Running inferences finish first; waiting ones fail with
     * {@link RoboflowUnavailableException}.
     */
    @Override
    void close();

    /** A handle that keeps a model open. Closing it twice has no effect. */
    interface OpenModel extends AutoCloseable {

        ModelDescription description();

        /**
         * Frees the model's memory for all its users when no image uses it. The model is loaded again for its next
         * image. Has no effect if another process runs the model.
         */
        default void unload() {
            // most engines hold no memory for a model
        }

        @Override
        void close();
    }

    /**
     * A thread of an engine's pool. A dependent stage that runs on it may send a message to a route and wait for the result. The
     * pool has another thread meanwhile, so that an engine never waits for itself.
     */
    final class PoolThread extends Thread {

        private final IntConsumer resize;

        /** @param resize changes the number of threads of the pool by that number */
        public PoolThread(Runnable work, String name, IntConsumer resize) {
            super(work, name);
            this.resize = resize;
            setDaemon(true);
        }

        /** A wait of the current thread. Closing it ends the wait. */
        public interface Wait extends AutoCloseable {

            @Override
            void close();
        }

        /** Begins a wait of the current thread. It has no effect unless that is a thread of an engine's pool. */
        public static Wait begin() {
            if (Thread.currentThread() instanceof PoolThread thread) {
                thread.resize.accept(1);
                return () -> thread.resize.accept(-1);
            }
            return () -> {
            };
        }
    }
}
