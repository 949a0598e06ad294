package io.github.camelroboflow.embedded.session;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Numbers that ONNX Runtime reads or writes in place.
 *
 * @param name   name in the graph
 * @param shape  dimensions, batch first
 * @param values values row by row, outside the Java heap; read with absolute indices
 */
public record FloatTensor(String name, long[] shape, FloatBuffer values) {

    static FloatTensor allocate(String name, long[] shape) {
        int count = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
        ByteBuffer bytes = ByteBuffer.allocateDirect(Math.multiplyExact(count, Float.BYTES)).order(ByteOrder.nativeOrder());
        return new FloatTensor(name, shape, bytes.asFloatBuffer());
    }

    /** Returns the part for the first image of a batch of that size, or the whole tensor if it has no such dimension. */
    FloatTensor first(int batch) {
        return new FloatTensor(name, firstShape(shape, batch), values);
    }

    /** Returns the shape of an output for the first image of a batch of that size. */
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

    /**
     * Outputs that a net of the declared kind never has, so the net is another, or wrongly exported. No image is at fault. The
     * message continues a sentence that names the net, and says what to do.
     */
    public static final class WrongOutputException extends RuntimeException {

        public WrongOutputException(String message) {
            super(message);
        }
    }
}
