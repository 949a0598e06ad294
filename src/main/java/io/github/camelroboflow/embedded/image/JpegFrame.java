package io.github.camelroboflow.embedded.image;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The components of a JPEG and their numbers of blocks (ITU T.81, annex A). */
final class JpegFrame {

    /** The index of the last coefficient of a block. */
    static final int LAST = 63;

    final boolean progressive;
    private final int precision;
    private final int width;
    private final int height;
    final Component[] components;
    private int horizontal = 1;
    private int vertical = 1;

    JpegFrame(ByteBuffer segment, boolean progressive) {
        this.progressive = progressive;
        precision = segment.get(0);
        height = segment.getShort(1) & 0xffff;
        width = segment.getShort(3) & 0xffff;
        components = new Component[segment.get(5) & 0xff];
        for (int i = 0; i < components.length; i++) {
            int factors = segment.get(7 + 3 * i);
            components[i] = new Component(segment.get(6 + 3 * i), factors >> 4 & 15, factors & 15, segment.get(8 + 3 * i) & 3);
            horizontal = Math.max(horizontal, components[i].horizontal);
            vertical = Math.max(vertical, components[i].vertical);
        }
    }

    boolean isKnown() {
        return precision == 8 && width > 0 && height > 0
                && Arrays.stream(components).allMatch(component -> component.horizontal > 0 && component.vertical > 0);
    }

    /** Returns whether all bits of all coefficients were there. */
    boolean isComplete() {
        return components.length > 0 && Arrays.stream(components).flatMapToInt(component -> Arrays.stream(component.missing))
                .allMatch(missing -> missing == 0);
    }

    int columns(Component component) {
        return ceil(ceil(width * component.horizontal, horizontal), 8);
    }

    int rows(Component component) {
        return ceil(ceil(height * component.vertical, vertical), 8);
    }

    int units() {
        return ceil(width, 8 * horizontal) * ceil(height, 8 * vertical);
    }

    private static int ceil(int dividend, int divisor) {
        return (dividend + divisor - 1) / divisor;
    }

    /** A component of the picture, such as its luminance. */
    static final class Component {

        /** The largest number of bits of the difference of two means, one more than samples of eight bits need. */
        private static final int MOST_MEAN_BITS = 12;

        final int id;
        final int horizontal;
        final int vertical;
        final int quantizer;
        /** The number of low bits of each coefficient that were in no scan yet. */
        final int[] missing = new int[LAST + 1];
        /** A bit for each coefficient of each block that is not zero; only of progressive pictures. */
        long[] nonZero;
        HuffmanTable dcTable;
        HuffmanTable acTable;
        int mean;
        int meanLimit;

        Component(int id, int horizontal, int vertical, int quantizer) {
            this.id = id;
            this.horizontal = horizontal;
            this.vertical = vertical;
            this.quantizer = quantizer;
            Arrays.fill(missing, 16);
        }

        /** Reads the mean of a block as its difference from the last one; returns the number of bits, or -1 if it is impossible. */
        int readMean(long ahead, int shift) {
            int code = dcTable.read(ahead);
            int length = code & 0xff;
            int size = code >>> 8;
            if (code == 0 || size > MOST_MEAN_BITS) {
                return -1;
            }
            long bits = ahead << length;
            // a difference that begins with 0 is negative
            mean += (int) (bits >>> 1 >>> 63 - size) + ((int) (~bits >> 63) & 1 - (1 << size));
            if (Math.abs(mean << shift) > meanLimit) {
                return -1;
            }
            return length + size;
        }
    }
}
