package io.github.camelroboflow.embedded.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.embedded.decode.InstanceMasks.PixelMask;
import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.embedded.preprocessing.AntialiasedResize.TriangleFilter;
import io.github.camelroboflow.embedded.preprocessing.Placement;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.ResizeMode;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskScalerTest {

    private static final ImageSize INPUT = new ImageSize(64, 64);
    private static final int SIDE = 16;

    private static Placement placement(ResizeMode mode, int width, int height) {
        return Placement.of(mode, new ImageSize(width + 5, height + 3), new Region(4, 2, width, height), INPUT);
    }

    @Test
    void paddingIsCutOffAndTheRestScaled() {
        // 64 x 32 pixels in 64 x 64: the upper 4 and the lower 4 of the 16 rows lie over padding
        Placement placement = Placement.of(ResizeMode.LETTERBOX, new ImageSize(128, 64), new Region(0, 0, 128, 64), INPUT);
        MaskScaler scaler = new MaskScaler(placement, SIDE, SIDE);
        Region window = scaler.window();
        assertThat(window).isEqualTo(new Region(0, 4, 16, 8));
        float[] values = new float[16 * 8];
        for (int i = 0; i < values.length; i++) {
            values[i] = i / 16 >= 2 && i / 16 < 6 ? 1 : -1;
        }

        PixelMask mask = scaler.scale(window, values, 0);

        int area = 0;
        for (int i = 0; i < mask.pixels().length; i++) {
            int y = mask.window().top() + i / mask.window().width();
            assertThat(mask.pixels()[i] != 0).isEqualTo(y >= 16 && y < 48);
            area += mask.pixels()[i] & 1;
        }
        assertThat(area).isEqualTo(128 * 32);
    }

    @Test
    void aBoxCoversWholePixelsOfThePlaneWithoutPadding() {
        MaskScaler scaler = new MaskScaler(placement(ResizeMode.LETTERBOX, 128, 64), SIDE, SIDE);

        assertThat(scaler.window(9, 21, 31, 42)).isEqualTo(new Region(2, 5, 6, 5));
        assertThat(scaler.window(-20, 0, 31, 100)).isEqualTo(new Region(0, 4, 8, 8));
        assertThat(scaler.window(70, 70, 90, 90).width()).isZero();
        assertThat(scaler.window(9, 21, 9, 21).height()).isZero();
    }

    @Test
    void valuesNotAboveTheThresholdGiveAnEmptyMask() {
        MaskScaler scaler = new MaskScaler(placement(ResizeMode.STRETCH, 100, 50), SIDE, SIDE);

        assertThat(scaler.scale(new Region(3, 3, 2, 1), new float[] {0.5f, 0.5f}, 0.5f)).isEqualTo(PixelMask.EMPTY);
        assertThat(scaler.scale(new Region(3, 3, 0, 0), new float[0], 0)).isEqualTo(PixelMask.EMPTY);
    }

    @ParameterizedTest
    @CsvSource({"STRETCH, 150, 90", "STRETCH, 5, 7", "STRETCH, 7, 200", "LETTERBOX, 150, 90", "LETTERBOX, 31, 90",
        "LETTERBOX, 9, 3", "CENTER_CROP, 150, 90", "CENTER_CROP, 20, 100"})
    void aWindowGivesTheSamePixelsAsTheWhole(ResizeMode mode, int width, int height) {
        Placement placement = placement(mode, width, height);
        MaskScaler scaler = new MaskScaler(placement, SIDE, SIDE);
        Random random = new Random(11);
        for (int trial = 0; trial < 30; trial++) {
            float threshold = trial % 2 == 0 ? 0 : 0.5f;
            Region window = scaler.window(random.nextInt(64), random.nextInt(64), random.nextInt(64), random.nextInt(64));
            float[] values = new float[window.width() * window.height()];
            for (int i = 0; i < values.length; i++) {
                values[i] = threshold == 0 ? random.nextFloat() - 0.7f : random.nextFloat() * 0.7f;
            }
            boolean[][] expected = whole(placement, scaler.window(), window, values, threshold);
            PixelMask mask = scaler.scale(window, values, threshold);
            int pixels = 0;
            for (int i = 0; i < mask.pixels().length; i++) {
                int x = mask.window().left() + i % mask.window().width();
                int y = mask.window().top() + i / mask.window().width();
                assertThat(mask.pixels()[i] != 0).as("%s, %s", x, y).isEqualTo(expected[y][x]);
                pixels += mask.pixels()[i] & 1;
            }
            int all = 0;
            for (boolean[] row : expected) {
                for (boolean pixel : row) {
                    all += pixel ? 1 : 0;
                }
            }
            assertThat(pixels).isEqualTo(all);
        }
    }

    /** Computes every pixel of the image from every pixel of the plane. */
    private static boolean[][] whole(Placement placement, Region content, Region window, float[] values, float threshold) {
        Region target = placement.visible();
        TriangleFilter columns = new TriangleFilter(content.width(), target.width());
        TriangleFilter rows = new TriangleFilter(content.height(), target.height());
        boolean[][] pixels = new boolean[placement.image().height()][placement.image().width()];
        for (int y = 0; y < target.height(); y++) {
            for (int x = 0; x < target.width(); x++) {
                double sum = 0;
                for (int sy = rows.start(y); sy < rows.end(y); sy++) {
                    for (int sx = columns.start(x); sx < columns.end(x); sx++) {
                        int wx = sx + content.left() - window.left();
                        int wy = sy + content.top() - window.top();
                        if (wx >= 0 && wx < window.width() && wy >= 0 && wy < window.height()) {
                            sum += rows.weights(y)[sy - rows.start(y)] * columns.weights(x)[sx - columns.start(x)]
                                    * values[wy * window.width() + wx];
                        }
                    }
                }
                pixels[target.top() + y][target.left() + x] = sum > threshold;
            }
        }
        return pixels;
    }
}
