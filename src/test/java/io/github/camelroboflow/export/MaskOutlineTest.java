package io.github.camelroboflow.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.inference.geometry.Box.Point;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.geometry.Mask;
import java.awt.Polygon;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MaskOutlineTest {

    private static Mask mask(String... rows) {
        BitSet pixels = new BitSet();
        for (int y = 0; y < rows.length; y++) {
            for (int x = 0; x < rows[y].length(); x++) {
                pixels.set(y * rows[y].length() + x, rows[y].charAt(x) == '#');
            }
        }
        return new Mask(0, 0, rows[0].length(), rows.length, pixels);
    }

    @Test
    void aPixelHasFourCorners() {
        assertThat(MaskOutline.of(mask("...", ".#.", "..."))).containsExactlyInAnyOrder(new Point(1, 1), new Point(2, 1),
                new Point(2, 2), new Point(1, 2));
    }

    @Test
    void aMaskWithoutPixelsHasNoOutline() {
        assertThat(MaskOutline.of(mask("..", ".."))).isEmpty();
    }

    @Test
    void theLargestPartIsKeptWithoutItsHoles() {
        List<Point> outline = MaskOutline.of(mask("#.####", "..#..#", "..####"));

        assertThat(outline).containsExactlyInAnyOrder(new Point(2, 0), new Point(6, 0), new Point(6, 3), new Point(2, 3));
    }

    @Test
    void pixelsThatTouchAtACornerAreDifferentParts() {
        assertThat(MaskOutline.of(mask("##..", "##..", "..#."))).containsExactlyInAnyOrder(new Point(0, 0), new Point(2, 0),
                new Point(2, 2), new Point(0, 2));
    }

    /** The outline of a mask of one part holds its pixels and those of its holes, and no others. */
    @Test
    void theOutlineHoldsThePixelsOfItsPart() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            ImageSize size = new ImageSize(2 + random.nextInt(12), 2 + random.nextInt(12));
            Mask mask = part(size, random);
            List<Point> outline = MaskOutline.of(mask);
            Polygon polygon = new Polygon();
            // twice as large, so that the centers of pixels are whole numbers
            outline.forEach(point -> polygon.addPoint((int) (2 * point.x()), (int) (2 * point.y())));
            BitSet outside = outside(mask);
            for (int i = 0; i < size.area(); i++) {
                assertThat(polygon.contains(2 * (i % size.width()) + 1, 2 * (i / size.width()) + 1))
                        .as("pixel %d of %s with seed %d", i, size, seed).isEqualTo(!outside.get(i));
            }
        }
    }

    /** Returns random pixels that hang together by their edges. */
    private static Mask part(ImageSize size, Random random) {
        BitSet pixels = new BitSet();
        int x = random.nextInt(size.width());
        int y = random.nextInt(size.height());
        for (int i = 0; i < 60; i++) {
            pixels.set(y * size.width() + x);
            if (random.nextBoolean()) {
                x = Math.max(0, Math.min(size.width() - 1, x + random.nextInt(3) - 1));
            } else {
                y = Math.max(0, Math.min(size.height() - 1, y + random.nextInt(3) - 1));
            }
        }
        return new Mask(0, 0, size.width(), size.height(), pixels);
    }

    /** Returns the pixels from which the edge of the image can be reached by edges and corners of pixels that are not set. */
    private static BitSet outside(Mask mask) {
        BitSet outside = new BitSet();
        boolean grown = true;
        while (grown) {
            grown = false;
            for (int i = 0; i < mask.width() * mask.height(); i++) {
                int x = i % mask.width();
                int y = i / mask.width();
                if (!mask.pixels().get(i) && !outside.get(i) && reaches(mask, outside, x, y)) {
                    outside.set(i);
                    grown = true;
                }
            }
        }
        return outside;
    }

    private static boolean reaches(Mask mask, BitSet outside, int x, int y) {
        for (int dx = -1; dx <= 1; dx++) {
            for (int dy = -1; dy <= 1; dy++) {
                int nx = x + dx;
                int ny = y + dy;
                if (nx < 0 || ny < 0 || nx >= mask.width() || ny >= mask.height() || outside.get(ny * mask.width() + nx)) {
                    return true;
                }
            }
        }
        return false;
    }
}
