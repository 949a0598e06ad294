package io.github.camelroboflow.embedded.tiling;

import static io.github.camelroboflow.inference.InferenceOption.DISABLE_PREPROC_STATIC_CROP;

import io.github.camelroboflow.embedded.image.JpegRowReader;
import io.github.camelroboflow.embedded.image.JpegRowReader.BaselineJpeg;
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
 * Runs a model on overlapping tiles of an image, on all idle threads. Each tile is preprocessed as an image of its own, with its
 * own contrast step. The static crop is that of the whole image, and the tiles cover it. For objects, the model also runs on the
 * whole image; a semantic segmentation uses the tiles alone, for each pixel the tile whose middle is nearest.
 *
 * @param cancelled checked between tiles; the work ends when it is true
 * @param run       runs the model on an image; takes the image in a scope that frees it; called by several threads
 * @param info      makes the information of the result
 */
public record TiledInference(ModelDescription model, ImagePreprocessor preprocessor, BooleanSupplier cancelled,
                      BiFunction<Supplier<Mat>, InferenceOptions, Inference> run, Function<ImageSize, InferenceInfo> info) {

    /** @throws RoboflowRejectedException if the model is a classifier */
    public void check(String name) {
        if (model.task() == Task.CLASSIFICATION || model.task() == Task.MULTI_LABEL_CLASSIFICATION) {
            throw new RoboflowRejectedException("Model '" + model.id() + "' classifies an image as a whole, so it can't run on"
                    + " tiles of image '" + name + "': leave out tile");
        }
    }

    /**
     * Runs the model on an image in memory.
     *
     * @throws io.github.camelroboflow.inference.InvalidImageException if there would be too many tiles
     * @throws java.util.concurrent.CancellationException              if it was cancelled
     */
    public Inference infer(String name, Mat image, InferenceOptions options) {
        ImageSize size = new ImageSize(image.cols(), image.rows());
        TileGrid grid = TileGrid.of(name, preprocessor.crop(name, size, options), options);
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
        }, cancelled);
        return result.merge(info);
    }

    /**
     * Runs the model on an image that is decoded row by row. Memory holds two rows of tiles and a downscaled image, which has at
     * least two pixels in each direction for one input pixel.
     *
     * @return empty if the image can't be decoded row by row
     * @throws io.github.camelroboflow.inference.InvalidImageException if there would be too many tiles
     * @throws java.util.concurrent.CancellationException              if it was cancelled
     */
    public Optional<Inference> infer(String name, BaselineJpeg image, InferenceOptions options) {
        ImageSize size = image.size();
        TileGrid grid = TileGrid.of(name, preprocessor.crop(name, size, options), options);
        List<Region> tiles = grid.tiles();
        if (tiles.size() == 1) {
            return Optional.empty();
        }
        TiledResult result = result(size, grid, options);
        TileRowBuffer.TileWork work = (first, count, rowPixels) -> ParallelLoop.begin(count, i -> {
            Region tile = tiles.get(first + i);
            addTile(result, first + i, () -> rowPixels.apply(new Rect(tile.left(), 0, tile.width(), tile.height())));
        }, cancelled);
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
