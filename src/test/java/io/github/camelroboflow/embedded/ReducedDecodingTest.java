package io.github.camelroboflow.embedded;

import static io.github.camelroboflow.inference.InferenceOption.DISABLE_PREPROC_CONTRAST;
import static io.github.camelroboflow.inference.InferenceOption.DISABLE_PREPROC_STATIC_CROP;
import static io.github.camelroboflow.inference.InferenceOption.REDUCED_DECODING;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.embedded.image.ImageDecoder;
import io.github.camelroboflow.embedded.image.ImageDecoder.DecodedImage;
import io.github.camelroboflow.embedded.preprocessing.Contrast;
import io.github.camelroboflow.embedded.preprocessing.ImagePreprocessor;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.PixelScale;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.ResizeMode;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.StaticCrop;
import io.github.camelroboflow.embedded.session.NativeLibraries;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.pixels.PixelMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReducedDecodingTest {

    private static final InferenceOptions WHOLE = InferenceOptions.DEFAULTS;
    private static final InferenceOptions REDUCED = InferenceOptions.DEFAULTS.with(REDUCED_DECODING, true);
    private static final Path SAMPLES = Path.of("config/samples");
    private static final double CERTAIN = 0.8;
    private static final ImageSize INPUT = new ImageSize(320, 320);

    @BeforeAll
    static void load() {
        NativeLibraries.load();
    }

    private static Preprocessing preprocessing(StaticCrop crop, Contrast contrast, ResizeMode mode) {
        return new Preprocessing(crop, false, contrast, mode, 0, false, PixelScale.UNIT);
    }

    private static Preprocessing resizedBy(ResizeMode mode) {
        return preprocessing(StaticCrop.NONE, Contrast.NONE, mode);
    }

    private static int reduction(Preprocessing preprocessing, InferenceOptions options, int width, int height) {
        return new ImagePreprocessor(preprocessing).reduction(new ImageSize(width, height), options, INPUT);
    }

    @ParameterizedTest
    @CsvSource({"640, 640, 1", "1272, 1272, 1", "1280, 1280, 2", "1280, 960, 2", "960, 1280, 2", "2560, 1920, 4", "4000, 3000, 4",
        "5120, 4000, 8", "20000, 16000, 8"})
    void reductionLeavesTwiceThePixelsOfTheInput(int width, int height, int reduction) {
        assertThat(reduction(resizedBy(ResizeMode.LETTERBOX), REDUCED, width, height)).isEqualTo(reduction);
    }

    @ParameterizedTest
    @CsvSource({"2560, 1922, 2", "2561, 1920, 1", "2560, 1921, 1", "5124, 4000, 4"})
    void aSideThatIsNotDivisibleIsNotReduced(int width, int height, int reduction) {
        assertThat(reduction(resizedBy(ResizeMode.LETTERBOX), REDUCED, width, height)).isEqualTo(reduction);
    }

    @Test
    void aStretchedImageKeepsEnoughOfItsShorterSide() {
        assertThat(reduction(resizedBy(ResizeMode.STRETCH), REDUCED, 8000, 640)).isEqualTo(1);
        assertThat(reduction(resizedBy(ResizeMode.STRETCH), REDUCED, 8000, 1280)).isEqualTo(2);
    }

    @Test
    void stepsThatCountPixelsPreventReductionUnlessTheyAreDisabled() {
        Preprocessing cropped = preprocessing(new StaticCrop(25, 75, 0, 100), Contrast.NONE, ResizeMode.LETTERBOX);
        Preprocessing stretched = preprocessing(StaticCrop.NONE, Contrast.ADAPTIVE_EQUALIZATION, ResizeMode.LETTERBOX);

        assertThat(reduction(cropped, REDUCED, 4000, 3000)).isEqualTo(1);
        assertThat(reduction(stretched, REDUCED, 4000, 3000)).isEqualTo(1);
        assertThat(reduction(resizedBy(ResizeMode.CENTER_CROP), REDUCED, 4000, 3000)).isEqualTo(1);
        assertThat(reduction(resizedBy(ResizeMode.COVER), REDUCED, 4000, 3000)).isEqualTo(1);
        assertThat(reduction(cropped, InferenceOptions.DEFAULTS.with(DISABLE_PREPROC_STATIC_CROP, true), 4000, 3000)).isEqualTo(4);
        assertThat(reduction(stretched, InferenceOptions.DEFAULTS.with(DISABLE_PREPROC_CONTRAST, true), 4000, 3000)).isEqualTo(4);
    }

    private static DecodedImage decode(byte[] bytes, InferenceOptions options) {
        return ImageDecoder.decode(ImageDecoder.check("a.jpg", bytes, options), options, size -> 2, new PixelMemory());
    }

    @Test
    void onlyJpegsAreReducedAndOnlyIfRequested() {
        try (PointerScope scope = new PointerScope()) {
            assertThat(decode(TestImages.encode("jpeg", 200, 100), REDUCED)).satisfies(image -> {
                assertThat(image.pixels().cols()).isEqualTo(100);
                assertThat(image.size()).isEqualTo(new ImageSize(200, 100));
            });
            assertThat(decode(TestImages.encode("jpeg", 200, 100), WHOLE).pixels().cols()).isEqualTo(200);
            assertThat(decode(TestImages.encode("png", 200, 100), REDUCED).pixels().cols()).isEqualTo(200);
        }
    }

    @Test
    void theOrientationIsAppliedToReducedImagesToo() throws IOException {
        byte[] turned = Files.readAllBytes(SAMPLES.resolve("turned-left.jpg"));
        try (PointerScope scope = new PointerScope()) {
            assertThat(decode(turned, REDUCED).pixels().cols()).isEqualTo(450);
            assertThat(decode(turned, REDUCED).size()).isEqualTo(decode(turned, WHOLE).size()).isEqualTo(new ImageSize(900, 1200));
        }
    }

    @ParameterizedTest
    @CsvSource({"12-megapixels.jpg", "crowded.jpg"})
    void reductionKeepsTheImageSizeAndThePlacesOfDetections(String sample) throws IOException {
        byte[] bytes = Files.readAllBytes(SAMPLES.resolve(sample));
        try (EmbeddedEngine engine = new EmbeddedEngine(TestModels.SHIPPED)) {
            Detections whole = infer(engine, bytes, WHOLE);
            Detections reduced = infer(engine, bytes, REDUCED);

            assertThat(reduced.info().image()).isEqualTo(whole.info().image());
            ImageSize size = whole.info().image();
            assertThat(whole.predictions()).filteredOn(one -> one.confidence() > CERTAIN).isNotEmpty()
                    .allSatisfy(one -> assertThat(reduced.predictions()).anySatisfy(other -> assertNear(one, other, size)));
        }
    }

    private static Detections infer(EmbeddedEngine engine, byte[] bytes, InferenceOptions options) {
        return (Detections) engine.infer(TestModels.PARTS, List.of(ImageSource.of("a.jpg", bytes)), options).toCompletableFuture()
                .join().get(0);
    }

    /** The tolerance is 2 % of the image's longer side, which is about 6 input pixels. */
    private static void assertNear(Detection one, Detection other, ImageSize image) {
        double near = 0.02 * Math.max(image.width(), image.height());
        assertThat(other.className()).isEqualTo(one.className());
        assertThat(Math.abs(other.confidence() - one.confidence())).isLessThan(0.1);
        assertThat(Math.abs(other.box().x1() - one.box().x1())).isLessThan(near);
        assertThat(Math.abs(other.box().y1() - one.box().y1())).isLessThan(near);
        assertThat(Math.abs(other.box().x2() - one.box().x2())).isLessThan(near);
        assertThat(Math.abs(other.box().y2() - one.box().y2())).isLessThan(near);
    }
}
