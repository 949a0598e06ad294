package io.github.camelroboflow.bench;

import io.github.camelroboflow.inference.geometry.ImageSize;
import org.bytedeco.javacpp.BytePointer;
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
    private static final double GRAIN = 4;

    private Jpegs() {
    }

    static byte[] resized(byte[] image, ImageSize size) {
        try (PointerScope scope = new PointerScope()) {
            Mat decoded = opencv_imgcodecs.imdecode(new Mat(new BytePointer(image), false), opencv_imgcodecs.IMREAD_COLOR);
            Mat resized = new Mat();
            opencv_imgproc.resize(decoded, resized, new Size(size.width(), size.height()), 0, 0, opencv_imgproc.INTER_AREA);
            if (size.area() > decoded.total()) {
                Mat grain = new Mat(resized.size(), opencv_core.CV_16SC3);
                opencv_core.randn(grain, new Mat(1, 1, opencv_core.CV_64FC1, Scalar.all(0)),
                        new Mat(1, 1, opencv_core.CV_64FC1, Scalar.all(GRAIN)));
                Mat grained = new Mat();
                opencv_core.add(resized, grain, grained, new Mat(), opencv_core.CV_8U);
                resized = grained;
            }
            BytePointer encoded = new BytePointer();
            opencv_imgcodecs.imencode(".jpg", resized, encoded);
            byte[] bytes = new byte[(int) encoded.limit()];
            encoded.get(bytes);
            return bytes;
        }
    }
}
