package io.github.camelroboflow.embedded;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
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
}
