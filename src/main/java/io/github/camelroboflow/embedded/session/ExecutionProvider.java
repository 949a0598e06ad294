package io.github.camelroboflow.embedded.session;

/** The devices on which ONNX Runtime computes. */
public enum ExecutionProvider {

    /** The processors of the machine. */
    CPU,

    /** An NVIDIA graphics card. */
    CUDA
}
