package io.github.camelroboflow.embedded.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.camelroboflow.embedded.image.PixelBytes;
import io.github.camelroboflow.embedded.preprocessing.Contrast.ContrastStretching;
import io.github.camelroboflow.embedded.session.NativeLibraries;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The expected numbers are those of scikit-image 0.26 for the same images. */
class ContrastTest {

    private static final int WIDTH = 24;
    private static final int HEIGHT = 17;

    private interface Picture {

        int value(int x, int y, int channel);
    }

    private static final Picture BUSY = (x, y, channel) -> (37 * x + 91 * y + 53 * channel + x * y) % 200 + 20;
    private static final Picture SMOOTH = (x, y, channel) -> 40 + 3 * x + 4 * y + 10 * channel;

    @BeforeAll
    static void load() {
        NativeLibraries.load();
    }

    private static byte[] apply(Contrast contrast, Picture picture, int width, int height) {
        byte[] bytes = new byte[width * height * 3];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) picture.value(i / 3 % width, i / 3 / width, i % 3);
        }
        try (PointerScope scope = new PointerScope()) {
            return apply(contrast, new Mat(height, width, opencv_core.CV_8UC3, new BytePointer(bytes)));
        }
    }

    private static byte[] apply(Contrast contrast, Mat image) {
        Mat target = new Mat(image.rows(), image.cols(), opencv_core.CV_8UC3);
        long address = target.data().address();
        contrast.apply(image, target);

        assertThat(target.data().address()).as("the result is where it was wanted").isEqualTo(address);
        return PixelBytes.bytes(target);
    }

    private static int[] pixel(byte[] bytes, int x, int y) {
        return IntStream.range(0, 3).map(channel -> bytes[3 * (y * WIDTH + x) + channel] & 0xff).toArray();
    }

    private static long sum(byte[] bytes) {
        return IntStream.range(0, bytes.length).mapToLong(i -> bytes[i] & 0xff).sum();
    }

    @Test
    void contrastStretchingSpreadsThePercentiles() {
        long[] histogram = new long[256];
        histogram[50] = 500;
        histogram[100] = 500;
        byte[] table = ContrastStretching.table(histogram);

        assertThat(table[0]).isZero();
        assertThat(table[50]).isZero();
        assertThat(table[75] & 0xff).isEqualTo(127);
        assertThat(table[100] & 0xff).isEqualTo(255);
        assertThat(table[255] & 0xff).isEqualTo(255);
    }

    @Test
    void contrastStretchingOfOneColour() {
        long[] histogram = new long[256];
        histogram[90] = 10;

        assertThat(ContrastStretching.table(histogram)[90]).isEqualTo((byte) 90);
    }

    @Test
    void histogramEqualization() {
        byte[] busy = apply(Contrast.HISTOGRAM_EQUALIZATION, BUSY, WIDTH, HEIGHT);
        byte[] smooth = apply(Contrast.HISTOGRAM_EQUALIZATION, SMOOTH, WIDTH, HEIGHT);

        assertThat(pixel(busy, 0, 0)).containsExactly(0, 67, 134);
        assertThat(pixel(busy, 20, 9)).containsExactly(179, 246, 58);
        assertThat(sum(busy)).isEqualTo(156_270);
        assertThat(pixel(smooth, 7, 5)).containsExactly(33, 53, 79);
        assertThat(pixel(smooth, 23, 16)).containsExactly(248, 253, 255);
        assertThat(sum(smooth)).isEqualTo(156_498);
    }

    @Test
    void adaptiveEqualization() {
        byte[] busy = apply(Contrast.ADAPTIVE_EQUALIZATION, BUSY, WIDTH, HEIGHT);
        byte[] smooth = apply(Contrast.ADAPTIVE_EQUALIZATION, SMOOTH, WIDTH, HEIGHT);

        assertThat(pixel(busy, 7, 5)).containsExactly(80, 10, 35);
        assertThat(pixel(busy, 23, 16)).containsExactly(99, 155, 211);
        assertThat((double) sum(busy)).isCloseTo(112_335, Offset.offset(20.0));
        assertThat(pixel(smooth, 0, 0)).containsExactly(0, 0, 0);
        assertThat(pixel(smooth, 7, 5)).containsExactly(177, 199, 220);
        assertThat((double) sum(smooth)).isCloseTo(227_289, Offset.offset(20.0));
    }

    @ParameterizedTest
    @EnumSource
    void imagesOfAnySize(Contrast contrast) {
        for (int side = 1; side <= 20; side++) {
            assertThat(apply(contrast, BUSY, side, 1)).hasSize(3 * side);
            assertThat(apply(contrast, BUSY, 3, side)).hasSize(9 * side);
        }
    }

    @ParameterizedTest
    @EnumSource
    void imagesOfOneColour(Contrast contrast) {
        byte[] gray = apply(contrast, (x, y, channel) -> 90, WIDTH, HEIGHT);

        assertThat(gray).containsOnly(gray[0]);
    }

    @Test
    void aPartOfAnImageIsEqualizedOnItsOwn() {
        byte[] bytes = new byte[WIDTH * HEIGHT * 3];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (7 * i);
        }
        try (PointerScope scope = new PointerScope()) {
            Mat part = new Mat(HEIGHT, WIDTH, opencv_core.CV_8UC3, new BytePointer(bytes)).apply(new Rect(3, 4, 20, 11));
            for (Contrast contrast : Contrast.values()) {
                assertThat(apply(contrast, part)).as(contrast.name()).isEqualTo(apply(contrast, part.clone()));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"Contrast Stretching, STRETCHING", "Histogram Equalization, HISTOGRAM_EQUALIZATION",
        "adaptive equalization, ADAPTIVE_EQUALIZATION"})
    void namesOfThePlatform(String name, Contrast contrast) {
        assertThat(Contrast.of(name)).isEqualTo(contrast);
    }

    @Test
    void unknownContrastsAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Contrast.of("Solarize"))
                .withMessageContaining("'Solarize'").withMessageContaining("Histogram Equalization");
    }
}
