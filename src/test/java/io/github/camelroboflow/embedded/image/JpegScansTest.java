package io.github.camelroboflow.embedded.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.camelroboflow.embedded.TestImages;
import io.github.camelroboflow.embedded.TestModels;
import io.github.camelroboflow.embedded.image.ImageHeader.State;
import io.github.camelroboflow.embedded.session.NativeLibraries;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Damaged JPEGs, and undamaged ones of writers that add data of their own. */
class JpegScansTest {

    private static final int PAGE = 4096;
    private static final byte[] END = {(byte) 0xff, (byte) 0xd9};

    @BeforeAll
    static void load() {
        NativeLibraries.load();
    }

    /** @param parameters pairs of a parameter of OpenCV's encoder and its value */
    private static byte[] encoded(int color, int... parameters) {
        NativeLibraries.load();
        try (PointerScope scope = new PointerScope()) {
            Mat image = opencv_imgcodecs.imdecode(new Mat(new BytePointer(TestModels.bytes("t00_plain.jpg")), false), color);
            BytePointer out = new BytePointer();
            opencv_imgcodecs.imencode(".jpg", image, out, new IntPointer(parameters));
            byte[] bytes = new byte[(int) out.limit()];
            out.get(bytes);
            return bytes;
        }
    }

    static Stream<Arguments> kinds() {
        int color = opencv_imgcodecs.IMREAD_COLOR;
        int gray = opencv_imgcodecs.IMREAD_GRAYSCALE;
        int quality = opencv_imgcodecs.IMWRITE_JPEG_QUALITY;
        int progressive = opencv_imgcodecs.IMWRITE_JPEG_PROGRESSIVE;
        int optimized = opencv_imgcodecs.IMWRITE_JPEG_OPTIMIZE;
        int restart = opencv_imgcodecs.IMWRITE_JPEG_RST_INTERVAL;
        int sampling = opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR;
        return Stream.of(arguments("4:2:0", encoded(color, quality, 90)),
                arguments("4:4:4", encoded(color, sampling, 0x111111)),
                arguments("4:2:2, optimized", encoded(color, sampling, 0x211111, optimized, 1)),
                arguments("low quality", encoded(color, quality, 50)),
                arguments("gray", encoded(gray, quality, 95)),
                arguments("restart intervals", encoded(color, restart, 16)),
                arguments("long restart intervals", encoded(color, restart, 1000)),
                arguments("progressive", encoded(color, progressive, 1)),
                arguments("progressive 4:4:4", encoded(color, progressive, 1, sampling, 0x111111)),
                arguments("progressive gray", encoded(gray, progressive, 1)),
                arguments("progressive with restart intervals", encoded(color, progressive, 1, restart, 16)),
                arguments("progressive of another encoder", TestModels.bytes("t44_progressive.jpg")),
                arguments("CMYK", TestModels.bytes("t47_cmyk.jpg")));
    }

    /** OpenCV makes pictures of all of these, and prints warnings to the terminal. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void dataThatIsBrokenInTheMiddleIsFound(String kind, byte[] jpeg) {
        assertThat(JpegScans.state(jpeg)).isEqualTo(State.WHOLE);
        for (int tenth = 3; tenth < 9; tenth++) {
            int at = jpeg.length * tenth / 10;
            for (String damage : List.of("zeros", "noise", "letters", "lost")) {
                assertThat(JpegScans.state(damaged(jpeg, at, damage))).as("%s at %d of %d", damage, at, jpeg.length)
                        .isEqualTo(State.DAMAGED);
            }
        }
    }

    private static byte[] damaged(byte[] jpeg, int at, String damage) {
        byte[] damaged = jpeg.clone();
        byte[] page = new byte[Math.min(PAGE, jpeg.length - at - 100)];
        if (damage.equals("lost")) {
            System.arraycopy(jpeg, at + page.length, damaged, at, jpeg.length - at - page.length);
            return Arrays.copyOf(damaged, jpeg.length - page.length);
        }
        if (!damage.equals("zeros")) {
            new Random(at).nextBytes(page);
        }
        if (damage.equals("letters")) {
            for (int i = 0; i < page.length; i++) {
                page[i] = (byte) ('a' + (page[i] & 15));
            }
        }
        System.arraycopy(page, 0, damaged, at, page.length);
        return damaged;
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(out::writeBytes);
        return out.toByteArray();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void oddWritersAreNotRefused(String kind, byte[] jpeg) {
        byte[] body = Arrays.copyOf(jpeg, jpeg.length - 2);
        byte[] start = Arrays.copyOf(jpeg, 2);
        byte[] rest = Arrays.copyOfRange(jpeg, 2, jpeg.length);
        byte[] fill = new byte[300];
        Arrays.fill(fill, (byte) 0xff);
        byte[] comment = {(byte) 0xff, (byte) 0xfe, 0, 6, 'a', (byte) 0xff, (byte) 0xd9, 'b'};
        byte[] multiPicture = {(byte) 0xff, (byte) 0xe2, 0, 8, 'M', 'P', 'F', 0, 1, 2};

        assertWhole("without its end marker", body);
        assertWhole("with half of its end marker", joined(body, new byte[] {(byte) 0xff}));
        assertWhole("with bytes after it", joined(jpeg, new byte[5000]));
        assertWhole("with a second image after it", joined(start, multiPicture, rest, TestImages.encode("jpeg", 40, 30)));
        assertWhole("with fill bytes", joined(body, fill, END));
        assertWhole("with fill bytes before a segment", joined(start, fill, rest));
        assertWhole("with zeros before its end marker", joined(body, new byte[300], END));
        assertWhole("with some bytes before its end marker", joined(body, new byte[] {1, 2, 3, 4}, END));
        assertWhole("with a restart marker at its end", joined(body, new byte[] {(byte) 0xff, (byte) 0xd3}, END));
        assertWhole("with comments", joined(start, comment, Arrays.copyOfRange(body, 2, body.length), comment, END));
        assertWhole("with a thumbnail", TestImages.withThumbnail(jpeg, TestImages.encode("jpeg", 16, 16)));
    }

    private static void assertWhole(String writer, byte[] jpeg) {
        assertThat(JpegScans.state(jpeg)).as(writer).isEqualTo(State.WHOLE);
    }

    /** Films leave out the tables of the standard. */
    @Test
    void standardTablesMayBeLeftOut() {
        byte[] jpeg = TestImages.encode("jpeg", 200, 100);
        ByteArrayOutputStream film = new ByteArrayOutputStream();
        film.write(jpeg, 0, 2);
        int position = 2;
        while (jpeg[position + 1] != (byte) 0xda) {
            int length = 2 + ((jpeg[position + 2] & 0xff) << 8 | jpeg[position + 3] & 0xff);
            if (jpeg[position + 1] != (byte) 0xc4) {
                film.write(jpeg, position, length);
            }
            position += length;
        }
        film.write(jpeg, position, jpeg.length - position);

        assertWhole("of a film", film.toByteArray());
    }

    @Test
    void theImagesOfTheRepositoryAreWhole() throws IOException {
        for (Path folder : List.of(Path.of("config/samples"), TestModels.GOLDEN.resolve("images"))) {
            try (Stream<Path> images = Files.list(folder)) {
                List<Path> jpegs = images.filter(image -> image.toString().endsWith(".jpg")).toList();
                assertThat(jpegs).hasSizeGreaterThan(10);
                for (Path jpeg : jpegs) {
                    assertWhole(jpeg.toString(), Files.readAllBytes(jpeg));
                }
            }
        }
    }

    /** A file that ends within a scan is cut off, not damaged. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void aJpegThatEndsWithinAScanIsTruncated(String kind, byte[] jpeg) {
        for (int length = 100; length < jpeg.length - 10; length += 1 + jpeg.length / 50) {
            assertThat(JpegScans.state(Arrays.copyOf(jpeg, length))).as("of %d bytes", length).isEqualTo(State.TRUNCATED);
        }
    }

    @Test
    void randomChangesNeverFailOtherwise() {
        byte[] baseline = encoded(opencv_imgcodecs.IMREAD_COLOR, opencv_imgcodecs.IMWRITE_JPEG_QUALITY, 30);
        byte[] progressive = TestImages.progressiveJpeg(120, 90);
        Random random = new Random(1);
        for (int i = 0; i < 3000; i++) {
            byte[] jpeg = (i % 2 == 0 ? baseline : progressive).clone();
            for (int j = 0; j < 1 + i % 5; j++) {
                jpeg[random.nextInt(Math.min(jpeg.length, i % 3 == 0 ? 700 : jpeg.length))] = (byte) random.nextInt(256);
            }
            assertThat(JpegScans.state(jpeg)).isNotNull();
        }
    }
}
