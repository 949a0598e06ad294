package io.github.camelroboflow.embedded;

import io.github.camelroboflow.inference.Box;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.ImageSize;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceInfo;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.Keypoint;
import io.github.camelroboflow.inference.ResponseMaskFormat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/** Boxes, masks and keypoints of tiles and of the whole. */
final class TiledDetections implements TiledResult {

    private static final int WHOLE = 0;

    private final ImageSize image;
    private final TileGrid grid;
    private final List<Region> tiles;
    private final InferenceOptions options;
    private final List<Sighting> sightings = new ArrayList<>();

    TiledDetections(ImageSize image, TileGrid grid, InferenceOptions options) {
        this.image = image;
        this.grid = grid;
        this.options = options;
        tiles = grid.tiles();
    }

    @Override
    public InferenceOptions asked() {
        return options.toBuilder().classes(List.of()).responseMaskFormat(ResponseMaskFormat.RLE).build();
    }

    @Override
    public boolean wantsWhole() {
        return true;
    }

    @Override
    public void addWhole(Inference found, int factor) {
        add(found, one -> new Sighting(placed(one, 0, 0, factor),
                one.rle() == null ? null : PixelSpans.enlarged(one.rle(), factor, image), grid.area(), WHOLE, false));
    }

    @Override
    public void addTile(int index, Inference found) {
        Region tile = tiles.get(index);
        add(found, one -> {
            Detection placed = placed(one, tile.left(), tile.top(), 1);
            return new Sighting(placed, one.rle() == null ? null : PixelSpans.of(one.rle(), tile, image), tile, index + 1,
                    Sighting.isCut(placed.box(), tile, grid.area()));
        });
    }

    private void add(Inference found, Function<Detection, Sighting> sighting) {
        List<Sighting> seen = ((Detections) found).predictions().stream().map(sighting).toList();
        synchronized (this) {
            sightings.addAll(seen);
        }
    }

    private static Detection placed(Detection one, int left, int top, int factor) {
        Box box = one.box();
        Box placed = new Box(left + box.x1() * factor, top + box.y1() * factor, left + box.x2() * factor, top + box.y2() * factor);
        List<Keypoint> keypoints = one.keypoints().stream().map(point -> new Keypoint(left + point.x() * factor,
                top + point.y() * factor, point.confidence(), point.className(), point.classId())).toList();
        return Detection.of(placed, one.confidence(), one.className(), one.classId(), one.detectionId()).withKeypoints(keypoints);
    }

    @Override
    public synchronized Detections merged(Function<ImageSize, InferenceInfo> info) {
        // threads add them in any order
        sightings.sort(Comparator.comparingInt(Sighting::run));
        List<Detection> detections = new SeamMerge(grid, options).objects(sightings).stream()
                .filter(object -> options.classes().isEmpty() || options.classes().contains(object.detection().className()))
                .map(object -> object.pixels() == null ? object.detection()
                        : InstanceMasks.add(object.detection(), object.pixels().mask(), image, options)).toList();
        return new Detections(info.apply(image), detections);
    }
}
