package io.github.camelroboflow.embedded.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.embedded.session.NativeLibraries;
import io.github.camelroboflow.inference.geometry.ImageSize;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AntialiasedResizeTest {

    @BeforeAll
    static void load() {
        NativeLibraries.load();
    }

    private static byte[] bytes(String numbers) {
        String[] parts = numbers.split(" ");
        byte[] bytes = new byte[3 * parts.length];
        for (int i = 0; i < bytes.length; i++) {
            // the channels differ, so that a mix-up is noticed
            bytes[i] = (byte) Math.max(0, Integer.parseInt(parts[i / 3]) - i % 3);
        }
        return bytes;
    }

    /** The weights are computed by hand: a triangle of the old pixels' width, around the new pixel's centre. */
    @ParameterizedTest
    @CsvSource({"10 200, 105", "10 10 200 200, 37 173", "11 20 30 40 50 60 70 80 93, 23 50 78", "10 201, 10 58 153 201",
        "7, 7 7 7", "40 50 60, 40 50 60"})
    void rowsAndColumnsAreWeightedAlike(String before, String after) {
        byte[] source = bytes(before);
        byte[] expected = bytes(after);
        try (PointerScope scope = new PointerScope()) {
            Mat row = AntialiasedResize.apply(new Mat(1, source.length / 3, opencv_core.CV_8UC3, new BytePointer(source)),
                    new ImageSize(expected.length / 3, 1));
            Mat column = AntialiasedResize.apply(new Mat(source.length / 3, 1, opencv_core.CV_8UC3, new BytePointer(source)),
                    new ImageSize(1, expected.length / 3));

            assertThat(read(row, expected.length)).isEqualTo(expected);
            assertThat(read(column, expected.length)).isEqualTo(expected);
        }
    }

    private static byte[] read(Mat image, int length) {
        byte[] bytes = new byte[length];
        image.data().get(bytes);
        return bytes;
    }
}
