package io.github.camelroboflow.embedded.tiling;

import io.github.camelroboflow.embedded.image.JpegRowReader;
import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.embedded.session.ParallelLoop;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Keeps of an image that comes row by row only what two rows of tiles need, the one that is worked on and the one that comes in,
 * and a smaller picture of the whole. To be closed, which frees them.
 */
final class TileRowBuffer implements JpegRowReader.Sink, AutoCloseable {

    /** Works on the tiles of one row. */
    interface Work {

        /**
         * @param first  index of the first tile of the row
         * @param pixels the image's rows from the tiles' top edge to their bottom edge
         */
        ParallelLoop begin(int first, int count, Mat pixels);
    }

    private final List<Region> tiles;
    private final int columns;
    private final int factor;
    private final Work work;
    private final Mat band;
    private final Mat downscaled;
    private Mat rows;
    private Mat spareRows;
    private ParallelLoop working;
    private int first;

    /**
     * @param columns how many tiles are in a row
     * @param factor  how many pixels, each way, become one of the picture; what is left over at the right and at the bottom is left
     *                out
     */
    TileRowBuffer(ImageSize image, List<Region> tiles, int columns, int factor, Work work) {
        this.tiles = tiles;
        this.columns = columns;
        this.factor = factor;
        this.work = work;
        try (PointerScope scope = new PointerScope()) {
            rows = new Mat(tiles.get(0).height(), image.width(), opencv_core.CV_8UC3).retainReference();
            spareRows = new Mat(rows.rows(), rows.cols(), opencv_core.CV_8UC3).retainReference();
            band = new Mat(factor, image.width(), opencv_core.CV_8UC3).retainReference();
            downscaled = new Mat(image.height() / factor, image.width() / factor, opencv_core.CV_8UC3).retainReference();
        }
    }

    @Override
    public void row(int y, byte[] pixels) {
        try (PointerScope scope = new PointerScope()) {
            shrink(y, pixels);
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
            working = work.begin(first, columns, rows);
            first += columns;
            if (first < tiles.size()) {
                swapBuffers(tile.top() + tile.height() - tiles.get(first).top());
            }
        }
    }

    private void shrink(int y, byte[] pixels) {
        band.ptr(y % factor).put(pixels);
        if (y % factor == factor - 1) {
            Mat part = band.apply(new Rect(0, 0, downscaled.cols() * factor, factor));
            opencv_imgproc
                    .resize(part, downscaled.row(y / factor), new Size(downscaled.cols(), 1), 0, 0, opencv_imgproc.INTER_AREA);
        }
    }

    /** The last rows are the first of what comes next. */
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

    /** Waits until the work on all tiles that came in is done; throws what it threw. */
    void finish() {
        if (working != null) {
            ParallelLoop last = working;
            working = null;
            last.finish();
        }
    }

    /** The whole image, each pixel the mean of a square of its pixels. */
    Mat downscaled() {
        return downscaled;
    }

    @Override
    public void close() {
        if (working != null) {
            working.abandon();
        }
        rows.releaseReference();
        spareRows.releaseReference();
        band.releaseReference();
        downscaled.releaseReference();
    }
}
