package io.github.camelroboflow.embedded.session;

/** What ONNX Runtime computes on. */
public enum ExecutionProvider {

    /** The processors. */
    CPU,

    /** A graphics card by NVIDIA. */
    CUDA
}
