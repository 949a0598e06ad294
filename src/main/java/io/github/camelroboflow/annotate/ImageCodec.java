package io.github.camelroboflow.annotate;

import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.support.ImageNormalizer;
import io.github.camelroboflow.inference.support.SharedLibraries;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Decodes and encodes images with OpenCV, so that every image of the embedded engine can be read here with the same
 * pixels.
 */
final class ImageCodec {

    /** The quality that Roboflow's server uses. */
    private static final int JPEG_QUALITY = 90;

    static {
        SharedLibraries.startJavaCpp();
    }

    private ImageCodec() {
    }

    /** @throws InvalidImageException if the image can't be decoded */
    static BufferedImage decode(String name, byte[] encoded, boolean autoOrient) {
        int flags = opencv_imgcodecs.IMREAD_COLOR | (autoOrient ? 0 : opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION);
        if (encoded.length == 0) {
            throw undecodable(name);
        }
        try (PointerScope scope = new PointerScope()) {
            Mat image = opencv_imgcodecs.imdecode(new Mat(new BytePointer(normalized(name, encoded)), false), flags);
            if (image.empty()) {
                throw undecodable(name);
            }
            BufferedImage picture = new BufferedImage(image.cols(), image.rows(), BufferedImage.TYPE_3BYTE_BGR);
            image.data().get(pixels(picture));
            return picture;
        }
    }

    private static byte[] normalized(String name, byte[] encoded) {
        try {
            return ImageNormalizer.normalize(encoded);
        } catch (IllegalArgumentException e) {
            throw undecodable(name);
        }
    }

    private static InvalidImageException undecodable(String name) {
        return new InvalidImageException("Image '" + name + "' can't be decoded, so its result can't be drawn on it");
    }

    /** @param picture an image of {@link BufferedImage#TYPE_3BYTE_BGR} */
    static byte[] jpeg(String name, BufferedImage picture) {
        try (PointerScope scope = new PointerScope()) {
            Mat image = new Mat(picture.getHeight(), picture.getWidth(), opencv_core.CV_8UC3, new BytePointer(pixels(picture)));
            BytePointer jpeg = new BytePointer();
            IntPointer quality = new IntPointer(opencv_imgcodecs.IMWRITE_JPEG_QUALITY, JPEG_QUALITY);
            if (!opencv_imgcodecs.imencode(".jpg", image, jpeg, quality)) {
                throw new RoboflowException("the visualization of image '" + name + "' of " + picture.getWidth() + " x "
                        + picture.getHeight() + " pixels can't be encoded as JPEG");
            }
            byte[] bytes = new byte[Math.toIntExact(jpeg.limit())];
            jpeg.get(bytes);
            return bytes;
        }
    }

    private static byte[] pixels(BufferedImage picture) {
        return ((DataBufferByte) picture.getRaster().getDataBuffer()).getData();
    }
}
