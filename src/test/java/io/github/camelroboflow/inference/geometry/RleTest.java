package io.github.camelroboflow.inference.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RleTest {

    /** The counts are computed by hand with COCO's encoder (maskApi.c). */
    @ParameterizedTest
    @CsvSource({"6, 6", "2 3 1, 231", "0 6, 06", "1 1 1 1 1 1, 111000", "100 5 3, T353"})
    void isTheEncodingOfPycocotools(String runs, String counts) {
        List<Integer> lengths = List.of(runs.split(" ")).stream().map(Integer::valueOf).toList();
        int pixels = lengths.stream().mapToInt(Integer::intValue).sum();

        assertThat(Rle.ofRuns(pixels, 1, lengths).counts()).isEqualTo(counts);
        assertThat(new Rle(pixels, 1, counts).runs()).isEqualTo(lengths);
    }

    @Test
    void everyMaskSurvivesTheEncoding() {
        Random random = new Random(7);
        for (int trial = 0; trial < 200; trial++) {
            int width = 1 + random.nextInt(60);
            int height = 1 + random.nextInt(60);
            BitSet pixels = new BitSet(width * height);
            int density = 1 + random.nextInt(50);
            for (int i = 0; i < width * height; i++) {
                pixels.set(i, random.nextInt(density) == 0);
            }
            assertThat(Rle.ofRuns(width, height, runs(pixels, width, height)).mask().pixels()).isEqualTo(pixels);
        }
    }

    private static List<Integer> runs(BitSet pixels, int width, int height) {
        List<Integer> runs = new ArrayList<>();
        boolean inside = false;
        int run = 0;
        for (int x = 0; x < width; x++) {
            for (int y = 0; y < height; y++) {
                if (pixels.get(y * width + x) != inside) {
                    runs.add(run);
                    run = 0;
                    inside = !inside;
                }
                run++;
            }
        }
        runs.add(run);
        return runs;
    }

    @Test
    void runsGoDownTheColumns() {
        Mask mask = Rle.ofRuns(3, 2, List.of(1, 2, 3)).mask();

        assertThat(mask.pixels()).isEqualTo(BitSet.valueOf(new long[] {0b001010}));
        assertThat(mask.area()).isEqualTo(2);
    }

    @Test
    void aMaskOfAnImpossibleSizeIsRefused() {
        assertThatThrownBy(() -> new Rle(-2, -3, "6")).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an RLE mask can't be -2 x -3");
    }

    @Test
    void anOutlineWithoutPointsHasNoPixels() {
        assertThat(Rle.NO_OUTLINE.mask().area()).isZero();
        assertThat(Rle.NO_OUTLINE.runs()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"6, covers 6 of 8 pixels", "231100, covers", "T, truncated or invalid", "' ', truncated or invalid",
        "é, truncated or invalid", "2N, a run of -2 pixels"})
    void whatIsNoMaskOfTheImageIsRefused(String counts, String sentence) {
        assertThatThrownBy(() -> new Rle(4, 2, counts).mask()).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(sentence);
    }
}
