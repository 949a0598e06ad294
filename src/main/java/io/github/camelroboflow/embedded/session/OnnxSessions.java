package io.github.camelroboflow.embedded.session;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import io.github.camelroboflow.inference.RoboflowException;
import java.nio.file.Path;

/**
 * A net's session in ONNX Runtime; two where the number of threads depends on what else runs, since a session's is fixed. The
 * second costs two to four times its weights in memory and less time than the first to load. A thread pool shared by all sessions
 * of the JVM would spare it, but made four images side by side slower, and may be set up only once in a JVM.
 */
final class OnnxSessions implements AutoCloseable {

    private final IntraOpThreads threads;
    private final OrtSession busy;
    private final OrtSession alone;

    /**
     * @throws OrtException      if it is no ONNX file that runs
     * @throws RoboflowException if the execution provider isn't there
     */
    OnnxSessions(Path weights, EmbeddedSettings settings) throws OrtException {
        ExecutionProvider provider = settings.executionProvider();
        // a graphics card leaves nothing to share among threads
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
            // threads that spin while they wait take the processors from those that work
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            return OrtEnvironment.getEnvironment().createSession(weights.toString(), options);
        }
    }

    /** The one that is for busy times; by inputs, outputs and metadata they are the same. */
    OrtSession any() {
        return busy;
    }

    /** @param images that run or wait in this JVM, this one included */
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
     * How many threads a net runs on. Images side by side on one thread each give the most images per second; an image that is
     * alone is through sooner on several. Measured on four processors: a net of YOLOv8n's size took 40 ms on one thread and 25 ms
     * on four, while four images side by side made 92 images/s on one thread each and 79 on four each.
     *
     * @param busy  for an image that is not the only one
     * @param alone for an image that is the only one in this JVM
     */
    record IntraOpThreads(int busy, int alone) {

        static final int MAX = 256;

        /** More threads than this wait for each other more than they work, on nets of usual size. */
        private static final int MOST_BY_ITSELF = 8;

        /** @param option as in {@link EmbeddedSettings#intraOpThreads} */
        static IntraOpThreads of(int option, int processors) {
            return option > 0 ? new IntraOpThreads(option, option) : new IntraOpThreads(1, Math.min(processors, MOST_BY_ITSELF));
        }

        /** @param images that run or wait, this one included */
        int choose(int images) {
            return images <= 1 ? alone : busy;
        }
    }

    /** Has sessions compute on the first graphics card. */
    static final class Cuda {

        private Cuda() {
        }

        /** @throws RoboflowException if this ONNX Runtime can't, or the machine has no such card */
        static void add(OrtSession.SessionOptions options) {
            if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
                throw new RoboflowException("executionProvider=cuda can't be used: the ONNX Runtime on the class path is the one"
                        + " without CUDA; replace com.microsoft.onnxruntime:onnxruntime by"
                        + " com.microsoft.onnxruntime:onnxruntime_gpu of"
                        + " the same version, or set executionProvider=cpu");
            }
            try {
                options.addCUDA();
            } catch (OrtException e) {
                throw new RoboflowException("executionProvider=cuda can't be used: see that there is an NVIDIA card with its"
                        + " driver, and that CUDA and cuDNN are installed in the versions that this ONNX Runtime wants, or set"
                        + " executionProvider=cpu; ONNX Runtime says: " + e.getMessage(), e);
            }
        }
    }
}
