package io.github.camelroboflow.embedded.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.camelroboflow.embedded.session.NativeLibraries;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.pixels.PixelMemory;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** One image in every supported encoding, also in encodings without a recorded answer. */
class ImageFormatsTest {

    /** The tolerance of a channel, for lossy encodings. */
    private static final int TOLERANCE = 12;
    private static final List<Color> GREENNESS = List.of(Color.BLACK, Color.WHITE, Color.BLACK, Color.WHITE);
    private static final List<Color> BRIGHTNESS = List.of(gray(76), gray(150), gray(29), gray(255));

    @BeforeAll
    static void load() {
        NativeLibraries.load();
    }

    private static Color gray(int level) {
        return new Color(level, level, level);
    }

    static Stream<Arguments> colourful() {
        BufferedImage rgb = Quadrants.picture(BufferedImage.TYPE_3BYTE_BGR);
        BufferedImage rgba = Quadrants.picture(BufferedImage.TYPE_4BYTE_ABGR);
        return Stream.of(arguments("JPEG 4:4:4", Quadrants.jpeg(1, 1)), arguments("JPEG 4:2:2", Quadrants.jpeg(2, 1)),
                arguments("JPEG 4:4:0", Quadrants.jpeg(1, 2)), arguments("JPEG 4:2:0", Quadrants.jpeg(2, 2)),
                arguments("JPEG 4:1:1", Quadrants.jpeg(4, 1)),
                arguments("JPEG progressive", Quadrants.encoded(rgb, "jpeg", "", true)),
                arguments("JPEG CMYK", Quadrants.printJpeg(0)), arguments("JPEG YCCK", Quadrants.printJpeg(2)),
                arguments("PNG 8 bits", Quadrants.png(8, 3)), arguments("PNG 8 bits, alpha", Quadrants.png(8, 4)),
                arguments("PNG 16 bits", Quadrants.png(16, 3)), arguments("PNG 16 bits, alpha", Quadrants.png(16, 4)),
                arguments("PNG palette 2 bits", Quadrants.encoded(Quadrants.palette(2), "png", "", false)),
                arguments("PNG palette 4 bits", Quadrants.encoded(Quadrants.palette(4), "png", "", false)),
                arguments("PNG palette 8 bits", Quadrants.encoded(Quadrants.palette(8), "png", "", false)),
                arguments("PNG interlaced", Quadrants.encoded(rgb, "png", "", true)),
                arguments("PNG interlaced, alpha", Quadrants.encoded(rgba, "png", "", true)),
                arguments("PNG interlaced, palette", Quadrants.encoded(Quadrants.palette(4), "png", "", true)),
                arguments("BMP", Quadrants.encoded(rgb, "bmp", "BI_RGB", false)),
                arguments("BMP palette 4 bits", Quadrants.encoded(Quadrants.palette(4), "bmp", "BI_RGB", false)),
                arguments("BMP palette 8 bits", Quadrants.encoded(Quadrants.palette(8), "bmp", "BI_RGB", false)),
                arguments("BMP run lengths 8 bits", Quadrants.encoded(Quadrants.palette(8), "bmp", "BI_RLE8", false)),
                arguments("BMP run lengths 4 bits", Quadrants.encoded(Quadrants.palette(4), "bmp", "BI_RLE4", false)),
                arguments("BMP 16 bits",
                        Quadrants.encoded(Quadrants.picture(BufferedImage.TYPE_USHORT_565_RGB), "bmp", "BI_BITFIELDS", false)),
                arguments("TIFF", Quadrants.encoded(rgb, "tiff", "", false)),
                arguments("TIFF LZW", Quadrants.encoded(rgb, "tiff", "LZW", false)),
                arguments("TIFF Deflate", Quadrants.encoded(rgb, "tiff", "Deflate", false)),
                arguments("TIFF PackBits", Quadrants.encoded(rgb, "tiff", "PackBits", false)),
                arguments("TIFF JPEG", Quadrants.encoded(rgb, "tiff", "JPEG", false)),
                arguments("TIFF alpha", Quadrants.encoded(rgba, "tiff", "LZW", false)),
                arguments("TIFF palette", Quadrants.encoded(Quadrants.palette(8), "tiff", "LZW", false)),
                arguments("GIF", Quadrants.encoded(Quadrants.palette(8), "gif", "", false)),
                arguments("GIF interlaced", Quadrants.encoded(Quadrants.palette(4), "gif", "", true)),
                arguments("WebP lossless", Quadrants.WEBP_LOSSLESS), arguments("WebP lossy", Quadrants.WEBP_LOSSY),
                arguments("WebP alpha", Quadrants.WEBP_ALPHA));
    }

    static Stream<Arguments> gray() {
        BufferedImage gray = Quadrants.picture(BufferedImage.TYPE_BYTE_GRAY);
        return Stream.of(arguments("JPEG", Quadrants.encoded(gray, "jpeg", "", false)),
                arguments("PNG interlaced", Quadrants.encoded(gray, "png", "", true)),
                arguments("TIFF", Quadrants.encoded(gray, "tiff", "LZW", false)),
                arguments("TIFF 16 bits", Quadrants.encoded(Quadrants.picture(BufferedImage.TYPE_USHORT_GRAY), "tiff", "", false)));
    }

    static Stream<Arguments> blackAndWhite() {
        BufferedImage bilevel = Quadrants.blackAndWhite();
        return Stream.of(arguments("PNG 1 bit", Quadrants.png(1, 1)), arguments("PNG 2 bits", Quadrants.png(2, 1)),
                arguments("PNG 4 bits", Quadrants.png(4, 1)), arguments("PNG 8 bits", Quadrants.png(8, 1)),
                arguments("PNG 16 bits", Quadrants.png(16, 1)), arguments("PNG 8 bits, alpha", Quadrants.png(8, 2)),
                arguments("PNG 16 bits, alpha", Quadrants.png(16, 2)),
                arguments("BMP 1 bit", Quadrants.encoded(bilevel, "bmp", "BI_RGB", false)),
                arguments("TIFF 1 bit", Quadrants.encoded(bilevel, "tiff", "", false)),
                arguments("TIFF CCITT", Quadrants.encoded(bilevel, "tiff", "CCITT T.6", false)));
    }

    private static void assertShows(List<Color> colors, byte[] bytes) {
        assertThat(ImageDecoder.check("a", bytes, InferenceOptions.DEFAULTS).state()).isEqualTo(ImageHeader.State.WHOLE);
        try (PixelMemory memory = new PixelMemory(); PointerScope scope = new PointerScope()) {
            Mat image = ImageDecoder.decode(ImageDecoder.check("a", bytes, InferenceOptions.DEFAULTS),
                    InferenceOptions.DEFAULTS, size -> 1, memory).pixels();
            byte[] pixels = PixelBytes.bytes(image);
            for (int i = 0; i < 4; i++) {
                int x = (1 + 2 * (i % 2)) * image.cols() / 4;
                int y = (1 + 2 * (i / 2)) * image.rows() / 4;
                int at = 3 * (y * image.cols() + x);
                Color shown = new Color(pixels[at + 2] & 0xff, pixels[at + 1] & 0xff, pixels[at] & 0xff);
                assertThat(distance(shown, colors.get(i))).as("%s instead of %s", shown, colors.get(i))
                        .isLessThanOrEqualTo(TOLERANCE);
            }
        }
    }

    private static int distance(Color one, Color other) {
        return Math.max(Math.abs(one.getRed() - other.getRed()),
                Math.max(Math.abs(one.getGreen() - other.getGreen()), Math.abs(one.getBlue() - other.getBlue())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("colourful")
    void coloursAreDecoded(String encoding, byte[] bytes) {
        assertShows(Quadrants.COLORS, bytes);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("gray")
    void grayPictures(String encoding, byte[] bytes) {
        assertShows(BRIGHTNESS, bytes);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("blackAndWhite")
    void blackAndWhitePictures(String encoding, byte[] bytes) {
        assertShows(GREENNESS, bytes);
    }

    /** The second parameter lists the quadrants in their new places. */
    @ParameterizedTest
    @CsvSource({"1, 0 1 2 3", "2, 1 0 3 2", "3, 3 2 1 0", "4, 2 3 0 1", "5, 0 2 1 3", "6, 2 0 3 1", "7, 3 1 2 0", "8, 1 3 0 2"})
    void orientationOfExifIsApplied(int orientation, String order) {
        List<Color> turned = Stream.of(order.split(" ")).map(i -> Quadrants.COLORS.get(Integer.parseInt(i))).toList();

        assertShows(turned, Quadrants.turned(Quadrants.jpeg(1, 1), orientation));
    }
}
