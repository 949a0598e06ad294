package io.github.camelroboflow.component;

/** The place where a model runs. */
public enum InferenceRuntime {
    /** On Roboflow's servers, a dedicated deployment, or a self-hosted server, over HTTP. */
    HOSTED,
    /** In this JVM. */
    EMBEDDED
}
