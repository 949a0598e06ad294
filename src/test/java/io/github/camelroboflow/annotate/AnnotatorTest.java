package io.github.camelroboflow.annotate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.annotate.Annotator.AnnotationStyle;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.ModelDescription.Appearance;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.geometry.Rle;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnnotatorTest {

    private static final Color BOLT = new Palette(Appearance.UNKNOWN).color("bolt");
    private static final Detections NOTHING = new Detections(InferenceInfo.of("", 0, ImageSize.UNKNOWN), List.of());
    private static final AnnotationStyle THICK = new AnnotationStyle(Appearance.UNKNOWN, false, 8, true);

    private static Detections box(double x1, double y1, double x2, double y2) {
        return new Detections(InferenceInfo.of("", 0, ImageSize.UNKNOWN),
                List.of(Detection.of(new Box(x1, y1, x2, y2), 0.87, "bolt", 0, "")));
    }

    private static void assertSimilar(Color actual, Color expected) {
        assertThat(Math.abs(actual.getRed() - expected.getRed())).as("%s is like %s", actual, expected).isLessThan(16);
        assertThat(Math.abs(actual.getGreen() - expected.getGreen())).as("%s is like %s", actual, expected).isLessThan(16);
        assertThat(Math.abs(actual.getBlue() - expected.getBlue())).as("%s is like %s", actual, expected).isLessThan(16);
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "bmp", "gif", "tiff"})
    void theDrawingIsAJpegOfTheImagesSize(String format) {
        ImageSource image = ImageSource.of("a." + format, Pictures.encode(Pictures.grey(201, 121), format));
        byte[] jpeg = Annotator.draw(image, box(40, 48, 104, 96), THICK);
        BufferedImage drawing = Pictures.decode(jpeg);

        assertThat(jpeg).startsWith(0xFF, 0xD8, 0xFF);
        assertThat(drawing.getWidth()).isEqualTo(201);
        assertThat(drawing.getHeight()).isEqualTo(121);
        assertSimilar(Pictures.at(drawing, 40, 70), BOLT);
        assertSimilar(Pictures.at(drawing, 70, 70), Pictures.GROUND);
        assertSimilar(Pictures.at(drawing, 190, 10), Pictures.GROUND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"t51_lossy.webp", "t37_gray16.png", "t41_palette.png", "t47_cmyk.jpg", "t57_deflate.tif"})
    void imagesOfAllKinds(String name) {
        Path file = Path.of("src/test/resources/golden/images", name);

        BufferedImage drawing = Pictures.decode(Annotator.draw(ImageSource.of(file), box(0, 0, 64, 64), THICK));
        assertSimilar(Pictures.at(drawing, 1, 32), BOLT);
    }

    /** Returns an image with a red left half in the file, which is at the top after its orientation is applied. */
    private static ImageSource turned() {
        BufferedImage stored = Pictures.grey(160, 80);
        Graphics2D graphics = stored.createGraphics();
        graphics.setColor(Color.RED);
        graphics.fillRect(0, 0, 80, 80);
        graphics.dispose();
        return ImageSource.of("turned.jpg", Pictures.withOrientation(Pictures.encode(stored, "jpg"), 6));
    }

    @Test
    void aTurnedImageIsDrawnUpright() {
        BufferedImage drawing = Pictures.decode(Annotator.draw(turned(), box(16, 96, 64, 144), THICK));

        assertThat(drawing.getWidth()).isEqualTo(80);
        assertThat(drawing.getHeight()).isEqualTo(160);
        assertSimilar(Pictures.at(drawing, 40, 40), new Color(254, 0, 0));
        assertSimilar(Pictures.at(drawing, 40, 120), Pictures.GROUND);
        assertSimilar(Pictures.at(drawing, 16, 120), BOLT);
    }

    @ParameterizedTest
    @CsvSource({"80, 160", "160, 80", "10, 10", "1000, 1000", "100000, 100000", "1, 2000000000"})
    void theSizeInAResultDoesNotMatter(int width, int height) {
        Detections result = new Detections(InferenceInfo.of("", 0, new ImageSize(width, height)), List.of());

        BufferedImage drawing = Pictures.decode(Annotator.draw(turned(), result, THICK));

        assertThat(drawing.getWidth()).isEqualTo(80);
        assertThat(drawing.getHeight()).isEqualTo(160);
        assertSimilar(Pictures.at(drawing, 40, 40), new Color(254, 0, 0));
        assertSimilar(Pictures.at(drawing, 40, 120), Pictures.GROUND);
    }

    @Test
    void aTurnedImageStaysAsItIsStoredWhereTheResultWasFoundThere() {
        AnnotationStyle asStored = new AnnotationStyle(Appearance.UNKNOWN, false, 1, false);
        BufferedImage drawing = Pictures.decode(Annotator.draw(turned(), NOTHING, asStored));

        assertThat(drawing.getWidth()).isEqualTo(160);
        assertSimilar(Pictures.at(drawing, 40, 40), new Color(254, 0, 0));
    }

    @Test
    void aTruncatedImageIsDrawnAsFarAsItGoes() {
        byte[] jpeg = Annotator.draw(ImageSource.of(Path.of("config/samples/bolts.jpg")), NOTHING, AnnotationStyle.DEFAULTS);
        ImageSource cut = ImageSource.of("cut.jpg", Arrays.copyOf(jpeg, jpeg.length / 2));

        BufferedImage whole = Pictures.decode(jpeg);
        assertThat(Pictures.decode(Annotator.draw(cut, NOTHING, AnnotationStyle.DEFAULTS)).getHeight())
                .isEqualTo(whole.getHeight());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no image", "\u00FF\u00D8\u00FF"})
    void whatIsNoImageIsNamed(String bytes) {
        ImageSource image = ImageSource.of("a.jpg", bytes.getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> Annotator.draw(image, NOTHING, AnnotationStyle.DEFAULTS)).isInstanceOf(InvalidImageException.class)
                .hasMessageContaining("'a.jpg'");
    }

    @Test
    void aMaskThatIsNoneIsNamed() {
        Detection broken = new Detection(10, 10, 4, 4, 0.5, "bolt", 0, "", List.of(), new Rle(20, 20, "no mask"), List.of());
        ImageSource image = ImageSource.of("a.png", Pictures.encode(Pictures.grey(20, 20), "png"));

        assertThatThrownBy(() -> Annotator.draw(image, new Detections(NOTHING.info(), List.of(broken)), AnnotationStyle.DEFAULTS))
                .isInstanceOf(RoboflowException.class).hasMessageContaining("'a.png'").hasMessageContaining("RLE");
    }

    @Test
    void noStrokeIsNegative() {
        assertThatThrownBy(() -> new AnnotationStyle(Appearance.UNKNOWN, false, -1, true)).hasMessageContaining("stroke=-1");
    }

    @Test
    void nativeObjectsAreFreedWithoutTheGarbageCollector() {
        ImageSource image = ImageSource.of("a.png", Pictures.encode(Pictures.grey(64, 48), "png"));
        ImageSource bad = ImageSource.of("bad.png", new byte[] {1, 2, 3});
        Annotator.draw(image, NOTHING, THICK);
        long before = Pointer.totalCount();
        for (int i = 0; i < 500; i++) {
            Annotator.draw(image, NOTHING, THICK);
            assertThatThrownBy(() -> Annotator.draw(bad, NOTHING, THICK)).isInstanceOf(InvalidImageException.class);
        }

        // other tests use some pointers at the same time
        assertThat(Pointer.totalCount()).isLessThan(before + 250);
    }
}
