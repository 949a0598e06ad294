package io.github.camelroboflow.embedded.session;

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
public record FloatTensor(String name, long[] shape, FloatBuffer values) {

    public static FloatTensor allocate(String name, long[] shape) {
        int count = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
        ByteBuffer bytes = ByteBuffer.allocateDirect(Math.multiplyExact(count, Float.BYTES)).order(ByteOrder.nativeOrder());
        return new FloatTensor(name, shape, bytes.asFloatBuffer());
    }

    /** Its part for the first image of a batch of that size; itself if it has no such dimension. */
    FloatTensor first(int batch) {
        return new FloatTensor(name, firstShape(shape, batch), values);
    }

    /** The shape of an output for the first image of a batch of that size. */
    static long[] firstShape(long[] shape, int batch) {
        long[] first = shape.clone();
        if (first.length > 0 && first[0] == batch) {
            first[0] = 1;
        }
        return first;
    }

    @Override
    public String toString() {
        return name + " " + Arrays.toString(shape);
    }
}
