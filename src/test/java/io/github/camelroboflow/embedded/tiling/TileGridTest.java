package io.github.camelroboflow.embedded.tiling;

import static io.github.camelroboflow.inference.InferenceOption.TILE;
import static io.github.camelroboflow.inference.InferenceOption.TILE_OVERLAP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TileGridTest {

    private static TileGrid grid(Region area, int width, int height, double overlap) {
        return TileGrid.of("a.jpg", area,
                InferenceOptions.DEFAULTS.with(TILE, new ImageSize(width, height)).with(TILE_OVERLAP, overlap));
    }

    private static Region area(int width, int height) {
        return new Region(0, 0, width, height);
    }

    @Test
    void tilesReachFromEdgeToEdge() {
        assertThat(grid(area(1000, 640), 640, 640, 0.2).tiles())
                .containsExactly(new Region(0, 0, 640, 640), new Region(360, 0, 640, 640));
    }

    @Test
    void anAreaNotLargerThanATileIsTheOnlyTile() {
        assertThat(grid(new Region(5, 6, 640, 300), 640, 640, 0.2).tiles()).containsExactly(new Region(5, 6, 640, 300));
    }

    @Test
    void aTileIsNotHigherThanTheArea() {
        assertThat(grid(new Region(10, 20, 1000, 300), 640, 640, 0).tiles())
                .containsExactly(new Region(10, 20, 640, 300), new Region(370, 20, 640, 300));
    }

    @ParameterizedTest
    @CsvSource({"8192, 6144, 640, 0.2", "1001, 999, 100, 0.33", "641, 640, 640, 0.9", "777, 500, 64, 0", "300, 250, 200, 0.99"})
    void tilesOverlapAsRequestedAndCoverEveryPixel(int width, int height, int side, double overlap) {
        List<Region> tiles = grid(area(width, height), side, side, overlap).tiles();
        int[] lefts = tiles.stream().mapToInt(Region::left).distinct().sorted().toArray();
        int[] tops = tiles.stream().mapToInt(Region::top).distinct().sorted().toArray();

        assertThat(tiles).hasSize(lefts.length * tops.length)
                .allMatch(tile -> tile.width() == Math.min(side, width) && tile.height() == Math.min(side, height));
        assertThat(lefts[0]).isZero();
        assertThat(lefts[lefts.length - 1] + Math.min(side, width)).isEqualTo(width);
        assertThat(tops[tops.length - 1] + Math.min(side, height)).isEqualTo(height);
        for (int i = 1; i < lefts.length; i++) {
            assertThat(lefts[i] - lefts[i - 1]).isLessThanOrEqualTo(Math.max(1, (int) (side * (1 - overlap))));
        }
    }

    @Test
    void coreRegionsCoverTheAreaWithoutOverlap() {
        TileGrid grid = grid(new Region(3, 4, 1001, 777), 320, 200, 0.25);
        int[] covered = new int[1100 * 900];
        for (int i = 0; i < grid.tiles().size(); i++) {
            Region tile = grid.tiles().get(i);
            Region share = grid.coreRegions().get(i);
            for (int y = share.top(); y < share.top() + share.height(); y++) {
                for (int x = share.left(); x < share.left() + share.width(); x++) {
                    covered[y * 1100 + x]++;
                    assertThat(x >= tile.left() && x < tile.left() + tile.width() && y >= tile.top()
                            && y < tile.top() + tile.height()).isTrue();
                }
            }
        }

        for (int i = 0; i < covered.length; i++) {
            boolean within = i % 1100 >= 3 && i % 1100 < 1004 && i / 1100 >= 4 && i / 1100 < 781;
            assertThat(covered[i]).isEqualTo(within ? 1 : 0);
        }
    }

    @Test
    void tooManyTilesAreRefused() {
        assertThatThrownBy(() -> grid(area(8000, 6000), 64, 64, 0.9)).isInstanceOf(InvalidImageException.class)
                .hasMessageContaining("'a.jpg'").hasMessageContaining("raise tile, or lower tileOverlap=0.9");
    }
}
