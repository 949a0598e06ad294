package io.github.camelroboflow.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.Box.Point;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.geometry.Rle;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CoverageTest {

    private static final ImageSize IMAGE = new ImageSize(40, 20);
    private static final InferenceInfo INFO = InferenceInfo.of("", 0, IMAGE);

    private static Detection box(String name, double x1, double y1, double x2, double y2) {
        return Detection.of(new Box(x1, y1, x2, y2), 0.9, name, 0, "");
    }

    private static Detection masked(String name, int... runs) {
        List<Integer> list = new ArrayList<>();
        for (int run : runs) {
            list.add(run);
        }
        return new Detection(20, 10, 40, 20, 0.9, name, 0, "", List.of(), Rle.ofRuns(40, 20, list), List.of());
    }

    private static Detections of(Detection... detections) {
        return new Detections(INFO, List.of(detections));
    }

    @Test
    void whatTwoBoxesCoverCountsOnce() {
        Detections found = of(box("a", 0, 0, 20, 10), box("a", 10, 0, 30, 10), box("b", 0, 10, 40, 20));

        assertThat(found.coverage("a")).isEqualTo(300 / 800.0);
        assertThat(found.coverage(name -> true)).isEqualTo(700 / 800.0);
        assertThat(found.coverage("c")).isZero();
    }

    @Test
    void whatLiesOutsideTheImageDoesNotCount() {
        assertThat(of(box("a", -20, -20, 20, 10), box("a", 50, 50, 60, 60)).coverage("a")).isEqualTo(200 / 800.0);
    }

    @Test
    void anyBoxesCoverAsManyPixelsAsAreInThem() {
        Random random = new Random(3);
        for (int trial = 0; trial < 100; trial++) {
            BitSet pixels = new BitSet();
            Detection[] boxes = new Detection[1 + random.nextInt(6)];
            for (int i = 0; i < boxes.length; i++) {
                int x1 = random.nextInt(40);
                int y1 = random.nextInt(20);
                int x2 = x1 + random.nextInt(15);
                int y2 = y1 + random.nextInt(15);
                boxes[i] = box("a", x1, y1, x2, y2);
                for (int y = y1; y < Math.min(20, y2); y++) {
                    pixels.set(y * 40 + x1, y * 40 + Math.max(x1, Math.min(40, x2)));
                }
            }
            assertThat(of(boxes).coverage("a")).isCloseTo(pixels.cardinality() / 800.0, within(1e-12));
        }
    }

    @Test
    void masksCountByTheirPixels() {
        assertThat(of(masked("a", 0, 100, 700), masked("a", 50, 100, 650)).coverage("a")).isEqualTo(150 / 800.0);
    }

    @Test
    void whereOneHasNoMaskTheBoxesCount() {
        assertThat(of(masked("a", 0, 100, 700), box("a", 0, 0, 1, 1)).coverage("a")).isEqualTo(1);
    }

    @Test
    void anOutlineIncludesThePixelsUnderIt() {
        Detection square = new Detection(6, 6, 2, 2, 0.9, "a", 0, "",
                List.of(new Point(5, 5), new Point(7, 5), new Point(7, 7), new Point(5, 7)), null, List.of());

        assertThat(of(square).coverage("a")).isEqualTo(9 / 800.0);
    }

    @Test
    void withoutTheImagesSizeThereIsNoShare() {
        Detections found = new Detections(InferenceInfo.of("", 0, ImageSize.UNKNOWN), List.of(box("a", 0, 0, 1, 1)));

        assertThatThrownBy(() -> found.coverage("a")).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("needs the size of the image");
    }

    @Test
    void anOrientedBoxCoversWhatItsCornersEnclose() {
        Detection diamond = box("a", 10, 0, 30, 20)
                .withOrientedBox(List.of(new Point(20, 0), new Point(30, 10), new Point(20, 20), new Point(10, 10)));

        assertThat(of(diamond).coverage("a")).isCloseTo(200 / 800.0, within(0.03));
        assertThat(of(diamond, diamond).coverage("a")).isEqualTo(of(diamond).coverage("a"));
    }

    @Test
    void anOrientedBoxBeyondTheImageCoversOnlyTheImage() {
        Detection half = box("a", 0, 0, 20, 20)
                .withOrientedBox(List.of(new Point(-20, 0), new Point(20, 0), new Point(20, 20), new Point(-20, 20)));

        assertThat(of(half).coverage("a")).isEqualTo(0.5);
    }
}
