package io.github.camelroboflow.embedded.image;

import java.nio.ByteBuffer;
import org.bytedeco.opencv.opencv_core.Mat;

/** The bytes of an image, which OpenCV keeps outside the Java heap. */
public final class PixelBytes {

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
}
