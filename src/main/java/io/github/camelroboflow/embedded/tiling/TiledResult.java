package io.github.camelroboflow.embedded.tiling;

import static io.github.camelroboflow.inference.InferenceOption.CLASSES;
import static io.github.camelroboflow.inference.InferenceOption.RESPONSE_MASK_FORMAT;

import io.github.camelroboflow.embedded.decode.InstanceMasks;
import io.github.camelroboflow.embedded.decode.SemanticSegmentationDecoder;
import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detection.Keypoint;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InferenceOptions.ResponseMaskFormat;
import io.github.camelroboflow.inference.SemanticSegmentation;
import io.github.camelroboflow.inference.SemanticSegmentation.Plane;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.Box.Point;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Collects the results of a model for the tiles of an image, in any order and from any thread. */
interface TiledResult {

    /** Returns the options for the runs of the model, before the static crop is disabled for tiles. */
    InferenceOptions runOptions();

    /** Returns whether it uses the result for the whole image. */
    boolean usesWholeImage();

    /** @param factor number of image pixels, in each direction, for one pixel of the downscaled image that was used */
    void addWholeImage(Inference inference, int factor);

    /** @param index index of the tile in its grid */
    void addTile(int index, Inference inference);

    /** Returns the result for the image, after all runs were added. */
    Inference merge(Function<ImageSize, InferenceInfo> info);

    /** The boxes, masks and keypoints of the tiles and of the whole image. */
    final class TiledDetections implements TiledResult {

        private static final int WHOLE = 0;

        private final ImageSize image;
        private final TileGrid grid;
        private final List<Region> tiles;
        private final InferenceOptions options;
        private final List<TileDetection> tileDetections = new ArrayList<>();

        TiledDetections(ImageSize image, TileGrid grid, InferenceOptions options) {
            this.image = image;
            this.grid = grid;
            this.options = options;
            tiles = grid.tiles();
        }

        @Override
        public InferenceOptions runOptions() {
            return options.with(CLASSES, List.of()).with(RESPONSE_MASK_FORMAT, ResponseMaskFormat.RLE);
        }

        @Override
        public boolean usesWholeImage() {
            return true;
        }

        @Override
        public void addWholeImage(Inference inference, int factor) {
            add(inference, detection -> new TileDetection(placed(detection, 0, 0, factor),
                    detection.rle() == null ? null : PixelSpans.enlarged(detection.rle(), factor, image), grid.area(), WHOLE,
                    false));
        }

        @Override
        public void addTile(int index, Inference inference) {
            Region tile = tiles.get(index);
            add(inference, detection -> {
                Detection placed = placed(detection, tile.left(), tile.top(), 1);
                return new TileDetection(placed, detection.rle() == null ? null : PixelSpans.of(detection.rle(), tile, image), tile,
                        index + 1, TileDetection.isTruncated(placed.box(), tile, grid.area()));
            });
        }

        private void add(Inference inference, Function<Detection, TileDetection> toTileDetection) {
            List<TileDetection> added = ((Detections) inference).predictions().stream().map(toTileDetection).toList();
            synchronized (this) {
                tileDetections.addAll(added);
            }
        }

        private static Detection placed(Detection detection, int left, int top, int factor) {
            Box box = detection.box();
            Box placed =
                    new Box(left + box.x1() * factor, top + box.y1() * factor, left + box.x2() * factor, top + box.y2() * factor);
            List<Keypoint> keypoints = detection.keypoints().stream().map(point -> new Keypoint(left + point.x() * factor,
                    top + point.y() * factor, point.confidence(), point.className(), point.classId())).toList();
            Detection moved = Detection
                    .of(placed, detection.confidence(), detection.className(), detection.classId(), detection.detectionId())
                    .withKeypoints(keypoints);
            return !detection.oriented() ? moved : moved.withOrientedBox(detection.points().stream()
                    .map(corner -> new Point(left + corner.x() * factor, top + corner.y() * factor)).toList());
        }

        @Override
        public synchronized Detections merge(Function<ImageSize, InferenceInfo> info) {
            // makes the order independent of the threads
            tileDetections.sort(Comparator.comparingInt(TileDetection::runIndex));
            List<Detection> detections = new DetectionMerger(grid, options).merge(tileDetections).stream()
                    .filter(object -> options.get(CLASSES).isEmpty()
                            || options.get(CLASSES).contains(object.detection().className()))
                    .map(object -> object.pixels() == null ? object.detection()
                            : InstanceMasks.add(object.detection(), object.pixels().mask(), image, options)).toList();
            return new Detections(info.apply(image), detections);
        }
    }

    /** The classes of an image's pixels, each by the tile whose middle is nearest; background outside the tiles. */
    final class TiledSegmentation implements TiledResult {

        private final List<String> classNames;
        private final InferenceOptions options;
        private final List<Region> tiles;
        private final List<Region> coreRegions;
        private final Plane mask;
        private final Plane confidences;

        TiledSegmentation(ImageSize image, TileGrid grid, List<String> classNames, InferenceOptions options) {
            this.classNames = classNames;
            this.options = options;
            tiles = grid.tiles();
            coreRegions = grid.coreRegions();
            mask = new Plane(image, new byte[Math.toIntExact(image.area())]);
            confidences = new Plane(image, new byte[mask.values().length]);
            Arrays.fill(mask.values(), (byte) SemanticSegmentationDecoder.background(classNames));
        }

        @Override
        public InferenceOptions runOptions() {
            return options;
        }

        @Override
        public boolean usesWholeImage() {
            return false;
        }

        @Override
        public void addWholeImage(Inference inference, int factor) {
            throw new UnsupportedOperationException("the tiles give all pixels");
        }

        /** Copies the core region of the tile. Needs no lock, since core regions have no pixel in common. */
        @Override
        public void addTile(int index, Inference inference) {
            SemanticSegmentation segmentation = (SemanticSegmentation) inference;
            copy(segmentation.mask(), tiles.get(index), coreRegions.get(index), mask);
            copy(segmentation.confidenceMask(), tiles.get(index), coreRegions.get(index), confidences);
        }

        private static void copy(Plane from, Region tile, Region core, Plane to) {
            for (int y = core.top(); y < core.top() + core.height(); y++) {
                System.arraycopy(from.values(), (y - tile.top()) * tile.width() + core.left() - tile.left(), to.values(),
                        y * to.size().width() + core.left(), core.width());
            }
        }

        @Override
        public SemanticSegmentation merge(Function<ImageSize, InferenceInfo> info) {
            Map<Integer, String> classMap = IntStream.range(0, classNames.size()).boxed()
                    .collect(Collectors.toMap(Function.identity(), classNames::get));
            return new SemanticSegmentation(info.apply(mask.size()), classMap, mask, confidences);
        }
    }
}
