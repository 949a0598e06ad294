package io.github.camelroboflow.embedded.session;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Memory that ONNX Runtime reads or writes in place, and its numbers as 32-bit floats. For a net of such floats both are the same
 * memory. 16-bit floats are converted by OpenCV: an input of 640 by 640 pixels takes it 0.3 ms, and the JVM 9 ms or more.
 */
final class BoundTensor implements AutoCloseable {

    /** OpenCV's type of 16-bit floats, for which its Java API has no name. */
    private static final int CV_16FC1 = 7;

    private final OnnxTensor tensor;
    private final FloatTensor floats;
    /** The same numbers as images of one row; null if nothing is to be converted. */
    private final Mat half;
    private final Mat single;

    /** @param type a type that {@link #supports} */
    BoundTensor(String name, long[] shape, OnnxJavaType type) throws OrtException {
        floats = FloatTensor.allocate(name, shape);
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        if (type == OnnxJavaType.FLOAT) {
            half = null;
            single = null;
            tensor = OnnxTensor.createTensor(environment, floats.values(), shape);
        } else {
            int count = floats.values().limit();
            ByteBuffer bytes = ByteBuffer.allocateDirect(count * Short.BYTES).order(ByteOrder.nativeOrder());
            half = new Mat(1, count, CV_16FC1, new BytePointer(bytes));
            single = new Mat(1, count, opencv_core.CV_32FC1, new FloatPointer(floats.values()));
            tensor = OnnxTensor.createTensor(environment, bytes, shape, type);
        }
    }

    /** Returns whether numbers of this type can be converted from and to floats. */
    static boolean supports(OnnxJavaType type) {
        return type == OnnxJavaType.FLOAT || type == OnnxJavaType.FLOAT16;
    }

    OnnxTensor tensor() {
        return tensor;
    }

    FloatTensor floats() {
        return floats;
    }

    /** Gives the floats to ONNX Runtime, before a run. */
    void write() {
        if (half != null) {
            single.convertTo(half, CV_16FC1);
        }
    }

    /** Takes the floats from ONNX Runtime, after a run. */
    void read() {
        if (half != null) {
            half.convertTo(single, opencv_core.CV_32FC1);
        }
    }

    @Override
    public void close() {
        tensor.close();
        if (half != null) {
            half.close();
            single.close();
        }
    }
}
