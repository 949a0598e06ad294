package io.github.camelroboflow.bench;

import io.github.camelroboflow.inference.geometry.ImageSize;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/** Makes images of other sizes. */
final class Jpegs {

    /** Noise, so that an enlarged image takes as long to decode as a photo of its size. */
    static final double GRAIN = 4;
    private static final int STEPS = 10;

    private Jpegs() {
    }

    /** Returns the image in another size, with noise if it is larger. */
    static byte[] resized(byte[] image, ImageSize size) {
        return resized(image, size, GRAIN);
    }

    /** @param grain standard deviation of the noise of an enlarged image; 0 for none */
    static byte[] resized(byte[] image, ImageSize size, double grain) {
        try (PointerScope scope = new PointerScope()) {
            Mat decoded = opencv_imgcodecs.imdecode(new Mat(new BytePointer(image), false), opencv_imgcodecs.IMREAD_COLOR);
            Mat resized = new Mat();
            opencv_imgproc.resize(decoded, resized, new Size(size.width(), size.height()), 0, 0, opencv_imgproc.INTER_AREA);
            if (grain > 0 && size.area() > decoded.total()) {
                Mat noise = new Mat(resized.size(), opencv_core.CV_16SC3);
                opencv_core.randn(noise, new Mat(1, 1, opencv_core.CV_64FC1, Scalar.all(0)),
                        new Mat(1, 1, opencv_core.CV_64FC1, Scalar.all(grain)));
                Mat grained = new Mat();
                opencv_core.add(resized, noise, grained, new Mat(), opencv_core.CV_8U);
                resized = grained;
            }
            return encoded(resized);
        }
    }

    /** Returns the image in a size at which its file has about that number of bytes. */
    static byte[] ofBytes(byte[] image, int bytes, ImageSize shape) {
        double low = 0;
        double high = 1;
        byte[] jpeg = image;
        for (int i = 0; i < STEPS; i++) {
            double scale = (low + high) / 2;
            jpeg = resized(image, new ImageSize((int) (shape.width() * scale), (int) (shape.height() * scale)), 0);
            if (jpeg.length < bytes) {
                low = scale;
            } else {
                high = scale;
            }
        }
        return jpeg;
    }

    /** Returns the JPEG with several scans. */
    static byte[] progressive(byte[] jpeg) {
        try (PointerScope scope = new PointerScope()) {
            return encoded(opencv_imgcodecs.imdecode(new Mat(new BytePointer(jpeg), false), opencv_imgcodecs.IMREAD_COLOR),
                    opencv_imgcodecs.IMWRITE_JPEG_PROGRESSIVE, 1);
        }
    }

    /** @param quality 1 to 100 */
    static byte[] withQuality(byte[] jpeg, int quality) {
        try (PointerScope scope = new PointerScope()) {
            return encoded(opencv_imgcodecs.imdecode(new Mat(new BytePointer(jpeg), false), opencv_imgcodecs.IMREAD_COLOR),
                    opencv_imgcodecs.IMWRITE_JPEG_QUALITY, quality);
        }
    }

    /** Returns the JPEG with an EXIF orientation that turns it by a right angle. */
    static byte[] turned(byte[] jpeg) {
        byte[] exif = HexFormat.of().parseHex("ffe100224578696600004d4d002a00000008000101120003000000010006000000000000");
        return ByteBuffer.allocate(jpeg.length + exif.length).put(jpeg, 0, 2).put(exif).put(jpeg, 2, jpeg.length - 2).array();
    }

    private static byte[] encoded(Mat image, int... parameters) {
        BytePointer encoded = new BytePointer();
        opencv_imgcodecs.imencode(".jpg", image, encoded, new IntPointer(parameters));
        byte[] bytes = new byte[(int) encoded.limit()];
        encoded.get(bytes);
        return bytes;
    }
}
