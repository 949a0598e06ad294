package io.github.camelroboflow.embedded.image;

import static io.github.camelroboflow.inference.InferenceOption.ALLOW_DAMAGED_IMAGES;
import static io.github.camelroboflow.inference.InferenceOption.DISABLE_PREPROC_AUTO_ORIENT;
import static io.github.camelroboflow.inference.InferenceOption.MAX_PIXELS;
import static io.github.camelroboflow.inference.InferenceOption.REDUCED_DECODING;

import io.github.camelroboflow.embedded.image.ImageFormat.MagicNumber;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.support.Advice;
import io.github.camelroboflow.inference.support.ImageNormalizer;
import io.github.camelroboflow.inference.support.LogThrottle;
import io.github.camelroboflow.pixels.PixelMemory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes an encoded image to pixels. Checks it before OpenCV does, because OpenCV takes as much memory as a header demands and
 * does not report what is wrong.
 */
public final class ImageDecoder {

    private static final Map<Integer, Integer> COLOR_FLAGS = Map.of(1, opencv_imgcodecs.IMREAD_COLOR,
            2, opencv_imgcodecs.IMREAD_REDUCED_COLOR_2, 4, opencv_imgcodecs.IMREAD_REDUCED_COLOR_4,
            8, opencv_imgcodecs.IMREAD_REDUCED_COLOR_8);

    /** The limit of pixels times scans of a progressive JPEG, about a minute of work. Programs write about ten scans. */
    private static final long MAX_DECODING_WORK = 4_000_000_000L;

    private static final Logger LOG = LoggerFactory.getLogger(ImageDecoder.class);
    private static final LogThrottle THROTTLE = new LogThrottle(Duration.ofMinutes(1));

    private ImageDecoder() {
    }

    /**
     * Decodes the image, in its EXIF orientation unless that is disabled. Call it within a
     * {@link org.bytedeco.javacpp.PointerScope}.
     *
     * @param reduction function from the stored size, before the orientation, to the factor by which the image may be reduced
     * @param memory    memory for the pixels, which are valid until it is closed
     * @throws InvalidImageException if it can't be processed
     */
    public static DecodedImage decode(CheckedImage image, InferenceOptions options, ToIntFunction<ImageSize> reduction,
                                      PixelMemory memory) {
        boolean jpeg = image.format() == ImageFormat.JPEG;
        int factor = options.get(REDUCED_DECODING) && jpeg ? reduction.applyAsInt(image.size()) : 1;
        int orientation = jpeg && !options.get(DISABLE_PREPROC_AUTO_ORIENT) ? ImageNormalizer.jpegOrientation(image.bytes()) : 1;
        // OpenCV turns an image into memory of its own
        int flags = COLOR_FLAGS.get(factor) | (jpeg || options.get(DISABLE_PREPROC_AUTO_ORIENT)
                ? opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION : 0);
        byte[] bytes;
        try {
            bytes = ImageNormalizer.normalize(image.bytes());
        } catch (IllegalArgumentException e) {
            throw new InvalidImageException("Image '" + image.name() + "' is " + e.getMessage(), e);
        }
        ImageSize size = new ImageSize(image.size().width() / factor, image.size().height() / factor);
        // OpenCV allocates another image if this one is not of the right size
        Mat pixels = memory.image(size);
        if (image.isDamaged()) {
            // the memory holds another image, of which nothing may show through
            pixels.put(Scalar.all(0));
        }
        if (opencv_imgcodecs.imdecode(new Mat(new BytePointer(bytes), false), flags, pixels).empty()) {
            throw damaged(image.name());
        }
        return new DecodedImage(memory.upright(pixels, orientation), factor);
    }

    private static InvalidImageException damaged(String name) {
        return new InvalidImageException("Image '" + name + "' is damaged and can't be decoded: get it again from its source");
    }

    /** Refuses, before it is decoded, an image that would fail, cost too much, or show what its writer did not mean. */
    public static CheckedImage check(String name, byte[] bytes, InferenceOptions options) {
        if (bytes.length == 0) {
            throw new InvalidImageException("Image '" + name + "' is an empty file (0 bytes): send it again when it is complete");
        }
        ImageFormat format = ImageFormat.of(bytes).orElseThrow(() -> new InvalidImageException("'" + name + "' is not an image that"
                + " can be processed: " + UnsupportedContent.describe(bytes) + "; supported are "
                + String.join(", ", Arrays.stream(ImageFormat.values()).map(ImageFormat::toString).toList())));
        ImageHeader header = format.header(bytes);
        ImageSize size = header.size();
        if (size.area() > options.get(MAX_PIXELS)) {
            throw new InvalidImageException("Image '" + name + "' has " + size + " pixels, which is more than maxPixels="
                    + options.get(MAX_PIXELS) + " allows: send a smaller image, or raise maxPixels");
        }
        if (header.scans() * size.area() > MAX_DECODING_WORK) {
            throw new InvalidImageException("Image '" + name + "' of " + size + " pixels consists of " + header.scans()
                    + " scans, which take too long to decode: save it again with another program");
        }
        ImageHeader.State state = header.state();
        boolean decodable = format == ImageFormat.JPEG;
        if (state != ImageHeader.State.WHOLE && !(decodable && options.get(ALLOW_DAMAGED_IMAGES))) {
            String cure = decodable ? ", or set " + Advice.modelOption("allowDamagedImages=true")
                    + " to process such images as far as they go" : "";
            if (state == ImageHeader.State.TRUNCATED) {
                throw new InvalidImageException("Image '" + name + "' is a " + format + " whose end is missing (" + bytes.length
                        + " bytes arrived): send it again when it is complete" + cure);
            }
            throw new InvalidImageException("Image '" + name + "' is damaged: a part of its " + format + " data was overwritten,"
                    + " lost or changed: get it again from its source" + cure);
        }
        if (state != ImageHeader.State.WHOLE && THROTTLE.shouldLog(state)) {
            LOG.warn("Image '{}' is {}; it is processed as far as it goes, since allowDamagedImages=true, and its result has"
                    + " image_damaged; further ones are logged after a minute", name,
                    state == ImageHeader.State.TRUNCATED ? "cut off" : "damaged");
        }
        return new CheckedImage(name, bytes, format, size, state);
    }

    /**
     * An image that may be decoded.
     *
     * @param size  size as stored, before any EXIF orientation
     * @param state the state of the file, which is whole unless damaged images are allowed
     */
    public record CheckedImage(String name, byte[] bytes, ImageFormat format, ImageSize size, ImageHeader.State state) {

        /** Returns whether a part of the file is missing or wrong, so that pixels may be wrong. */
        public boolean isDamaged() {
            return state != ImageHeader.State.WHOLE;
        }
    }

    /** Describes a file that is not an image of a supported format. */
    static final class UnsupportedContent {

        private static final String CONVERSION = " (convert it first; with Debian's libheif-examples: heif-convert %s image.jpg)";
        private static final Map<String, String> KNOWN = new LinkedHashMap<>();

        static {
            KNOWN.put("00 00 00 0C 6A 50 20 20", "it is a JPEG 2000 image");
            KNOWN.put("FF 4F FF 51", "it is a JPEG 2000 image");
            KNOWN.put(".. .. .. .. 66 74 79 70 61 76 69", "it is an AVIF image" + CONVERSION.formatted("image.avif"));
            for (String brand : List.of("68 65 69", "68 65 76", "6D 69 66 31", "6D 73 66 31")) {
                KNOWN.put(".. .. .. .. 66 74 79 70 " + brand, "it is a HEIC image" + CONVERSION.formatted("image.heic"));
            }
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
            return isText(bytes) ? describeText(bytes) : "its first bytes are of no format that is known";
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
     * @param reduction number of image pixels, in each direction, for which one of these pixels stands
     */
    public record DecodedImage(Mat pixels, int reduction) {

        /** Returns the size of the unreduced image, in its EXIF orientation if that was applied. */
        public ImageSize size() {
            return new ImageSize(pixels.cols() * reduction, pixels.rows() * reduction);
        }

        /** Returns the pixels of a region of the image; of a reduced image, the region must be the whole. */
        public Mat part(Region region) {
            boolean whole = region.width() == pixels.cols() * reduction && region.height() == pixels.rows() * reduction;
            return whole ? pixels : pixels.apply(new Rect(region.left(), region.top(), region.width(), region.height()));
        }
    }
}
