package io.github.camelroboflow.embedded.image;

import static io.github.camelroboflow.inference.InferenceOption.ALLOW_DAMAGED_IMAGES;
import static io.github.camelroboflow.inference.InferenceOption.DISABLE_PREPROC_AUTO_ORIENT;
import static io.github.camelroboflow.inference.InferenceOption.MAX_PIXELS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.embedded.TestImages;
import io.github.camelroboflow.embedded.TestModels;
import io.github.camelroboflow.embedded.image.ImageDecoder.CheckedImage;
import io.github.camelroboflow.embedded.image.ImageDecoder.DecodedImage;
import io.github.camelroboflow.embedded.session.NativeLibraries;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.pixels.PixelMemory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ImageDecoderTest {

    private static final InferenceOptions STRICT = InferenceOptions.DEFAULTS;
    private static final InferenceOptions LENIENT = InferenceOptions.DEFAULTS.with(ALLOW_DAMAGED_IMAGES, true);
    private static final byte[] JPEG = TestImages.encode("jpeg", 200, 100);

    @BeforeAll
    static void load() {
        NativeLibraries.load();
    }

    private static ImageSize decode(byte[] bytes, InferenceOptions options) {
        try (PixelMemory memory = new PixelMemory(); PointerScope scope = new PointerScope()) {
            DecodedImage image = ImageDecoder.decode(ImageDecoder.check("a.jpg", bytes, options), options, size -> 1, memory);
            assertThat(image.pixels().channels()).isEqualTo(3);
            return image.size();
        }
    }

    private static void assertRefused(byte[] bytes, InferenceOptions options, String... words) {
        assertThatThrownBy(() -> decode(bytes, options)).isInstanceOf(InvalidImageException.class).hasMessageContaining("'a.jpg'")
                .hasMessageContainingAll(words);
    }

    static Stream<Arguments> wholeImages() {
        return Stream.of(Arguments.of("JPEG", JPEG, 200, 100),
                Arguments.of("JPEG", TestImages.progressiveJpeg(200, 100), 200, 100),
                Arguments.of("JPEG", TestImages.withThumbnail(JPEG, TestImages.encode("jpeg", 16, 16)), 200, 100),
                Arguments.of("PNG", TestImages.encode("png", 200, 100), 200, 100),
                Arguments.of("BMP", TestImages.encode("bmp", 200, 100), 200, 100),
                Arguments.of("GIF", TestImages.encode("gif", 200, 100), 200, 100),
                Arguments.of("TIFF", TestImages.encode("tiff", 200, 100), 200, 100),
                Arguments.of("WEBP", TestModels.bytes("t51_lossy.webp"), 590, 835),
                Arguments.of("TIFF", TestModels.bytes("t57_deflate.tif"), 1166, 791),
                Arguments.of("BMP", TestModels.bytes("t54_8bit.bmp"), 1495, 1433),
                Arguments.of("PNG", TestModels.bytes("t43_interlace_gray_alpha.png"), 623, 480),
                Arguments.of("JPEG", TestModels.bytes("t47_cmyk.jpg"), 891, 1156));
    }

    /** A file of some kilobytes with many scans can keep a thread busy for minutes. */
    @Test
    void aJpegOfManyScansIsRefused() {
        byte[] jpeg = TestImages.progressiveJpeg(1000, 1000);

        assertThat(decode(TestImages.repeatLastScan(jpeg, 20), LENIENT)).isEqualTo(new ImageSize(1000, 1000));
        assertRefused(TestImages.repeatLastScan(jpeg, 5000), STRICT, "scans", "1000 x 1000");
    }

    @ParameterizedTest(name = "{0} {2} x {3}")
    @MethodSource("wholeImages")
    void completeImagesAreDecodedWhateverTheirName(String format, byte[] bytes, int width, int height) {
        CheckedImage header = ImageDecoder.check("a.jpg", bytes, STRICT);

        assertThat(header.format()).hasToString(format);
        assertThat(header.size()).isEqualTo(new ImageSize(width, height)).isEqualTo(decode(bytes, STRICT));
    }

    @ParameterizedTest(name = "{0} {2} x {3}")
    @MethodSource("wholeImages")
    void bytesAfterTheEndAreIgnored(String format, byte[] bytes, int width, int height) {
        assertThat(decode(Arrays.copyOf(bytes, bytes.length + 1000), STRICT)).isEqualTo(new ImageSize(width, height));
    }

    @ParameterizedTest(name = "{0} {2} x {3}")
    @MethodSource("wholeImages")
    void truncatedImagesAreRefusedWhereverTheyEnd(String format, byte[] bytes, int width, int height) {
        int step = Math.max(1, bytes.length / 200);
        for (int length = 40; length < bytes.length - 10; length += step) {
            assertThat(ImageFormat.of(bytes).orElseThrow().header(Arrays.copyOf(bytes, length)).state()).as("of %s bytes", length)
                    .isEqualTo(ImageHeader.State.TRUNCATED);
        }
        assertRefused(Arrays.copyOf(bytes, bytes.length / 2), STRICT, format, "end is missing", bytes.length / 2 + " bytes");
    }

    /** Nothing of the picture is missing. */
    @Test
    void aJpegWithoutItsEndMarkerIsDecoded() {
        assertThat(decode(Arrays.copyOf(JPEG, JPEG.length - 1), STRICT)).isEqualTo(new ImageSize(200, 100));
        assertThat(decode(Arrays.copyOf(JPEG, JPEG.length - 2), STRICT)).isEqualTo(new ImageSize(200, 100));
        assertRefused(Arrays.copyOf(JPEG, JPEG.length - 10), STRICT, "end is missing",
                "set the option allowDamagedImages=true of the endpoint or the component to process such images as far as they go");
    }

    /** OpenCV makes a picture of it. */
    @Test
    void aJpegWithDamagedDataIsRefusedUnlessThatIsAllowed() {
        byte[] jpeg = TestModels.bytes("t00_plain.jpg");
        Arrays.fill(jpeg, jpeg.length / 2, jpeg.length / 2 + 4096, (byte) 0);

        assertRefused(jpeg, STRICT, "is damaged", "get it again from its source",
                "set the option allowDamagedImages=true of the endpoint or the component to process such images as far as they go");
        assertThat(decode(jpeg, LENIENT)).isEqualTo(new ImageSize(989, 698));
        assertThat(ImageDecoder.check("a.jpg", jpeg, LENIENT).isDamaged()).isTrue();
        assertThat(ImageDecoder.check("a.jpg", JPEG, LENIENT).isDamaged()).isFalse();
    }

    @Test
    void anEndMarkerBeforeAnyScanDoesNotEndTheImage() {
        byte[] noScan = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xe0, 0, 4, 1, 2, (byte) 0xff, (byte) 0xd9};

        assertRefused(noScan, STRICT, "end is missing");
    }

    @Test
    void theEndOfAThumbnailIsNotTheEndOfTheImage() {
        byte[] thumbnail = TestImages.encode("jpeg", 16, 16);
        byte[] image = TestImages.withThumbnail(JPEG, thumbnail);

        assertRefused(Arrays.copyOf(image, thumbnail.length + 100), STRICT, "end is missing");
        assertRefused(Arrays.copyOf(image, image.length - 50), STRICT, "end is missing");
    }

    @Test
    void truncatedJpegsAreProcessedIfAllowed() {
        assertThat(decode(Arrays.copyOf(JPEG, JPEG.length - 20), LENIENT)).isEqualTo(new ImageSize(200, 100));
        assertThat(decode(Arrays.copyOf(JPEG, JPEG.length * 3 / 4), LENIENT)).isEqualTo(new ImageSize(200, 100));
    }

    @Test
    void otherTruncatedFormatsAreNot() {
        byte[] png = TestImages.encode("png", 200, 100);

        assertThatThrownBy(() -> decode(Arrays.copyOf(png, png.length - 1), LENIENT)).isInstanceOf(InvalidImageException.class)
                .hasMessageContaining("end is missing").hasMessageNotContaining("allowDamagedImages");
    }

    @Test
    void zeroBytes() {
        assertRefused(new byte[0], STRICT, "empty file (0 bytes)");
    }

    @ParameterizedTest
    @CsvSource({"Dear customer, it begins with text", "<!DOCTYPE html><html>, HTML page", "%PDF-1.7, PDF document",
        "<svg xmlns='x'>, SVG drawing", "'data:image/jpeg;base64,', data URL", "B, it begins with text"})
    void noImages(String content, String whatItIs) {
        assertRefused(content.getBytes(StandardCharsets.UTF_8), STRICT, "not an image", whatItIs,
                "JPEG, PNG, WEBP, BMP, TIFF, GIF");
    }

    @Test
    void unknownBytes() {
        assertRefused(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}, STRICT, "not an image", "of no format that is known");
        assertRefused(new byte[] {0, 0, 0, 12, 'j', 'P', ' ', ' '}, STRICT, "JPEG 2000");
        assertRefused("\0\0\0\030ftypheic".getBytes(StandardCharsets.UTF_8), STRICT, "HEIC", "heif-convert");
        assertRefused("\0\0\0\030ftypavif".getBytes(StandardCharsets.UTF_8), STRICT, "AVIF", "heif-convert");
    }

    @Test
    void tooManyPixelsAreRefusedByTheHeaderAlone() {
        byte[] png = TestImages.pngOfSize(50_000, 50_000);

        assertThat(png.length).isLessThan(4096);
        assertRefused(png, STRICT, "50000 x 50000", "maxPixels=100000000");
        assertRefused(Arrays.copyOf(png, 40), STRICT, "50000 x 50000", "maxPixels=100000000");
    }

    @Test
    void theLimitItselfIsAllowed() {
        assertThat(decode(JPEG, InferenceOptions.DEFAULTS.with(MAX_PIXELS, 20_000L))).isEqualTo(new ImageSize(200, 100));
        assertRefused(JPEG, InferenceOptions.DEFAULTS.with(MAX_PIXELS, 19_999L), "200 x 100", "maxPixels=19999");
    }

    @Test
    void damagedImages() {
        byte[] png = TestImages.encode("png", 200, 100);
        png[png.length / 2] ^= 1;
        byte[] jpeg = JPEG.clone();
        Arrays.fill(jpeg, 30, 200, (byte) 7);

        assertThatThrownBy(() -> ImageDecoder.check("a.jpg", png, STRICT)).isInstanceOf(InvalidImageException.class)
                .hasMessageContaining("'a.jpg' is damaged");
        assertRefused(jpeg, STRICT, "'a.jpg'");
    }

    @Test
    void orientationIsAppliedUnlessDisabled() {
        byte[] turned = TestModels.bytes("t24_exif6.jpg");

        assertThat(decode(turned, STRICT)).isEqualTo(new ImageSize(820, 1248));
        assertThat(decode(turned, InferenceOptions.DEFAULTS.with(DISABLE_PREPROC_AUTO_ORIENT, true)))
                .isEqualTo(new ImageSize(1248, 820));
    }
}
