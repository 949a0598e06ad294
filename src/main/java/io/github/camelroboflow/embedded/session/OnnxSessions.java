package io.github.camelroboflow.embedded.session;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import io.github.camelroboflow.embedded.session.EmbeddedSettings.ExecutionProvider;
import io.github.camelroboflow.inference.RoboflowException;
import java.nio.file.Path;

/**
 * The sessions of a net in ONNX Runtime. There are two if the number of threads depends on the load, since the number of a session
 * is fixed. The second session costs two to four times the weights in memory, and loads faster than the first. A thread pool shared
 * by all sessions of the JVM would avoid the second, but it made four images side by side slower, and can be set up only once in a
 * JVM.
 */
final class OnnxSessions implements AutoCloseable {

    private final IntraOpThreads threads;
    private final OrtSession busy;
    private final OrtSession alone;

    /**
     * @throws OrtException      if it is not an ONNX file that runs
     * @throws RoboflowException if the execution provider is missing
     */
    OnnxSessions(Path weights, EmbeddedSettings settings) throws OrtException {
        ExecutionProvider provider = settings.executionProvider();
        // a graphics card leaves nothing to divide among threads
        threads = IntraOpThreads.of(settings.intraOpThreads(), provider == ExecutionProvider.CPU ? InferencePool.SIZE : 1);
        busy = open(weights, provider, threads.busy());
        try {
            alone = threads.alone() == threads.busy() ? busy : open(weights, provider, threads.alone());
        } catch (OrtException | RuntimeException e) {
            busy.close();
            throw e;
        }
    }

    private static OrtSession open(Path weights, ExecutionProvider provider, int threads) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            if (provider == ExecutionProvider.CUDA) {
                Cuda.add(options);
            }
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            if (threads > 1) {
                // small pieces of work, so that a thread that others delay delays the image less
                options.addConfigEntry("session.dynamic_block_base", "4");
            }
            // threads that spin while they wait take processors from those that work
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            return OrtEnvironment.getEnvironment().createSession(weights.toString(), options);
        }
    }

    /** Returns the session for busy times. Both have the same inputs, outputs and metadata. */
    OrtSession any() {
        return busy;
    }

    /** @param images number of images that run or wait in this JVM, including this one */
    OrtSession choose(int images) {
        return threads.choose(images) == threads.busy() ? busy : alone;
    }

    @Override
    public void close() {
        try {
            busy.close();
            if (alone != busy) {
                alone.close();
            }
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime could not close a model", e);
        }
    }

    /**
     * The number of threads that a net runs on. One thread for each of several images gives the most images per second; several
     * threads finish a single image sooner. Measured on four processors: a net of YOLOv8n's size took 40 ms on one thread and 25 ms
     * on four, while four images side by side made 92 images/s on one thread each and 79 on four each.
     *
     * @param busy  threads for an image that is not the only one
     * @param alone threads for an image that is the only one in this JVM
     */
    record IntraOpThreads(int busy, int alone) {

        static final int MAX = 256;

        /**
         * The limit of threads chosen automatically: on nets of usual size, more threads wait for each other more than they work.
         */
        private static final int MAX_AUTOMATIC = 8;

        /** @param option value of {@link EmbeddedSettings#intraOpThreads} */
        static IntraOpThreads of(int option, int processors) {
            return option > 0 ? new IntraOpThreads(option, option) : new IntraOpThreads(1, Math.min(processors, MAX_AUTOMATIC));
        }

        /** @param images number of images that run or wait, including this one */
        int choose(int images) {
            return images <= 1 ? alone : busy;
        }
    }

    /** Lets sessions compute on the first graphics card. */
    static final class Cuda {

        private Cuda() {
        }

        /** @throws RoboflowException if this ONNX Runtime does not support CUDA, or the machine has no such card */
        static void add(OrtSession.SessionOptions options) {
            if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
                throw new RoboflowException("executionProvider=cuda can't be used: the ONNX Runtime on the class path is the one"
                        + " without CUDA; replace com.microsoft.onnxruntime:onnxruntime by"
                        + " com.microsoft.onnxruntime:onnxruntime_gpu of the same version, or set executionProvider=cpu");
            }
            try {
                options.addCUDA();
            } catch (OrtException e) {
                throw new RoboflowException("executionProvider=cuda can't be used: install an NVIDIA card with its driver, and"
                        + " CUDA and cuDNN in the versions that this ONNX Runtime requires, or set"
                        + " executionProvider=cpu; ONNX Runtime says: " + e.getMessage(), e);
            }
        }
    }
}
