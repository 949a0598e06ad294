package io.github.camelroboflow.pixels;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.annotate.Annotator;
import io.github.camelroboflow.annotate.Annotator.AnnotationStyle;
import io.github.camelroboflow.embedded.TestImages;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Isolated, since all threads share the kept memory. */
@Isolated
class PictureMemoryTest {

    private static final ImageSize LARGE = new ImageSize(800, 600);

    @BeforeEach
    void freeAll() {
        PictureMemory.freeUnusedFor(Duration.ZERO);
        PixelMemory.freeUnusedFor(Duration.ZERO);
    }

    @Test
    void aPictureOfAnySizeUsesTheMemoryOfTheLastOne() {
        byte[] first;
        try (PictureMemory memory = new PictureMemory()) {
            first = PictureMemory.pixels(memory.picture(LARGE));
        }
        try (PictureMemory memory = new PictureMemory()) {
            BufferedImage picture = memory.picture(new ImageSize(7, 5));
            Graphics2D graphics = picture.createGraphics();
            graphics.setColor(new Color(0x010203));
            graphics.fillRect(6, 4, 1, 1);
            graphics.dispose();

            assertThat(PictureMemory.pixels(picture)).isSameAs(first);
            assertThat(picture.getType()).isEqualTo(BufferedImage.TYPE_3BYTE_BGR);
            assertThat(picture.getRGB(6, 4)).isEqualTo(0xff010203);
            assertThat(List.of(first[3 * 34], first[3 * 34 + 1], first[3 * 34 + 2])).containsExactly((byte) 3, (byte) 2, (byte) 1);
        }
        assertThat(PictureMemory.kept()).isEqualTo(2L << 20);
    }

    @Test
    void visualizationsUseTheKeptMemory() {
        ImageSource image = ImageSource.of("a.jpg", TestImages.encode("jpeg", LARGE.width(), LARGE.height()));
        Detections nothing = new Detections(InferenceInfo.of("", 0, LARGE), List.of());
        List<String> kept = IntStream.range(0, 5).mapToObj(i -> {
            Annotator.draw(image, nothing, AnnotationStyle.DEFAULTS);
            return PixelMemory.kept() + " " + PictureMemory.kept();
        }).distinct().toList();

        assertThat(kept).containsExactly((2L << 20) + " " + (2L << 20));
    }
}
