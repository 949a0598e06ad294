package io.github.camelroboflow.embedded.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.embedded.image.ImageDecoder.DecodedImage;
import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.PixelScale;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.ResizeMode;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.StaticCrop;
import io.github.camelroboflow.embedded.session.FloatTensor;
import io.github.camelroboflow.embedded.session.NativeLibraries;
import io.github.camelroboflow.embedded.session.TestTensors;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.pixels.PixelMemory;
import org.assertj.core.data.Offset;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ImagePreprocessorTest {

    private static final int SIDE = 8;
    private static final int BLUE = 51;
    private static final int GREEN = 102;
    private static final int RED = 204;

    private final FloatTensor tensor = TestTensors.allocate("images", 1, 3, SIDE, SIDE);
    private InputPlanes planes;

    @BeforeAll
    static void load() {
        NativeLibraries.load();
    }

    @AfterEach
    void free() {
        planes.close();
    }

    private Placement prepare(Preprocessing preprocessing, int width, int height) {
        return prepare(new ImagePreprocessor(preprocessing), width, height);
    }

    private Placement prepare(ImagePreprocessor preprocessor, int width, int height) {
        planes = planes == null ? new InputPlanes(tensor.values(), 3, new ImageSize(SIDE, SIDE)) : planes;
        try (PixelMemory memory = new PixelMemory(); PointerScope scope = new PointerScope()) {
            Mat image = new Mat(height, width, opencv_core.CV_8UC3, new Scalar(BLUE, GREEN, RED, 0));
            return preprocessor.prepare("a.jpg", new DecodedImage(image, 1), InferenceOptions.DEFAULTS, planes, memory);
        }
    }

    private static Preprocessing of(ResizeMode mode, int padding) {
        return new Preprocessing(StaticCrop.NONE, false, Contrast.NONE, mode, padding, false, PixelScale.UNIT);
    }

    private void assertPixel(int x, int y, double... channels) {
        for (int i = 0; i < 3; i++) {
            assertThat(tensor.values().get((i * SIDE + y) * SIDE + x)).as("channel %s of %s, %s", i, x, y)
                    .isCloseTo((float) channels[i], Offset.offset(1e-6f));
        }
    }

    @Test
    void redComesFirst() {
        prepare(of(ResizeMode.STRETCH, 0), 30, 20);

        assertPixel(0, 0, 0.8, 0.4, 0.2);
        assertPixel(7, 7, 0.8, 0.4, 0.2);
    }

    @Test
    void orBlueComesFirst() {
        prepare(new Preprocessing(StaticCrop.NONE, false, Contrast.NONE, ResizeMode.STRETCH, 0, true, PixelScale.UNIT), 30, 20);

        assertPixel(3, 3, 0.2, 0.4, 0.8);
    }

    @Test
    void letterboxPadsAroundTheImage() {
        prepare(of(ResizeMode.LETTERBOX, 255), 40, 20);

        assertPixel(0, 1, 1, 1, 1);
        assertPixel(0, 2, 0.8, 0.4, 0.2);
        assertPixel(7, 5, 0.8, 0.4, 0.2);
        assertPixel(7, 6, 1, 1, 1);
    }

    @Test
    void noPixelOfThePreviousImageIsLeft() {
        prepare(of(ResizeMode.LETTERBOX, 0), 20, 40);
        prepare(of(ResizeMode.LETTERBOX, 0), 40, 20);

        assertPixel(3, 0, 0, 0, 0);
        assertPixel(3, 7, 0, 0, 0);
        assertPixel(0, 3, 0.8, 0.4, 0.2);
    }

    @Test
    void centerCropCutsOneSideAndPadsTheOther() {
        Placement placement = prepare(of(ResizeMode.CENTER_CROP, 51), 100, 4);

        assertThat(placement.padLeft()).isEqualTo(-46);
        assertPixel(0, 1, 0.2, 0.2, 0.2);
        assertPixel(0, 2, 0.8, 0.4, 0.2);
        assertPixel(7, 5, 0.8, 0.4, 0.2);
        assertPixel(7, 6, 0.2, 0.2, 0.2);
    }

    @Test
    void coverShowsTheMiddleAlone() {
        Placement placement = prepare(of(ResizeMode.COVER, 0), 100, 20);

        assertThat(placement.crop()).isEqualTo(new Region(40, 0, 20, 20));
        assertPixel(0, 0, 0.8, 0.4, 0.2);
        assertPixel(7, 7, 0.8, 0.4, 0.2);
    }

    @Test
    void coverOfAVeryLongImageTakesNoMoreMemoryThanItsMiddle() {
        prepare(of(ResizeMode.COVER, 0), 60_000, 1);

        assertPixel(0, 0, 0.8, 0.4, 0.2);
        assertPixel(7, 7, 0.8, 0.4, 0.2);
    }

    @Test
    void theMiddleIsScaledWithoutAntialiasing() {
        Placement placement = prepare(of(ResizeMode.MIDDLE, 0), 20, 101);

        assertThat(placement.crop()).isEqualTo(new Region(0, 40, 20, 20));
        assertPixel(0, 0, 0.8, 0.4, 0.2);
    }

    @Test
    void aNetOfOneChannelGetsGray() {
        planes = new InputPlanes(tensor.values(), 1, new ImageSize(SIDE, SIDE));
        prepare(of(ResizeMode.STRETCH, 0), 20, 20);

        float gray = Math.round(0.299f * RED + 0.587f * GREEN + 0.114f * BLUE) / 255f;
        assertThat(tensor.values().get(0)).isCloseTo(gray, within(1e-6f));
        assertThat(tensor.values().get(SIDE * SIDE - 1)).isCloseTo(gray, within(1e-6f));
        assertThat(tensor.values().get(SIDE * SIDE)).isZero();
    }

    @Test
    void paddingIsNormalizedLikePixels() {
        PixelScale scale = PixelScale.of(255, new double[] {0.5, 0.5, 0.5}, new double[] {0.5, 0.25, 1});
        prepare(new Preprocessing(StaticCrop.NONE, false, Contrast.NONE, ResizeMode.LETTERBOX, 255, false, scale), 40, 20);

        assertPixel(0, 0, 1, 2, 0.5);
        assertPixel(0, 4, 0.6, -0.4, -0.3);
    }

    @Test
    void theLetterboxOfTheDatasetComesBeforeTheAntialiasedStretch() {
        Placement placement = prepare(ImagePreprocessor.antialiased(of(ResizeMode.LETTERBOX, 255), new ImageSize(16, 16)), 40, 20);

        assertThat(placement.input()).isEqualTo(new ImageSize(16, 16));
        assertThat(placement.padTop()).isEqualTo(4);
        assertPixel(0, 0, 1, 1, 1);
        // an eighth of it comes from the row below the edge
        double red = Math.rint((255 * 7 + RED) / 8.0) / 255;
        double green = Math.rint((255 * 7 + GREEN) / 8.0) / 255;
        double blue = Math.rint((255 * 7 + BLUE) / 8.0) / 255;
        assertPixel(3, 1, red, green, blue);
        assertPixel(4, 4, 0.8, 0.4, 0.2);
        assertPixel(7, 7, 1, 1, 1);
    }

    @Test
    void aStretchOfTheDatasetIsSkipped() {
        Placement placement = prepare(ImagePreprocessor.antialiased(of(ResizeMode.STRETCH, 255), new ImageSize(16, 16)), 40, 20);

        assertThat(placement.input()).isEqualTo(new ImageSize(SIDE, SIDE));
        assertPixel(0, 0, 0.8, 0.4, 0.2);
        assertPixel(7, 7, 0.8, 0.4, 0.2);
    }

    @Test
    void grayscaleHasThreeEqualChannels() {
        prepare(new Preprocessing(StaticCrop.NONE, true, Contrast.NONE, ResizeMode.STRETCH, 0, false, PixelScale.UNIT), 30, 20);
        double gray = Math.rint(0.299 * RED + 0.587 * GREEN + 0.114 * BLUE) / 255;

        assertPixel(4, 4, gray, gray, gray);
    }

    @Test
    void anEmptyStaticCropIsRefused() {
        Preprocessing sliver = new Preprocessing(new StaticCrop(40, 45, 0, 100), false, Contrast.NONE, ResizeMode.STRETCH, 0, false,
                PixelScale.UNIT);

        assertThatThrownBy(() -> prepare(sliver, 3, 3)).isInstanceOf(InvalidImageException.class)
                .hasMessageContaining("'a.jpg' of 3 x 3 pixels");
    }
}
