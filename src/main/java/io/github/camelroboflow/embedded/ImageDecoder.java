package io.github.camelroboflow.embedded;

import io.github.camelroboflow.inference.ImageSize;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InvalidImageException;
import java.util.Arrays;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * From an encoded image to pixels. Looks at it before OpenCV does, which takes whatever memory a header asks for, and is silent
 * about what is wrong.
 */
final class ImageDecoder {

    private static final Map<Integer, Integer> COLOR_FLAGS = Map.of(1, opencv_imgcodecs.IMREAD_COLOR,
            2, opencv_imgcodecs.IMREAD_REDUCED_COLOR_2, 4, opencv_imgcodecs.IMREAD_REDUCED_COLOR_4,
            8, opencv_imgcodecs.IMREAD_REDUCED_COLOR_8);

    /** Pixels times scans of a progressive JPEG: a minute's work. Programs write about ten scans. */
    private static final long MOST_WORK = 4_000_000_000L;

    private ImageDecoder() {
    }

    /**
     * The image in its EXIF orientation unless that is disabled. To be called within a
     * {@link org.bytedeco.javacpp.PointerScope}, which frees it.
     *
     * @param reducible by how much an image of such a size, before its orientation, may be reduced
     * @throws InvalidImageException if it can't be processed
     */
    static DecodedImage decode(String name, byte[] bytes, InferenceOptions options, ToIntFunction<ImageSize> reducible) {
        ImageHeader header = check(name, bytes, options);
        int reduction = options.reducedDecoding() && header.format() == ImageFormat.JPEG ? reducible.applyAsInt(header.size()) : 1;
        int flags = COLOR_FLAGS.get(reduction)
                | (options.disablePreprocAutoOrient() ? opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION : 0);
        byte[] complete = header.state() == ImageHeader.State.WHOLE ? bytes : JpegHeader.closed(bytes);
        Mat image = opencv_imgcodecs.imdecode(new Mat(new BytePointer(complete), false), flags);
        if (image.empty()) {
            throw damaged(name);
        }
        return new DecodedImage(image, reduction);
    }

    private static InvalidImageException damaged(String name) {
        return new InvalidImageException("Image '" + name + "' is damaged and can't be decoded: get it again from its source");
    }

    /** Refuses what would fail, or what would cost too much, before it is decoded. */
    static ImageHeader check(String name, byte[] bytes, InferenceOptions options) {
        if (bytes.length == 0) {
            throw new InvalidImageException("Image '" + name + "' is an empty file (0 bytes): was it still being written?");
        }
        ImageFormat format = ImageFormat.of(bytes).orElseThrow(() -> new InvalidImageException("'" + name + "' is not an image that"
                + " can be processed: " + ForeignContent.describe(bytes) + "; supported are "
                + String.join(", ", Arrays.stream(ImageFormat.values()).map(ImageFormat::toString).toList())));
        ImageHeader header = format.header(bytes);
        ImageSize size = header.size();
        if (size.area() > options.maxPixels()) {
            throw new InvalidImageException("Image '" + name + "' has " + size + " pixels, which is more than maxPixels="
                    + options.maxPixels() + " allows: send a smaller one, or raise that option");
        }
        if (header.scans() * size.area() > MOST_WORK) {
            throw new InvalidImageException("Image '" + name + "' of " + size + " pixels is made of " + header.scans()
                    + " scans, which would take too long to decode: save it again in another program");
        }
        boolean decodable = format == ImageFormat.JPEG;
        if (header.state() == ImageHeader.State.TRUNCATED && !(decodable && options.allowTruncatedImages())) {
            throw new InvalidImageException("Image '" + name + "' is a " + format + " whose end is missing (" + bytes.length
                    + " bytes are here): send it again when it is complete"
                    + (decodable ? ", or have such images processed as far as they go, by the option allowTruncatedImages=true,"
                            + " for all endpoints camel.component.roboflow.allowTruncatedImages=true in"
                            + " config/application.properties" : ""));
        }
        if (header.state() == ImageHeader.State.DAMAGED) {
            throw damaged(name);
        }
        return header;
    }
}
