package io.github.camelroboflow.embedded.session;

import io.github.camelroboflow.embedded.session.OnnxSessions.IntraOpThreads;
import java.util.Objects;

/**
 * The settings for running models in this JVM. Immutable; {@link #DEFAULTS} suits most machines.
 *
 * @param intraOpThreads    threads of one image's run, as ONNX Runtime names them; 0: chosen for each image, one while several
 *                          images run and several for an image that is alone
 * @param executionProvider device that computes
 * @param maxLoadedModels   limit of the models in memory in this JVM when another one is to be loaded, including that one; models
 *                          in use are not evicted for it
 */
public record EmbeddedSettings(int intraOpThreads, ExecutionProvider executionProvider, int maxLoadedModels) {

    public static final EmbeddedSettings DEFAULTS = new EmbeddedSettings(0, ExecutionProvider.CPU, 8);

    /** @throws IllegalArgumentException if an option is out of range; the message names it */
    public EmbeddedSettings {
        Objects.requireNonNull(executionProvider, "executionProvider");
        if (intraOpThreads < 0 || intraOpThreads > IntraOpThreads.MAX) {
            throw new IllegalArgumentException("intraOpThreads=" + intraOpThreads + " is out of range: it is a number of threads up"
                    + " to " + IntraOpThreads.MAX + ", or 0 to choose the number for each image");
        }
        if (maxLoadedModels < 1) {
            throw new IllegalArgumentException("maxLoadedModels=" + maxLoadedModels + " is out of range: it must be 1 or more");
        }
    }

    /** The devices on which ONNX Runtime computes. */
    public enum ExecutionProvider {

        /** The processors of the machine. */
        CPU,

        /** An NVIDIA graphics card. */
        CUDA
    }
}
