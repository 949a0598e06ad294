package io.github.camelroboflow.embedded.tiling;

import static io.github.camelroboflow.inference.InferenceOption.RESPONSE_MASK_FORMAT;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.embedded.decode.InstanceMasks;
import io.github.camelroboflow.embedded.decode.InstanceMasks.PixelMask;
import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InferenceOptions.ResponseMaskFormat;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.geometry.Mask;
import io.github.camelroboflow.inference.geometry.Rle;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PixelSpansTest {

    private static final InferenceOptions RUNS = InferenceOptions.DEFAULTS
            .with(RESPONSE_MASK_FORMAT, ResponseMaskFormat.RLE);
    private static final ImageSize IMAGE = new ImageSize(40, 30);
    private static final Region LEFT = new Region(2, 3, 20, 10);
    private static final Region RIGHT = new Region(15, 8, 25, 22);

    /** Returns a mask of random pixels of a tile. */
    private static Rle mask(Region tile, Random random) {
        byte[] pixels = new byte[tile.width() * tile.height()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (random.nextInt(4) == 0 ? 0 : -1);
        }
        return runs(new PixelMask(new Region(0, 0, tile.width(), tile.height()), pixels),
                new ImageSize(tile.width(), tile.height()));
    }

    private static Rle runs(PixelMask mask, ImageSize image) {
        Detection detection = Detection.of(new Box(0, 0, 1, 1), 0.5, "bolt", 0, "");
        return InstanceMasks.add(detection, mask, image, RUNS).rle();
    }

    private static BitSet pixels(Rle rle, Region tile) {
        BitSet image = new BitSet();
        Mask mask = rle.mask();
        mask.pixels().stream().forEach(i -> image.set((tile.top() + i / mask.width()) * IMAGE.width() + tile.left()
                + i % mask.width()));
        return image;
    }

    private static BitSet pixels(PixelSpans spans) {
        return runs(spans.mask(), IMAGE).mask().pixels();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void unionOfMasksIsExactToThePixel(long seed) {
        Random random = new Random(seed);
        Rle left = mask(LEFT, random);
        Rle right = mask(RIGHT, random);
        BitSet expected = pixels(left, LEFT);
        expected.or(pixels(right, RIGHT));
        PixelSpans one = PixelSpans.of(left, LEFT, IMAGE);
        PixelSpans other = PixelSpans.of(right, RIGHT, IMAGE);

        assertThat(pixels(one)).isEqualTo(pixels(left, LEFT));
        assertThat(pixels(one.union(other))).isEqualTo(expected);
        assertThat(pixels(other.union(one))).isEqualTo(expected);
        assertThat(pixels(one.union(one))).isEqualTo(pixels(one));
    }

    @Test
    void spansOfFullColumnsBecomeOne() {
        Region whole = new Region(0, 0, 40, 30);
        PixelSpans left = PixelSpans.of(Rle.ofRuns(20, 30, List.of(0, 600)), new Region(0, 0, 20, 30), IMAGE);
        PixelSpans right = PixelSpans.of(Rle.ofRuns(25, 30, List.of(0, 750)), new Region(15, 0, 25, 30), IMAGE);

        assertThat(left.union(right).ends()).containsExactly(0, 1200);
        assertThat(left.union(right).mask().window()).isEqualTo(whole);
        assertThat(pixels(left.union(right)).cardinality()).isEqualTo(1200);
    }

    @Test
    void eachPixelOfADownscaledMaskBecomesASquare() {
        ImageSize small = new ImageSize(13, 10);
        Rle mask = mask(new Region(0, 0, 13, 10), new Random(1));
        BitSet expected = new BitSet();
        mask.mask().pixels().stream().forEach(i -> {
            for (int at = 0; at < 9; at++) {
                expected.set((i / small.width() * 3 + at / 3) * IMAGE.width() + i % small.width() * 3 + at % 3);
            }
        });

        assertThat(pixels(PixelSpans.enlarged(mask, 3, IMAGE))).isEqualTo(expected);
    }

    @Test
    void anEmptyMaskHasNoSpans() {
        PixelSpans nothing = PixelSpans.of(Rle.ofRuns(20, 10, List.of(200)), LEFT, IMAGE);

        assertThat(nothing.mask()).isSameAs(PixelMask.EMPTY);
        assertThat(nothing.union(nothing).mask()).isSameAs(PixelMask.EMPTY);
    }
}
