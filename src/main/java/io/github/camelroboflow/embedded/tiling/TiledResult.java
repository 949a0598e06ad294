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
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Collects what a model gives for the tiles of an image, in any order and from any thread. */
interface TiledResult {

    /** What the model is to be asked, but for the static crop of tiles. */
    InferenceOptions runOptions();

    /** Whether it makes use of what the model gives for the whole image. */
    boolean usesWholeImage();

    /** @param factor how many of the image's pixels, each way, are one of the picture that was used */
    void addWholeImage(Inference found, int factor);

    /** @param index of the tile in its grid */
    void addTile(int index, Inference found);

    /** The result for the image, when all has been added. */
    Inference merge(Function<ImageSize, InferenceInfo> info);

    /** Boxes, masks and keypoints of tiles and of the whole. */
    final class TiledDetections implements TiledResult {

        private static final int WHOLE = 0;

        private final ImageSize image;
        private final TileGrid grid;
        private final List<Region> tiles;
        private final InferenceOptions options;
        private final List<TileDetection> sightings = new ArrayList<>();

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
        public void addWholeImage(Inference found, int factor) {
            add(found, one -> new TileDetection(placed(one, 0, 0, factor),
                    one.rle() == null ? null : PixelSpans.enlarged(one.rle(), factor, image), grid.area(), WHOLE, false));
        }

        @Override
        public void addTile(int index, Inference found) {
            Region tile = tiles.get(index);
            add(found, one -> {
                Detection placed = placed(one, tile.left(), tile.top(), 1);
                return new TileDetection(placed, one.rle() == null ? null : PixelSpans.of(one.rle(), tile, image), tile, index + 1,
                        TileDetection.isCut(placed.box(), tile, grid.area()));
            });
        }

        private void add(Inference found, Function<Detection, TileDetection> sighting) {
            List<TileDetection> seen = ((Detections) found).predictions().stream().map(sighting).toList();
            synchronized (this) {
                sightings.addAll(seen);
            }
        }

        private static Detection placed(Detection one, int left, int top, int factor) {
            Box box = one.box();
            Box placed =
                    new Box(left + box.x1() * factor, top + box.y1() * factor, left + box.x2() * factor, top + box.y2() * factor);
            List<Keypoint> keypoints = one.keypoints().stream().map(point -> new Keypoint(left + point.x() * factor,
                    top + point.y() * factor, point.confidence(), point.className(), point.classId())).toList();
            return Detection.of(placed, one.confidence(), one.className(), one.classId(), one.detectionId())
                    .withKeypoints(keypoints);
        }

        @Override
        public synchronized Detections merge(Function<ImageSize, InferenceInfo> info) {
            // threads add them in any order
            sightings.sort(Comparator.comparingInt(TileDetection::run));
            List<Detection> detections = new DetectionMerger(grid, options).merge(sightings).stream()
                    .filter(object -> options.get(CLASSES).isEmpty() || options.get(CLASSES)
                    .contains(object.detection().className()))
                    .map(object -> object.pixels() == null ? object.detection()
                            : InstanceMasks.add(object.detection(), object.pixels().mask(), image, options)).toList();
            return new Detections(info.apply(image), detections);
        }
    }

    /** The classes of an image's pixels, each by the tile whose middle is nearest; background where none is. */
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
        public void addWholeImage(Inference found, int factor) {
            throw new UnsupportedOperationException("the tiles tell all pixels");
        }

        /** Needs no lock, as shares have no pixel in common. */
        @Override
        public void addTile(int index, Inference found) {
            SemanticSegmentation segmentation = (SemanticSegmentation) found;
            copy(segmentation.mask(), tiles.get(index), coreRegions.get(index), mask);
            copy(segmentation.confidenceMask(), tiles.get(index), coreRegions.get(index), confidences);
        }

        private static void copy(Plane from, Region tile, Region share, Plane to) {
            for (int y = share.top(); y < share.top() + share.height(); y++) {
                System.arraycopy(from.values(), (y - tile.top()) * tile.width() + share.left() - tile.left(), to.values(),
                        y * to.size().width() + share.left(), share.width());
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
