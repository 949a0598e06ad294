package io.github.camelroboflow.embedded.image;

import static io.github.camelroboflow.inference.InferenceOption.ALLOW_TRUNCATED_IMAGES;
import static io.github.camelroboflow.inference.InferenceOption.DISABLE_PREPROC_AUTO_ORIENT;
import static io.github.camelroboflow.inference.InferenceOption.MAX_PIXELS;
import static io.github.camelroboflow.inference.InferenceOption.REDUCED_DECODING;

import io.github.camelroboflow.embedded.image.ImageFormat.MagicNumber;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;

/**
 * From an encoded image to pixels. Looks at it before OpenCV does, which takes whatever memory a header asks for, and is silent
 * about what is wrong.
 */
public final class ImageDecoder {

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
    public static DecodedImage decode(String name, byte[] bytes, InferenceOptions options, ToIntFunction<ImageSize> reducible) {
        ImageHeader header = check(name, bytes, options);
        int reduction = options.get(REDUCED_DECODING) && header.format() == ImageFormat.JPEG ? reducible.applyAsInt(header.size())
                : 1;
        int flags = COLOR_FLAGS.get(reduction)
                | (options.get(DISABLE_PREPROC_AUTO_ORIENT) ? opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION : 0);
        byte[] complete = header.state() == ImageHeader.State.WHOLE ? bytes : JpegHeader.withEndMarker(bytes);
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
    public static ImageHeader check(String name, byte[] bytes, InferenceOptions options) {
        if (bytes.length == 0) {
            throw new InvalidImageException("Image '" + name + "' is an empty file (0 bytes): was it still being written?");
        }
        ImageFormat format = ImageFormat.of(bytes).orElseThrow(() -> new InvalidImageException("'" + name + "' is not an image that"
                + " can be processed: " + UnsupportedContent.describe(bytes) + "; supported are "
                + String.join(", ", Arrays.stream(ImageFormat.values()).map(ImageFormat::toString).toList())));
        ImageHeader header = format.header(bytes);
        ImageSize size = header.size();
        if (size.area() > options.get(MAX_PIXELS)) {
            throw new InvalidImageException("Image '" + name + "' has " + size + " pixels, which is more than maxPixels="
                    + options.get(MAX_PIXELS) + " allows: send a smaller one, or raise that option");
        }
        if (header.scans() * size.area() > MOST_WORK) {
            throw new InvalidImageException("Image '" + name + "' of " + size + " pixels is made of " + header.scans()
                    + " scans, which would take too long to decode: save it again in another program");
        }
        boolean decodable = format == ImageFormat.JPEG;
        if (header.state() == ImageHeader.State.TRUNCATED && !(decodable && options.get(ALLOW_TRUNCATED_IMAGES))) {
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

    /** Says what something is that is no image of ours. */
    static final class UnsupportedContent {

        private static final Map<String, String> KNOWN = new LinkedHashMap<>();

        static {
            KNOWN.put("00 00 00 0C 6A 50 20 20", "it is a JPEG 2000 image");
            KNOWN.put("FF 4F FF 51", "it is a JPEG 2000 image");
            KNOWN.put(".. .. .. .. 66 74 79 70 61 76 69", "it is an AVIF image");
            KNOWN.put(".. .. .. .. 66 74 79 70 68 65 69", "it is a HEIC image");
            KNOWN.put(".. .. .. .. 66 74 79 70 6D 69 66 31", "it is a HEIF image");
            KNOWN.put(".. .. .. .. 66 74 79 70", "it is an MP4 or QuickTime file");
            KNOWN.put("49 49 2B 00", "it is a BigTIFF image");
            KNOWN.put("4D 4D 00 2B", "it is a BigTIFF image");
            KNOWN.put("FF 0A", "it is a JPEG XL image");
            KNOWN.put("00 00 00 0C 4A 58 4C 20", "it is a JPEG XL image");
            KNOWN.put("25 50 44 46", "it is a PDF document");
            KNOWN.put("38 42 50 53", "it is a Photoshop file");
            KNOWN.put("50 4B 03 04", "it is a ZIP archive");
            KNOWN.put("1F 8B", "it is compressed with gzip");
        }

        private UnsupportedContent() {
        }

        static String describe(byte[] bytes) {
            for (Map.Entry<String, String> known : KNOWN.entrySet()) {
                if (MagicNumber.matches(known.getKey(), bytes)) {
                    return known.getValue();
                }
            }
            return isText(bytes) ? describeText(bytes) : "its first bytes are of no format that is known here";
        }

        private static boolean isText(byte[] bytes) {
            for (int i = 0; i < Math.min(bytes.length, 64); i++) {
                if (bytes[i] >= 0 && bytes[i] < ' ' && bytes[i] != '\n' && bytes[i] != '\r' && bytes[i] != '\t') {
                    return false;
                }
            }
            return true;
        }

        private static String describeText(byte[] bytes) {
            String text = new String(bytes, 0, Math.min(bytes.length, 256), StandardCharsets.UTF_8).strip()
                    .toLowerCase(Locale.ROOT);
            if (text.startsWith("<!doctype html") || text.startsWith("<html")) {
                return "it is an HTML page";
            }
            if (text.contains("<svg")) {
                return "it is an SVG drawing";
            }
            return text.startsWith("data:image") ? "it is a data URL, an image written as text" : "it begins with text";
        }
    }

    /**
     * An image in memory.
     *
     * @param pixels    three channels of bytes, blue first
     * @param reduction how many pixels of the image's width, and of its height, one of these stands for
     */
    public record DecodedImage(Mat pixels, int reduction) {

        /** The image's own, in its EXIF orientation if that was applied. */
        public ImageSize size() {
            return new ImageSize(pixels.cols() * reduction, pixels.rows() * reduction);
        }

        /** @param region of the image; if that was reduced, all of it */
        public Mat part(Region region) {
            boolean whole = region.width() == pixels.cols() * reduction && region.height() == pixels.rows() * reduction;
            return whole ? pixels : pixels.apply(new Rect(region.left(), region.top(), region.width(), region.height()));
        }
    }
}
