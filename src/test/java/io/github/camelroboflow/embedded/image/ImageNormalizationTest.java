package io.github.camelroboflow.embedded.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.camelroboflow.embedded.TestImages;
import io.github.camelroboflow.embedded.session.NativeLibraries;
import io.github.camelroboflow.inference.InferenceOption;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.support.ImageNormalizer;
import io.github.camelroboflow.pixels.PixelMemory;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Images that OpenCV reads otherwise than their writers meant: orientations, animated PNGs, TIFFs of other depths. */
class ImageNormalizationTest {

    private static final int BYTE = 1;
    private static final int ASCII = 2;
    private static final int SHORT = 3;
    private static final int LONG = 4;
    private static final int SIGNED_LONG = 9;
    private static final InferenceOptions AS_STORED =
            InferenceOptions.DEFAULTS.with(InferenceOption.DISABLE_PREPROC_AUTO_ORIENT, true);

    @BeforeAll
    static void load() {
        NativeLibraries.load();
    }

    /** Returns the blue of the upper left and the lower right pixel, and the size. */
    private static List<Integer> decoded(byte[] image, InferenceOptions options) {
        try (PixelMemory memory = new PixelMemory(); PointerScope scope = new PointerScope()) {
            Mat pixels = ImageDecoder.decode(ImageDecoder.check("a", image, options), options, size -> 1, memory).pixels();
            byte[] bytes = PixelBytes.bytes(pixels);
            return List.of(bytes[0] & 0xff, bytes[bytes.length - 3] & 0xff, pixels.cols(), pixels.rows());
        }
    }

    private static byte[] exif(ByteOrder order, int type, int orientation) {
        ByteBuffer exif = ByteBuffer.allocate(26).order(order);
        exif.put((order == ByteOrder.LITTLE_ENDIAN ? "II" : "MM").getBytes(StandardCharsets.US_ASCII));
        exif.putShort((short) 42).putInt(8);
        exif.putShort((short) 1).putShort((short) 0x112).putShort((short) type).putInt(1);
        switch (type) {
            case BYTE -> exif.put((byte) orientation);
            case ASCII -> exif.put((byte) ('0' + orientation));
            case SHORT -> exif.putShort((short) orientation);
            default -> exif.putInt(orientation);
        }
        return exif.array();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(out::writeBytes);
        return out.toByteArray();
    }

    private static byte[] segment(String name, byte[] content) {
        byte[] nameBytes = name.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(4 + nameBytes.length + content.length).putShort((short) 0xffe1)
                .putShort((short) (2 + nameBytes.length + content.length)).put(nameBytes).put(content).array();
    }

    /** @param before bytes between the start of the JPEG and its EXIF segment */
    private static byte[] jpeg(byte[] exif, byte[]... before) {
        byte[] jpeg = Quadrants.jpeg(1, 1);
        return joined(Arrays.copyOf(jpeg, 2), joined(before), segment("Exif\0\0", exif), Arrays.copyOfRange(jpeg, 2, jpeg.length));
    }

    private static byte[] chunk(String type, byte[] data) {
        byte[] typed = joined(type.getBytes(StandardCharsets.US_ASCII), data);
        CRC32 checksum = new CRC32();
        checksum.update(typed);
        return ByteBuffer.allocate(8 + typed.length).putInt(data.length).put(typed).putInt((int) checksum.getValue()).array();
    }

    /** Inserts chunks behind the first one. */
    private static byte[] png(byte[]... chunks) {
        byte[] png = Quadrants.png(8, 3);
        return joined(Arrays.copyOf(png, 33), joined(chunks), Arrays.copyOfRange(png, 33, png.length));
    }

    private static byte[] webp(byte[] exif) {
        byte[] stored = Arrays.copyOfRange(Quadrants.WEBP_LOSSLESS, 12, Quadrants.WEBP_LOSSLESS.length);
        ByteBuffer out = ByteBuffer.allocate(38 + stored.length + exif.length).order(ByteOrder.LITTLE_ENDIAN);
        out.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(30 + stored.length + exif.length);
        out.put("WEBPVP8X".getBytes(StandardCharsets.US_ASCII)).putInt(10).putInt(8).put(new byte[] {31, 0, 0, 31, 0, 0});
        return out.put(stored).put("EXIF".getBytes(StandardCharsets.US_ASCII)).putInt(exif.length).put(exif).array();
    }

    static Stream<Arguments> orientations() {
        List<Arguments> orientations = new ArrayList<>();
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            for (int type : new int[] {BYTE, ASCII, SHORT, LONG, SIGNED_LONG}) {
                byte[] exif = exif(order, type, 6);
                orientations.add(arguments("JPEG", order, type, jpeg(exif)));
                orientations.add(arguments("JPEG with XMP", order, type,
                        jpeg(exif, segment("http://ns.adobe.com/xap/1.0/\0", "<x:xmpmeta/>".getBytes(StandardCharsets.US_ASCII)))));
                orientations.add(arguments("PNG", order, type, png(chunk("eXIf", exif))));
                orientations.add(arguments("WebP", order, type, webp(exif)));
                orientations.add(arguments("WebP, named", order, type,
                        webp(joined("Exif\0\0".getBytes(StandardCharsets.US_ASCII), exif))));
            }
        }
        return orientations.stream();
    }

    /** Orientation 6 is turned to the right: blue, which is stored in the lower left, is in the upper left. */
    @ParameterizedTest(name = "{0}, {1}, type {2}")
    @MethodSource("orientations")
    void anOrientationCountsWhateverItsType(String format, ByteOrder order, int type, byte[] image) {
        List<Integer> upright = decoded(image, InferenceOptions.DEFAULTS);
        List<Integer> stored = decoded(image, AS_STORED);

        assertThat(upright.get(2)).isEqualTo(stored.get(3));
        assertThat(upright.get(0)).as("blue above").isCloseTo(255, within(12));
        assertThat(upright.get(1)).as("blue below").isCloseTo(0, within(12));
        assertThat(stored.get(0)).isCloseTo(0, within(12));
    }

    @Test
    void anAnimatedPngIsItsDefaultImage() {
        byte[] control = ByteBuffer.allocate(26).putInt(0).putInt(Quadrants.WIDTH).putInt(Quadrants.HEIGHT).array();
        byte[] plain = Quadrants.png(8, 3);
        ByteArrayOutputStream animated = new ByteArrayOutputStream();
        animated.writeBytes(Arrays.copyOf(plain, plain.length - 12));
        animated.writeBytes(chunk("fcTL", control));
        animated.writeBytes(chunk("fdAT", new byte[40]));
        animated.write(plain, plain.length - 12, 12);
        byte[] image = animated.toByteArray();
        byte[] hidden = joined(Arrays.copyOf(image, 33), chunk("acTL", ByteBuffer.allocate(8).putInt(1).array()),
                Arrays.copyOfRange(image, 33, image.length));

        assertThat(ImageNormalizer.normalize(hidden)).isEqualTo(plain);
        assertThat(decoded(hidden, InferenceOptions.DEFAULTS)).isEqualTo(decoded(plain, InferenceOptions.DEFAULTS));
    }

    @Test
    void usualImagesStayAsTheyAre() {
        for (byte[] image : List.of(TestImages.encode("jpeg", 20, 10), Quadrants.png(8, 3), Quadrants.WEBP_LOSSY,
                Quadrants.encoded(Quadrants.picture(BufferedImage.TYPE_3BYTE_BGR), "tiff", "LZW", false),
                jpeg(exif(ByteOrder.BIG_ENDIAN, SHORT, 6)), new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xd9})) {
            assertThat(ImageNormalizer.normalize(image)).isSameAs(image);
        }
    }

    /**
     * Returns a TIFF of one row of gray samples.
     *
     * @param format 1 for unsigned integers, 2 for signed ones, 3 for floats
     */
    private static byte[] tiff(int bits, int format, int photometric, byte[] row, int width) {
        int[][] entries = {{256, width}, {257, 1}, {258, bits}, {259, 1}, {262, photometric}, {273, 8}, {277, 1}, {278, 1},
            {279, row.length}, {339, format}};
        int directory = 8 + row.length + row.length % 2;
        ByteBuffer tiff = ByteBuffer.allocate(directory + 6 + 12 * entries.length);
        tiff.putInt(0x4D4D002A).putInt(directory).put(row).position(directory);
        tiff.putShort((short) entries.length);
        for (int[] entry : entries) {
            tiff.putShort((short) entry[0]).putShort((short) SHORT).putInt(1).putShort((short) entry[1]).putShort((short) 0);
        }
        return tiff.array();
    }

    private static byte[] row(int bits, long... samples) {
        StringBuilder digits = new StringBuilder();
        for (long sample : samples) {
            IntStream.rangeClosed(1, bits).forEach(i -> digits.append(sample >>> bits - i & 1));
        }
        digits.append("0".repeat((8 - digits.length() % 8) % 8));
        byte[] row = new byte[digits.length() / 8];
        for (int i = 0; i < row.length; i++) {
            row[i] = (byte) Integer.parseInt(digits.substring(8 * i, 8 * i + 8), 2);
        }
        return row;
    }

    private static byte[] floats(double... samples) {
        return row(32, Arrays.stream(samples).mapToLong(sample -> Float.floatToIntBits((float) sample)).toArray());
    }

    private static byte[] doubles(double... samples) {
        return row(64, Arrays.stream(samples).mapToLong(Double::doubleToLongBits).toArray());
    }

    static Stream<Arguments> depths() {
        return Stream.of(arguments("4 bits", tiff(4, 1, 1, row(4, 0, 5, 10, 15), 4), List.of(0, 85, 170, 255)),
                arguments("12 bits", tiff(12, 1, 1, row(12, 0, 1365, 2730, 4095), 4), List.of(0, 85, 170, 255)),
                arguments("12 bits, white is 0", tiff(12, 1, 0, row(12, 0, 1365, 2730, 4095), 4), List.of(255, 170, 85, 0)),
                arguments("16 bits", tiff(16, 1, 1, row(16, 0, 21845, 43690, 65535), 4), List.of(0, 85, 170, 255)),
                arguments("32 bits", tiff(32, 1, 1, row(32, 0, 0x55555555L, 0xAAAAAAAAL, 0xFFFFFFFFL), 4),
                        List.of(0, 85, 170, 255)),
                arguments("8 bits, signed", tiff(8, 2, 1, row(8, -128, -43, 42, 127), 4), List.of(0, 85, 170, 255)),
                arguments("16 bits, signed", tiff(16, 2, 1, row(16, -32768, -10923, 10922, 32767), 4), List.of(0, 85, 170, 255)),
                arguments("32 bits, signed", tiff(32, 2, 1, row(32, Integer.MIN_VALUE, 0, 0, Integer.MAX_VALUE), 4),
                        List.of(0, 128, 128, 255)),
                arguments("floats from 0 to 1", tiff(32, 3, 1, floats(0.2, 0.4, Double.NaN, 0.8), 4), List.of(51, 102, 0, 204)),
                arguments("floats from 0 to 255", tiff(32, 3, 1, floats(3, 20, 100, 200), 4), List.of(3, 20, 100, 200)),
                arguments("floats of another range", tiff(32, 3, 1, floats(-10, 0, 10, Double.POSITIVE_INFINITY), 4),
                        List.of(0, 128, 255, 255)),
                arguments("floats of 16 bits", tiff(16, 3, 1, row(16, 0, 0x3555, 0x3955, 0x3C00), 4), List.of(0, 85, 170, 255)),
                arguments("floats of 64 bits", tiff(64, 3, 1, doubles(0, 0.2, 0.6, 1), 4), List.of(0, 51, 153, 255)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("depths")
    void tiffsAreScaledByTheirRange(String depth, byte[] tiff, List<Integer> expected) {
        try (PixelMemory memory = new PixelMemory(); PointerScope scope = new PointerScope()) {
            byte[] pixels = PixelBytes.bytes(ImageDecoder.decode(ImageDecoder.check("a", tiff, InferenceOptions.DEFAULTS),
                    InferenceOptions.DEFAULTS, size -> 1, memory).pixels());

            assertThat(IntStream.range(0, 4).mapToObj(i -> pixels[3 * i] & 0xff)).isEqualTo(expected);
        }
    }

    @Test
    void otherDepthsAreNamed() {
        byte[] tiff = tiff(64, 1, 1, row(64, 0, 1, 2, 3), 4);

        assertThatThrownBy(() -> decoded(tiff, InferenceOptions.DEFAULTS)).isInstanceOf(InvalidImageException.class)
                .hasMessageContainingAll("'a' is a TIFF of 64-bit integers", "save it with 8 bits per sample");
    }
}
