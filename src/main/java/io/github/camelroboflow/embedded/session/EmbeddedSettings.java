package io.github.camelroboflow.embedded.session;

import io.github.camelroboflow.embedded.session.OnnxSessions.IntraOpThreads;
import java.util.Objects;

/**
 * How models are run in this JVM. Immutable; {@link #DEFAULTS} is what suits most machines.
 *
 * @param intraOpThreads    the threads that one image's run uses, as ONNX Runtime names them; 0: by itself, one while several
 *                          images are worked on and several for an image that is alone
 * @param executionProvider what it computes on
 * @param maxLoadedModels   how many models of this JVM may be in memory when another one is to be loaded, that one included; models
 *                          that are being used don't make room for it
 */
public record EmbeddedSettings(int intraOpThreads, ExecutionProvider executionProvider, int maxLoadedModels) {

    public static final EmbeddedSettings DEFAULTS = new EmbeddedSettings(0, ExecutionProvider.CPU, 8);

    /** @throws IllegalArgumentException naming the option that is out of its range */
    public EmbeddedSettings {
        Objects.requireNonNull(executionProvider, "executionProvider");
        if (intraOpThreads < 0 || intraOpThreads > IntraOpThreads.MAX) {
            throw new IllegalArgumentException("intraOpThreads=" + intraOpThreads + " is out of range: it is a number of threads up"
                    + " to " + IntraOpThreads.MAX + ", or 0 to have it chosen for each image");
        }
        if (maxLoadedModels < 1) {
            throw new IllegalArgumentException("maxLoadedModels=" + maxLoadedModels + " is out of range: it must be 1 or more");
        }
    }
}
