package io.github.camelroboflow.embedded.tiling;

import static io.github.camelroboflow.inference.InferenceOption.TILE;
import static io.github.camelroboflow.inference.InferenceOption.TILE_OVERLAP;

import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InvalidImageException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The tiles of a part of an image. All have one size, go from edge to edge, are evenly spread, and overlap at least as much as
 * requested.
 */
final class TileGrid {

    private static final long MAX_TILES = 10_000;

    private final Region area;
    private final Axis columns;
    private final Axis rows;

    private TileGrid(Region area, Axis columns, Axis rows) {
        this.area = area;
        this.columns = columns;
        this.rows = rows;
    }

    /** @throws InvalidImageException if there would be more than 10,000 tiles */
    static TileGrid of(String name, Region area, InferenceOptions options) {
        Axis columns = Axis.of(area.left(), area.width(), options.get(TILE).width(), options.get(TILE_OVERLAP));
        Axis rows = Axis.of(area.top(), area.height(), options.get(TILE).height(), options.get(TILE_OVERLAP));
        if ((long) columns.count * rows.count > MAX_TILES) {
            throw new InvalidImageException("Image '" + name + "' needs " + (long) columns.count * rows.count + " tiles of "
                    + options.get(TILE) + " pixels, which is more than the limit of " + MAX_TILES + ": raise tile, or lower"
                    + " tileOverlap=" + options.get(TILE_OVERLAP));
        }
        return new TileGrid(area, columns, rows);
    }

    /** Returns the region that the tiles cover. */
    Region area() {
        return area;
    }

    /** Returns the tiles, row by row from the top left, or the area alone if it is not larger than a tile. */
    List<Region> tiles() {
        List<Region> tiles = new ArrayList<>();
        for (int row = 0; row < rows.count; row++) {
            for (int column = 0; column < columns.count; column++) {
                tiles.add(new Region(columns.start(column), rows.start(row), columns.side, rows.side));
            }
        }
        return tiles;
    }

    /** Returns the number of tiles in a row. */
    int columns() {
        return columns.count;
    }

    /** Returns for each tile the part that is nearer to its middle than to that of another. Together, these parts are the area. */
    List<Region> coreRegions() {
        return IntStream.range(0, rows.count * columns.count).mapToObj(i -> {
            int left = columns.middle(i % columns.count);
            int top = rows.middle(i / columns.count);
            return new Region(left, top, columns.middle(i % columns.count + 1) - left, rows.middle(i / columns.count + 1) - top);
        }).toList();
    }

    /** The tiles in one direction. */
    private record Axis(int from, int length, int side, int count) {

        /** Makes the axis: the next tile starts at most the side less the overlap after the one before. */
        static Axis of(int from, int length, int tile, double overlap) {
            int side = Math.min(tile, length);
            int step = Math.max(1, (int) (side * (1 - overlap)));
            return new Axis(from, length, side, 1 + (length - side + step - 1) / step);
        }

        int start(int index) {
            return index == 0 ? from : from + (int) Math.round((double) index * (length - side) / (count - 1));
        }

        /** Returns the middle between that tile and the one before. */
        int middle(int index) {
            return index == 0 ? from : index == count ? from + length : (start(index - 1) + side + start(index)) / 2;
        }
    }
}
