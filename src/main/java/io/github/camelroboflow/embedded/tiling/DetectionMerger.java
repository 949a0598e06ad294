package io.github.camelroboflow.embedded.tiling;

import static io.github.camelroboflow.inference.InferenceOption.CLASS_AGNOSTIC_NMS;
import static io.github.camelroboflow.inference.InferenceOption.MAX_DETECTIONS;
import static io.github.camelroboflow.inference.InferenceOption.OVERLAP;

import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.inference.InferenceOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Makes one object of what several runs saw of it. In this order:
 * <ol>
 * <li>An object that its tile cut goes if another tile saw the same place without cutting it: there it is whole, or it is none.
 * <li>Of whole objects whose intersection over union is above the limit, the most confident stays.
 * <li>A cut object goes if it agrees with a whole one, of whatever class: a piece is easily taken for something else.
 * <li>Cut objects that agree with each other, directly or by others between them, become one: its box and mask are those of all
 * together, its confidence and keypoints those of the most confident.
 * </ol>
 * Two objects agree if, within what both runs saw, their intersection over union is above the limit. The limit is
 * {@link InferenceOptions#overlap()}, or 0.5 if that is less: the same object never looks quite the same to two runs. Otherwise
 * only objects of one class are compared, or all with {@link InferenceOptions#classAgnosticNms()}, and never two of the same run,
 * which has sorted out its own.
 */
final class DetectionMerger {

    private static final double HIGHEST_LIMIT = 0.5;

    private final TileGrid grid;
    private final boolean anyClass;
    private final double limit;
    private final int most;

    DetectionMerger(TileGrid grid, InferenceOptions options) {
        this.grid = grid;
        anyClass = options.get(CLASS_AGNOSTIC_NMS);
        limit = Math.min(options.get(OVERLAP), HIGHEST_LIMIT);
        most = options.get(MAX_DETECTIONS);
    }

    /** The objects, the most confident first, at most {@link InferenceOptions#maxDetections()}. */
    List<TileDetection> merge(List<TileDetection> sightings) {
        Comparator<TileDetection> byConfidence = Comparator.comparingDouble(TileDetection::confidence).reversed();
        List<TileDetection> sorted = sightings.stream().sorted(byConfidence).toList();
        List<TileDetection> objects = whole(sorted);
        objects.addAll(joined(sorted.stream().filter(TileDetection::cut).filter(cut -> !seenWhole(cut))
                .filter(cut -> objects.stream().noneMatch(whole -> pieceOf(whole, cut))).toList()));
        return objects.stream().sorted(byConfidence).limit(most).toList();
    }

    private boolean pieceOf(TileDetection whole, TileDetection cut) {
        return whole.run() != cut.run() && whole.overlapInCommonRegion(cut) > limit;
    }

    private boolean seenWhole(TileDetection cut) {
        for (Region tile : grid.tiles()) {
            if (!TileDetection.isCut(cut.detection().box(), tile, grid.area())) {
                return true;
            }
        }
        return false;
    }

    private List<TileDetection> whole(List<TileDetection> sorted) {
        List<TileDetection> kept = new ArrayList<>();
        for (TileDetection sighting : sorted) {
            if (!sighting.cut() && kept.size() < most
                    && kept.stream()
                    .noneMatch(other -> comparable(other, sighting) && other.intersectionOverUnion(sighting) > limit)) {
                kept.add(sighting);
            }
        }
        return kept;
    }

    private List<TileDetection> joined(List<TileDetection> cut) {
        List<TileDetection> left = new ArrayList<>(cut);
        List<TileDetection> joined = new ArrayList<>();
        while (!left.isEmpty()) {
            List<TileDetection> parts = new ArrayList<>(List.of(left.remove(left.size() - 1)));
            for (int i = 0; i < parts.size(); i++) {
                TileDetection part = parts.get(i);
                left.removeIf(other -> comparable(part, other) && part.overlapInCommonRegion(other) > limit && parts.add(other));
            }
            joined.add(parts.stream().reduce(TileDetection::mergedWith).orElseThrow());
        }
        return joined;
    }

    private boolean comparable(TileDetection one, TileDetection other) {
        return one.run() != other.run() && (anyClass || one.detection().classId() == other.detection().classId());
    }
}
