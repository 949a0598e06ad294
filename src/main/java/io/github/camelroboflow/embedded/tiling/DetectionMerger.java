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
 * Merges the tile detections of each object into one, in this order:
 * <ol>
 * <li>A truncated detection is dropped if another tile holds the whole box: that tile shows the whole object, or there is none.
 * <li>Among complete detections whose intersection over union is above the limit, the most confident one stays.
 * <li>A truncated detection is dropped if it matches a complete one of any class: a piece is often taken for something else.
 * <li>Truncated detections that match each other, directly or through others, become one. It has the box and the mask of all of
 * them, and the confidence and keypoints of the most confident one.
 * </ol>
 * Two detections match if, within the common region of both runs, their intersection over union is above the limit. The limit is
 * {@code overlap}, or 0.5 if that is less: two runs never find the same object with equal boxes. Except in the third step, only
 * detections of one class are compared, or all with {@code classAgnosticNms}. Detections of the same run are never compared, since
 * the run has suppressed its own duplicates.
 */
final class DetectionMerger {

    private static final double MAX_LIMIT = 0.5;

    private final TileGrid grid;
    private final boolean anyClass;
    private final double limit;
    private final int maxDetections;

    DetectionMerger(TileGrid grid, InferenceOptions options) {
        this.grid = grid;
        anyClass = options.get(CLASS_AGNOSTIC_NMS);
        limit = Math.min(options.get(OVERLAP), MAX_LIMIT);
        maxDetections = options.get(MAX_DETECTIONS);
    }

    /** Returns the merged detections, the most confident first, at most {@code maxDetections}. */
    List<TileDetection> merge(List<TileDetection> detections) {
        Comparator<TileDetection> byConfidence = Comparator.comparingDouble(TileDetection::confidence).reversed();
        List<TileDetection> sorted = detections.stream().sorted(byConfidence).toList();
        List<TileDetection> merged = complete(sorted);
        merged.addAll(mergeTruncated(sorted.stream().filter(TileDetection::truncated)
                .filter(truncated -> !isWholeInAnotherTile(truncated))
                .filter(truncated -> merged.stream().noneMatch(complete -> isPieceOf(complete, truncated))).toList()));
        return merged.stream().sorted(byConfidence).limit(maxDetections).toList();
    }

    private boolean isPieceOf(TileDetection complete, TileDetection truncated) {
        return complete.runIndex() != truncated.runIndex() && complete.overlapInCommonRegion(truncated) > limit;
    }

    private boolean isWholeInAnotherTile(TileDetection truncated) {
        for (Region tile : grid.tiles()) {
            if (!TileDetection.isTruncated(truncated.detection().box(), tile, grid.area())) {
                return true;
            }
        }
        return false;
    }

    private List<TileDetection> complete(List<TileDetection> sorted) {
        List<TileDetection> kept = new ArrayList<>();
        for (TileDetection detection : sorted) {
            if (!detection.truncated() && kept.size() < maxDetections
                    && kept.stream().noneMatch(other -> comparable(other, detection)
                            && other.intersectionOverUnion(detection) > limit)) {
                kept.add(detection);
            }
        }
        return kept;
    }

    private List<TileDetection> mergeTruncated(List<TileDetection> truncated) {
        List<TileDetection> remaining = new ArrayList<>(truncated);
        List<TileDetection> merged = new ArrayList<>();
        while (!remaining.isEmpty()) {
            List<TileDetection> parts = new ArrayList<>(List.of(remaining.remove(remaining.size() - 1)));
            for (int i = 0; i < parts.size(); i++) {
                TileDetection part = parts.get(i);
                remaining.removeIf(other -> comparable(part, other) && part.overlapInCommonRegion(other) > limit
                        && parts.add(other));
            }
            merged.add(parts.stream().reduce(TileDetection::mergedWith).orElseThrow());
        }
        return merged;
    }

    private boolean comparable(TileDetection one, TileDetection other) {
        return one.runIndex() != other.runIndex() && (anyClass || one.detection().classId() == other.detection().classId());
    }
}
