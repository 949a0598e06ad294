package io.github.camelroboflow.embedded.tiling;

import static io.github.camelroboflow.inference.InferenceOption.DISABLE_PREPROC_STATIC_CROP;

import io.github.camelroboflow.embedded.image.BaselineJpeg;
import io.github.camelroboflow.embedded.image.JpegRowReader;
import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.embedded.preprocessing.ImagePreprocessor;
import io.github.camelroboflow.embedded.session.ParallelLoop;
import io.github.camelroboflow.embedded.tiling.TiledResult.TiledDetections;
import io.github.camelroboflow.embedded.tiling.TiledResult.TiledSegmentation;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.Task;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;

/**
 * A model on overlapping tiles of an image, on all threads that are idle. Each tile is prepared as an image of its own, with its
 * own contrast; the static crop is that of the whole image, and tiles cover it. Objects are sought in the whole image, too; a
 * semantic segmentation is that of the tiles alone, each pixel's by the tile whose middle is nearest.
 *
 * @param over asked between tiles; ends it when true
 * @param run  runs the model on an image, which it asks for in a scope that frees it; called by several threads
 * @param info makes that of the result
 */
public record TiledInference(ModelDescription model, ImagePreprocessor preparation, BooleanSupplier over,
                      BiFunction<Supplier<Mat>, InferenceOptions, Inference> run, Function<ImageSize, InferenceInfo> info) {

    /** @throws RoboflowRejectedException if the model is a classifier */
    public void check(String name) {
        if (model.task() == Task.CLASSIFICATION || model.task() == Task.MULTI_LABEL_CLASSIFICATION) {
            throw new RoboflowRejectedException("Model '" + model.id() + "' tells the class of an image as a whole, so image '"
                    + name + "' can't be given to it in tiles: leave out tile");
        }
    }

    /**
     * On an image in memory.
     *
     * @throws io.github.camelroboflow.inference.InvalidImageException if there would be too many tiles
     * @throws java.util.concurrent.CancellationException              when it is over
     */
    public Inference infer(String name, Mat image, InferenceOptions options) {
        ImageSize size = new ImageSize(image.cols(), image.rows());
        TileGrid grid = TileGrid.of(name, preparation.crop(name, size, options), options);
        List<Region> tiles = grid.tiles();
        if (tiles.size() == 1) {
            return run.apply(() -> image, options);
        }
        TiledResult result = result(size, grid, options);
        int whole = result.usesWholeImage() ? 1 : 0;
        ParallelLoop.run(whole + tiles.size(), i -> {
            if (i < whole) {
                result.addWholeImage(run.apply(() -> image, result.runOptions()), 1);
            } else {
                Region tile = tiles.get(i - whole);
                addTile(result, i - whole, () -> image.apply(new Rect(tile.left(), tile.top(), tile.width(), tile.height())));
            }
        }, over);
        return result.merge(info);
    }

    /**
     * On an image that is decoded row by row, of which only what two rows of tiles need is ever in memory, and a smaller picture of
     * the whole with at least two pixels, each way, for each that the network sees.
     *
     * @return empty if it can't be decoded so
     * @throws io.github.camelroboflow.inference.InvalidImageException if there would be too many tiles
     * @throws java.util.concurrent.CancellationException              when it is over
     */
    public Optional<Inference> infer(String name, BaselineJpeg image, InferenceOptions options) {
        ImageSize size = image.size();
        TileGrid grid = TileGrid.of(name, preparation.crop(name, size, options), options);
        List<Region> tiles = grid.tiles();
        if (tiles.size() == 1) {
            return Optional.empty();
        }
        TiledResult result = result(size, grid, options);
        TileRowBuffer.Work work = (first, count, rowPixels) -> ParallelLoop.begin(count, i -> {
            Region tile = tiles.get(first + i);
            addTile(result, first + i, () -> rowPixels.apply(new Rect(tile.left(), 0, tile.width(), tile.height())));
        }, over);
        int pixels = Math.min(size.width() / model.inputSize().width(), size.height() / model.inputSize().height());
        int factor = Math.max(1, pixels / 2);
        try (TileRowBuffer rows = new TileRowBuffer(size, tiles, grid.columns(), factor, work)) {
            if (!JpegRowReader.read(image, rows)) {
                return Optional.empty();
            }
            rows.finish();
            if (result.usesWholeImage()) {
                result.addWholeImage(run.apply(rows::downscaled, result.runOptions()), factor);
            }
        }
        return Optional.of(result.merge(info));
    }

    private TiledResult result(ImageSize size, TileGrid grid, InferenceOptions options) {
        return model.task() == Task.SEMANTIC_SEGMENTATION ? new TiledSegmentation(size, grid, model.classes(), options)
                : new TiledDetections(size, grid, options);
    }

    private void addTile(TiledResult result, int index, Supplier<Mat> tile) {
        result.addTile(index, run.apply(tile, result.runOptions().with(DISABLE_PREPROC_STATIC_CROP, true)));
    }
}
