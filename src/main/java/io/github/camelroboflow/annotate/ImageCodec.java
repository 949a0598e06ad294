package io.github.camelroboflow.annotate;

import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.support.ImageNormalizer;
import io.github.camelroboflow.inference.support.SharedLibraries;
import io.github.camelroboflow.pixels.PictureMemory;
import io.github.camelroboflow.pixels.PixelMemory;
import java.awt.image.BufferedImage;
import java.util.function.Consumer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Decodes and encodes images with OpenCV, so that every image of the embedded engine can be read here with the same
 * pixels. Uses the memory that the engine uses.
 */
final class ImageCodec {

    /** The quality that Roboflow's server uses. */
    private static final int JPEG_QUALITY = 90;

    static {
        SharedLibraries.startJavaCpp();
    }

    private ImageCodec() {
    }

    /**
     * Returns the image as JPEG after it was drawn on.
     *
     * @param expected size of the image as its result gives it; an image of another size takes memory of its own
     * @param longest  the length in pixels to which the longer side of the JPEG is reduced if it is greater
     * @param drawing  draws on the image, which is of {@link BufferedImage#TYPE_3BYTE_BGR} and valid until it returns
     * @throws InvalidImageException if the image can't be decoded
     */
    static byte[] redrawn(String name, byte[] encoded, boolean autoOrient, ImageSize expected, int longest,
                          Consumer<BufferedImage> drawing) {
        if (encoded.length == 0) {
            throw undecodable(name);
        }
        try (PixelMemory memory = new PixelMemory(); PictureMemory pictures = new PictureMemory();
                PointerScope scope = new PointerScope()) {
            Mat image = decode(name, normalized(name, encoded), autoOrient, expected, memory);
            BufferedImage picture = pictures.picture(new ImageSize(image.cols(), image.rows()));
            byte[] pixels = PictureMemory.pixels(picture);
            int length = Math.toIntExact(image.total() * image.elemSize());
            image.data().get(pixels, 0, length);
            drawing.accept(picture);
            image.data().put(pixels, 0, length);
            return jpeg(name, reduced(image, longest));
        }
    }

    private static Mat decode(String name, byte[] encoded, boolean autoOrient, ImageSize expected, PixelMemory memory) {
        int orientation = autoOrient ? ImageNormalizer.jpegOrientation(encoded) : 1;
        // OpenCV turns an image into memory of its own
        int flags = opencv_imgcodecs.IMREAD_COLOR | (autoOrient && orientation == 1 ? 0
                : opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION);
        Mat image = new Mat();
        if (PixelMemory.keeps(expected)) {
            image = memory.image(orientation > 4 ? new ImageSize(expected.height(), expected.width()) : expected);
            // the memory holds another image, of which nothing may show through if this one is damaged
            image.put(Scalar.all(0));
        }
        if (opencv_imgcodecs.imdecode(new Mat(new BytePointer(encoded), false), flags, image).empty()) {
            throw undecodable(name);
        }
        return memory.upright(image, orientation);
    }

    private static Mat reduced(Mat image, int longest) {
        double scale = (double) longest / Math.max(image.cols(), image.rows());
        if (scale >= 1) {
            return image;
        }
        Mat reduced = new Mat();
        opencv_imgproc.resize(image, reduced, new Size((int) Math.max(1, Math.round(image.cols() * scale)),
                (int) Math.max(1, Math.round(image.rows() * scale))), 0, 0, opencv_imgproc.INTER_AREA);
        return reduced;
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

    private static byte[] jpeg(String name, Mat image) {
        BytePointer jpeg = new BytePointer();
        IntPointer quality = new IntPointer(opencv_imgcodecs.IMWRITE_JPEG_QUALITY, JPEG_QUALITY);
        if (!opencv_imgcodecs.imencode(".jpg", image, jpeg, quality)) {
            throw new RoboflowException("the visualization of image '" + name + "' of " + image.cols() + " x " + image.rows()
                    + " pixels can't be encoded as JPEG");
        }
        byte[] bytes = new byte[Math.toIntExact(jpeg.limit())];
        jpeg.get(bytes);
        return bytes;
    }
}
