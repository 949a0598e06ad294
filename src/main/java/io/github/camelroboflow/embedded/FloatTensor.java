package io.github.camelroboflow.embedded;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Numbers that ONNX Runtime reads or writes in place.
 *
 * @param name   what the graph calls it
 * @param shape  its dimensions, batch first
 * @param values row by row, outside the Java heap; read with absolute indices
 */
record FloatTensor(String name, long[] shape, FloatBuffer values) {

    static FloatTensor allocate(String name, long[] shape) {
        int count = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
        ByteBuffer bytes = ByteBuffer.allocateDirect(Math.multiplyExact(count, Float.BYTES)).order(ByteOrder.nativeOrder());
        return new FloatTensor(name, shape, bytes.asFloatBuffer());
    }

    @Override
    public String toString() {
        return name + " " + Arrays.toString(shape);
    }
}
