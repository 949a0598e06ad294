package io.github.camelroboflow.embedded.tiling;

import io.github.camelroboflow.embedded.image.JpegRowReader;
import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.embedded.session.ParallelLoop;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.pixels.PixelMemory;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * A buffer for an image that is decoded row by row. It keeps the pixels of two rows of tiles, the one that is processed and the one
 * that is being decoded, and a downscaled image. Closing it frees the memory.
 */
final class TileRowBuffer implements JpegRowReader.RowSink, AutoCloseable {

    /** The work on the tiles of one row. */
    interface TileWork {

        /**
         * Begins the work.
         *
         * @param first  index of the first tile of the row
         * @param pixels rows of the image from the top to the bottom edge of the tiles
         */
        ParallelLoop begin(int first, int count, Mat pixels);
    }

    private final List<Region> tiles;
    private final int columns;
    private final int factor;
    private final TileWork work;
    private final PixelMemory memory = new PixelMemory();
    private final Mat squareRows;
    private final Mat downscaled;
    private Mat rows;
    private Mat spareRows;
    private ParallelLoop current;
    private int first;

    /**
     * @param columns number of tiles in a row
     * @param factor  side of the square of pixels that becomes one pixel of the downscaled image; a rest at the right and at the
     *                bottom is left out
     */
    TileRowBuffer(ImageSize image, List<Region> tiles, int columns, int factor, TileWork work) {
        this.tiles = tiles;
        this.columns = columns;
        this.factor = factor;
        this.work = work;
        try (PointerScope scope = new PointerScope()) {
            ImageSize size = new ImageSize(image.width(), tiles.get(0).height());
            rows = memory.image(size).retainReference();
            spareRows = memory.image(size).retainReference();
            squareRows = new Mat(factor, image.width(), opencv_core.CV_8UC3).retainReference();
            downscaled = new Mat(image.height() / factor, image.width() / factor, opencv_core.CV_8UC3).retainReference();
        }
    }

    @Override
    public void row(int y, byte[] pixels) {
        try (PointerScope scope = new PointerScope()) {
            downscale(y, pixels);
        }
        if (first == tiles.size() || y < tiles.get(first).top()) {
            return;
        }
        Region tile = tiles.get(first);
        try (PointerScope scope = new PointerScope()) {
            rows.ptr(y - tile.top()).put(pixels);
        }
        if (y == tile.top() + tile.height() - 1) {
            finish();
            current = work.begin(first, columns, rows);
            first += columns;
            if (first < tiles.size()) {
                swapBuffers(tile.top() + tile.height() - tiles.get(first).top());
            }
        }
    }

    private void downscale(int y, byte[] pixels) {
        squareRows.ptr(y % factor).put(pixels);
        if (y % factor == factor - 1) {
            Mat part = squareRows.apply(new Rect(0, 0, downscaled.cols() * factor, factor));
            opencv_imgproc
                    .resize(part, downscaled.row(y / factor), new Size(downscaled.cols(), 1), 0, 0, opencv_imgproc.INTER_AREA);
        }
    }

    /** Exchanges the buffers and copies the common rows: the last ones of the full buffer are the first ones of the next. */
    private void swapBuffers(int common) {
        Mat full = rows;
        rows = spareRows;
        spareRows = full;
        try (PointerScope scope = new PointerScope()) {
            if (common > 0) {
                full.rowRange(full.rows() - common, full.rows()).copyTo(rows.rowRange(0, common));
            }
        }
    }

    /** Waits until the work on all decoded tiles is done. Throws the exception of that work. */
    void finish() {
        if (current != null) {
            ParallelLoop last = current;
            current = null;
            last.finish();
        }
    }

    /** Returns the downscaled image. Each pixel is the mean of a square of the image's pixels. */
    Mat downscaled() {
        return downscaled;
    }

    @Override
    public void close() {
        if (current != null) {
            current.abandon();
        }
        rows.releaseReference();
        spareRows.releaseReference();
        squareRows.releaseReference();
        downscaled.releaseReference();
        memory.close();
    }
}
