package io.github.camelroboflow.embedded;

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
final class SeamMerge {

    private static final double HIGHEST_LIMIT = 0.5;

    private final TileGrid grid;
    private final boolean anyClass;
    private final double limit;
    private final int most;

    SeamMerge(TileGrid grid, InferenceOptions options) {
        this.grid = grid;
        anyClass = options.classAgnosticNms();
        limit = Math.min(options.overlap(), HIGHEST_LIMIT);
        most = options.maxDetections();
    }

    /** The objects, the most confident first, at most {@link InferenceOptions#maxDetections()}. */
    List<Sighting> objects(List<Sighting> sightings) {
        Comparator<Sighting> byConfidence = Comparator.comparingDouble(Sighting::confidence).reversed();
        List<Sighting> sorted = sightings.stream().sorted(byConfidence).toList();
        List<Sighting> objects = whole(sorted);
        objects.addAll(joined(sorted.stream().filter(Sighting::cut).filter(cut -> !seenWhole(cut))
                .filter(cut -> objects.stream().noneMatch(whole -> pieceOf(whole, cut))).toList()));
        return objects.stream().sorted(byConfidence).limit(most).toList();
    }

    private boolean pieceOf(Sighting whole, Sighting cut) {
        return whole.run() != cut.run() && whole.agreement(cut) > limit;
    }

    private boolean seenWhole(Sighting cut) {
        for (Region tile : grid.tiles()) {
            if (!Sighting.isCut(cut.detection().box(), tile, grid.area())) {
                return true;
            }
        }
        return false;
    }

    private List<Sighting> whole(List<Sighting> sorted) {
        List<Sighting> kept = new ArrayList<>();
        for (Sighting sighting : sorted) {
            if (!sighting.cut() && kept.size() < most
                    && kept.stream().noneMatch(other -> comparable(other, sighting) && other.overlap(sighting) > limit)) {
                kept.add(sighting);
            }
        }
        return kept;
    }

    private List<Sighting> joined(List<Sighting> cut) {
        List<Sighting> left = new ArrayList<>(cut);
        List<Sighting> joined = new ArrayList<>();
        while (!left.isEmpty()) {
            List<Sighting> parts = new ArrayList<>(List.of(left.remove(left.size() - 1)));
            for (int i = 0; i < parts.size(); i++) {
                Sighting part = parts.get(i);
                left.removeIf(other -> comparable(part, other) && part.agreement(other) > limit && parts.add(other));
            }
            joined.add(parts.stream().reduce(Sighting::joined).orElseThrow());
        }
        return joined;
    }

    private boolean comparable(Sighting one, Sighting other) {
        return one.run() != other.run() && (anyClass || one.detection().classId() == other.detection().classId());
    }
}
