package io.github.camelroboflow.inference;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

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
     * Estimates the time from now until the results of further images, behind all images that the engine has. A caller may refuse
     * images at once if that is more time than they have.
     *
     * @param ahead  number of images that the engine does not have yet, but gets before these
     * @param images number of the further images, 1 or more
     * @return zero if the engine would begin at once, or does not know
     */
    default Duration estimate(ModelId model, int ahead, int images) {
        return Duration.ZERO;
    }

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
         * Asks the server that runs the model whether it is ready, without an inference. Has no effect if no server runs the model.
         *
         * @throws RoboflowUnavailableException if the server can't be reached or is not ready
         */
        default void probe() {
            // most engines run models in this JVM
        }

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

    /**
     * Learns what an engine does, for meters. Thread-safe. Engines call it on their own threads, so it must neither block nor
     * throw. Models are given by their ids.
     */
    interface InferenceListener {

        /** A listener that ignores everything. */
        InferenceListener NONE = new InferenceListener() {
        };

        /** The stages of an inference. With {@code tile}, each tile has its own preprocessing, net and decoding. */
        enum Stage {

            /** The wait for a free thread, and in this JVM for the model to be loaded. */
            WAIT,

            /** The decoding of the image, and its conversion into the input of the net. */
            PREPROCESS,

            /** The run of the net. */
            NET,

            /** The decoding of the outputs of the net. */
            DECODE,

            /** One HTTP request to a server, without the pauses between tries. */
            REQUEST
        }

        /** The ways in which a call ends. */
        enum Outcome {
            SUCCESS, FAILURE, CANCELLED
        }

        /** Reports that an engine was called, for one image or a batch. Always followed by {@link #completed}. */
        default void begun(String model) {
        }

        /** Reports the end of a call, with its whole time. */
        default void completed(String model, long nanos, Outcome outcome) {
        }

        /** Reports that a stage has ended, with success or not. */
        default void ended(String model, Stage stage, long nanos) {
        }

        /**
         * Reports that images wait for the engine, or that they no longer wait.
         *
         * @param change the number of further images that wait; negative if fewer do
         */
        default void waiting(String model, int change) {
        }

        /** Reports that a request is sent again. */
        default void retried(String model) {
        }

        /** Reports that a server refuses the model's requests, so that the client sends only probes; or that this is over. */
        default void refused(String model, boolean refused) {
        }

        /** Reports that a result was looked for in the cache. */
        default void cached(String model, boolean hit) {
        }

        /**
         * Reports that a model was opened in this JVM.
         *
         * @param bytes supplier of the size of its weights; 0 while it is not in memory
         */
        default void opened(String model, LongSupplier bytes) {
        }
    }
}
