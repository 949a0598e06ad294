package io.github.camelroboflow.embedded.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.ResizeMode;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.StaticCrop;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.ImageSize;
import org.junit.jupiter.api.Test;

class PlacementTest {

    private static final ImageSize INPUT = new ImageSize(320, 320);

    private static Placement whole(ResizeMode mode, int width, int height) {
        return Placement.of(mode, new ImageSize(width, height), new Region(0, 0, width, height), INPUT);
    }

    @Test
    void letterboxScalesToFitAndTruncatesFractions() {
        Placement wide = whole(ResizeMode.LETTERBOX, 989, 698);

        assertThat(wide.width()).isEqualTo(320);
        assertThat(wide.height()).isEqualTo(225);
        assertThat(wide.padLeft()).isZero();
        assertThat(wide.padTop()).isEqualTo(47);
    }

    @Test
    void letterboxEnlargesToo() {
        Placement small = whole(ResizeMode.LETTERBOX, 16, 32);

        assertThat(small.width()).isEqualTo(160);
        assertThat(small.height()).isEqualTo(320);
        assertThat(small.toImage(80, 0, 240, 320)).isEqualTo(new Box(0, 0, 16, 32));
    }

    @Test
    void anExtremeStripKeepsAPixel() {
        assertThat(whole(ResizeMode.LETTERBOX, 10_000, 3).height()).isEqualTo(1);
    }

    @Test
    void stretchHasItsOwnScaleForEachSide() {
        Placement stretched = whole(ResizeMode.STRETCH, 640, 160);

        assertThat(stretched.toImage(32, 32, 64, 64)).isEqualTo(new Box(64, 16, 128, 32));
    }

    @Test
    void centerCropDoesNotScale() {
        Placement cut = whole(ResizeMode.CENTER_CROP, 400, 200);

        assertThat(cut.padLeft()).isEqualTo(-40);
        assertThat(cut.padTop()).isEqualTo(60);
        assertThat(cut.toImage(0, 60, 320, 260)).isEqualTo(new Box(40, 0, 360, 200));
    }

    @Test
    void edgesAreClampedToTheImageAndRoundedHalfToEven() {
        Placement same = whole(ResizeMode.STRETCH, 320, 320);

        assertThat(same.toImage(-5, 0.5f, 1.5f, 400)).isEqualTo(new Box(0, 0, 2, 320));
        assertThat(same.toImage(2.5f, 3.5f, 10.4f, 10.6f)).isEqualTo(new Box(2, 4, 10, 11));
    }

    @Test
    void staticCropTruncatesFractionsAndIsAddedBack() {
        Region crop = new StaticCrop(10, 80, 20, 90).of(new ImageSize(599, 480));

        assertThat(crop).isEqualTo(new Region(59, 96, 420, 336));
        Placement placement = Placement.of(ResizeMode.STRETCH, new ImageSize(599, 480), crop, INPUT);
        assertThat(placement.toImage(0, 0, 320, 320)).isEqualTo(new Box(59, 96, 479, 432));
    }

    @Test
    void theMiddleOfAnImage() {
        ImageSize square = new ImageSize(224, 224);

        assertThat(new Region(10, 20, 400, 300).middle(square)).isEqualTo(new Region(60, 20, 300, 300));
        assertThat(new Region(0, 0, 300, 401).middle(square)).isEqualTo(new Region(0, 50, 300, 300));
        assertThat(new Region(0, 0, 90_000, 1).middle(square)).isEqualTo(new Region(44_999, 0, 1, 1));
        assertThat(new Region(0, 0, 100, 100).middle(new ImageSize(200, 100))).isEqualTo(new Region(0, 25, 100, 50));
    }

    @Test
    void aStaticCropMustBePartOfAnImage() {
        assertThatIllegalArgumentException().isThrownBy(() -> new StaticCrop(80, 10, 0, 100)).withMessageContaining("80.0%");
        assertThatIllegalArgumentException().isThrownBy(() -> new StaticCrop(0, 101, 0, 100));
    }
}
