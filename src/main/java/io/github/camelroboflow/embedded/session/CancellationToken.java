package io.github.camelroboflow.embedded.session;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Cancels the work on images whose results are no longer needed, and ends the runs of nets for them: a net may hold a loop that
 * never ends by itself.
 */
public class CancellationToken implements BooleanSupplier {

    private final Set<OrtSession.RunOptions> runs = new HashSet<>();
    private boolean cancelled;

    /** A run of a net. It ends early when its options are set to terminate. */
    @FunctionalInterface
    interface Run<T> {
        T with(OrtSession.RunOptions options) throws OrtException;
    }

    /** Ends the current runs, each between two nodes of its net, and prevents new ones. A second call does nothing. */
    public synchronized void cancel() {
        cancelled = true;
        runs.forEach(CancellationToken::terminate);
    }

    private static void terminate(OrtSession.RunOptions run) {
        try {
            run.setTerminate(true);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime could not end a run", e);
        }
    }

    @Override
    public synchronized boolean getAsBoolean() {
        return cancelled;
    }

    /**
     * Runs a net.
     *
     * @throws CancellationException if the token is cancelled before the run ends
     */
    <T> T run(Run<T> run) throws OrtException {
        try (OrtSession.RunOptions options = new OrtSession.RunOptions()) {
            begin(options);
            try {
                return run.with(options);
            } catch (OrtException e) {
                if (getAsBoolean()) {
                    throw cancellation();
                }
                throw e;
            } finally {
                end(options);
            }
        }
    }

    private synchronized void begin(OrtSession.RunOptions options) {
        if (cancelled) {
            throw cancellation();
        }
        runs.add(options);
    }

    /** Removes the options, so that no other thread uses them and they may be freed. */
    private synchronized void end(OrtSession.RunOptions options) {
        runs.remove(options);
    }

    private static CancellationException cancellation() {
        return new CancellationException("the run was cancelled, because its result is no longer needed");
    }
}
