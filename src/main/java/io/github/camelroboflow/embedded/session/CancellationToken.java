package io.github.camelroboflow.embedded.session;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Tells those who work on images that nobody wants the results any more, and ends the runs of nets that are under way for them: a
 * net may hold a loop that never ends by itself.
 */
public class CancellationToken implements BooleanSupplier {

    private final Set<OrtSession.RunOptions> runs = new HashSet<>();
    private boolean cancelled;

    /** A run of a net, which ends early when its options are told to terminate. */
    @FunctionalInterface
    interface Run<T> {
        T with(OrtSession.RunOptions options) throws OrtException;
    }

    /** Ends what runs, between two nodes of its net, and has nothing begin any more. Doing so twice does nothing. */
    public synchronized void cancel() {
        cancelled = true;
        runs.forEach(CancellationToken::terminate);
    }

    private static void terminate(OrtSession.RunOptions run) {
        try {
            run.setTerminate(true);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime could not be told to end a run", e);
        }
    }

    @Override
    public synchronized boolean getAsBoolean() {
        return cancelled;
    }

    /**
     * Runs a net.
     *
     * @throws CancellationException if the signal is given before it ends
     */
    <T> T run(Run<T> run) throws OrtException {
        try (OrtSession.RunOptions options = new OrtSession.RunOptions()) {
            begin(options);
            try {
                return run.with(options);
            } catch (OrtException e) {
                if (getAsBoolean()) {
                    throw stopped();
                }
                throw e;
            } finally {
                end(options);
            }
        }
    }

    private synchronized void begin(OrtSession.RunOptions options) {
        if (cancelled) {
            throw stopped();
        }
        runs.add(options);
    }

    /** From here on nobody touches the options, so that they may be freed. */
    private synchronized void end(OrtSession.RunOptions options) {
        runs.remove(options);
    }

    private static CancellationException stopped() {
        return new CancellationException("the run was ended, since nobody waits for its result any more");
    }
}
