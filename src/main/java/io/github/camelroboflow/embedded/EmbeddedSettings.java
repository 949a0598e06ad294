package io.github.camelroboflow.embedded;

import java.util.Objects;

/**
 * How models are run in this JVM. Immutable; {@link #DEFAULTS} is what suits most machines.
 *
 * @param intraOpThreads    the threads that one image's run uses, as ONNX Runtime names them; 0: by itself, one while several
 *                          images are worked on and several for an image that is alone
 * @param executionProvider what it computes on
 */
public record EmbeddedSettings(int intraOpThreads, ExecutionProvider executionProvider) {

    public static final EmbeddedSettings DEFAULTS = new EmbeddedSettings(0, ExecutionProvider.CPU);

    /** @throws IllegalArgumentException naming the option that is out of its range */
    public EmbeddedSettings {
        Objects.requireNonNull(executionProvider, "executionProvider");
        if (intraOpThreads < 0 || intraOpThreads > IntraOpThreads.MAX) {
            throw new IllegalArgumentException("intraOpThreads=" + intraOpThreads + " is out of range: it is a number of threads up"
                    + " to " + IntraOpThreads.MAX + ", or 0 to have it chosen for each image");
        }
    }
}
