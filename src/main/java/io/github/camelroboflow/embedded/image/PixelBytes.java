package io.github.camelroboflow.embedded.image;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/** Operations on the bytes of an image, which OpenCV keeps outside the Java heap. */
public final class PixelBytes {

    private static final int LEVELS = 256;

    private PixelBytes() {
    }

    /** Returns a copy of the bytes, row by row, with the channels of a pixel next to each other. */
    public static byte[] bytes(Mat image) {
        Mat continuous = image.isContinuous() ? image : image.clone();
        ByteBuffer buffer = continuous.createBuffer();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    /** Returns how often each value from 0 to 255 occurs, in all channels together. */
    public static long[] histogram(Mat image) {
        long[] histogram = new long[LEVELS];
        for (byte value : bytes(image)) {
            histogram[value & 0xff]++;
        }
        return histogram;
    }

    /** @param table the new value for each old one */
    public static Mat mapped(Mat image, byte[] table) {
        Mat mapped = new Mat();
        opencv_core.LUT(image, new Mat(1, LEVELS, opencv_core.CV_8UC1, new BytePointer(table)), mapped);
        return mapped;
    }
}
