package io.github.camelroboflow.embedded;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import io.github.camelroboflow.inference.RoboflowException;

/** Has sessions compute on the first graphics card. */
final class Cuda {

    private Cuda() {
    }

    /** @throws RoboflowException if this ONNX Runtime can't, or the machine has no such card */
    static void add(OrtSession.SessionOptions options) {
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            throw new RoboflowException("executionProvider=cuda can't be used: the ONNX Runtime on the class path is the one"
                    + " without CUDA; replace com.microsoft.onnxruntime:onnxruntime by com.microsoft.onnxruntime:onnxruntime_gpu of"
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
