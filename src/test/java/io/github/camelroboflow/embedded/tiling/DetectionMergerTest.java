package io.github.camelroboflow.embedded.tiling;

import static io.github.camelroboflow.inference.InferenceOption.CLASS_AGNOSTIC_NMS;
import static io.github.camelroboflow.inference.InferenceOption.MAX_DETECTIONS;
import static io.github.camelroboflow.inference.InferenceOption.OVERLAP;
import static io.github.camelroboflow.inference.InferenceOption.TILE;
import static io.github.camelroboflow.inference.InferenceOption.TILE_OVERLAP;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detection.Keypoint;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.Box.ConvexPolygon;
import io.github.camelroboflow.inference.geometry.Box.Point;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The image has 280 x 100 pixels with three tiles of 100 x 100 at 0, 90 and 180, so neighbours have 10 pixels in common. */
class DetectionMergerTest {

    private static final int GEAR = 0;
    private static final int BOLT = 1;
    private static final InferenceOptions OPTIONS = InferenceOptions.DEFAULTS.with(TILE, new ImageSize(100, 100))
            .with(TILE_OVERLAP, 0.1);
    private static final Region AREA = new Region(0, 0, 280, 100);
    private static final TileGrid GRID = TileGrid.of("a.jpg", AREA, OPTIONS);

    private static Detection detection(int classId, double confidence, double x1, double y1, double x2, double y2) {
        return Detection.of(new Box(x1, y1, x2, y2), confidence, classId == GEAR ? "gear" : "bolt", classId, "");
    }

    private static TileDetection whole(int classId, double confidence, double x1, double y1, double x2, double y2) {
        return new TileDetection(detection(classId, confidence, x1, y1, x2, y2), null, AREA, 0, false);
    }

    /** Returns a tile detection with a box in pixels of the image. */
    private static TileDetection tile(int number, int classId, double confidence, double x1, double y1, double x2, double y2) {
        Detection detection = detection(classId, confidence, x1, y1, x2, y2);
        Region tile = GRID.tiles().get(number - 1);
        return new TileDetection(detection, null, tile, number, TileDetection.isTruncated(detection.box(), tile, AREA));
    }

    private static List<String> merged(InferenceOptions options, TileDetection... detections) {
        return new DetectionMerger(GRID, options).merge(List.of(detections)).stream().map(one -> one.detection().className() + " "
                + one.confidence() + " " + (int) one.detection().box().x1() + "-" + (int) one.detection().box().x2()).toList();
    }

    private static List<String> merged(TileDetection... detections) {
        return merged(OPTIONS, detections);
    }

    @Test
    void theTilesOfTheseTestsStartAtTheirPlaces() {
        assertThat(GRID.tiles()).extracting(Region::left).containsExactly(0, 90, 180);
    }

    @Test
    void theMoreConfidentDetectionOfWholeImageAndTileStays() {
        assertThat(merged(whole(GEAR, 0.6, 20, 20, 60, 60), tile(1, GEAR, 0.9, 22, 20, 60, 60))).containsExactly("gear 0.9 22-60");
    }

    @Test
    void aDetectionTruncatedByOneTileIsCompleteInTheNext() {
        assertThat(merged(tile(1, GEAR, 0.9, 93, 20, 100, 60), tile(2, GEAR, 0.5, 94, 20, 130, 60)))
                .containsExactly("gear 0.5 94-130");
    }

    @Test
    void aPieceOfAnotherClassIsDroppedIfTheNextTileHoldsTheWholeBox() {
        assertThat(merged(tile(1, BOLT, 0.9, 93, 20, 100, 60), tile(2, GEAR, 0.5, 94, 20, 130, 60)))
                .containsExactly("gear 0.5 94-130");
        assertThat(merged(tile(1, BOLT, 0.9, 93, 20, 100, 60))).isEmpty();
    }

    @Test
    void detectionsTruncatedByEveryTileAreMerged() {
        assertThat(merged(tile(1, GEAR, 0.6, 50, 20, 100, 60), tile(2, GEAR, 0.8, 90, 21, 140, 61)))
                .containsExactly("gear 0.8 50-140");
    }

    @Test
    void piecesOfThreeTilesAreMergedEvenIfTheFirstAndTheLastDoNotOverlap() {
        assertThat(merged(tile(1, GEAR, 0.6, 50, 20, 100, 60), tile(3, GEAR, 0.7, 180, 20, 200, 60),
                tile(2, GEAR, 0.5, 90, 20, 190, 60))).containsExactly("gear 0.7 50-200");
    }

    @Test
    void piecesOfACompleteObjectAreDropped() {
        assertThat(merged(whole(GEAR, 0.5, 50, 20, 200, 60), tile(1, GEAR, 0.9, 50, 20, 100, 60),
                tile(2, GEAR, 0.9, 90, 20, 190, 60), tile(3, GEAR, 0.9, 180, 20, 200, 60))).containsExactly("gear 0.5 50-200");
    }

    @Test
    void aPieceOfACompleteObjectIsDroppedDespiteAnotherClass() {
        assertThat(merged(whole(GEAR, 0.5, 50, 20, 200, 60), tile(1, BOLT, 0.9, 52, 22, 100, 60)))
                .containsExactly("gear 0.5 50-200");
        assertThat(merged(whole(GEAR, 0.5, 50, 20, 200, 60), tile(1, BOLT, 0.9, 60, 22, 100, 30))).hasSize(2);
    }

    @Test
    void piecesOfDifferentObjectsAtOneSeamAreNotMerged() {
        assertThat(merged(tile(1, GEAR, 0.6, 50, 10, 100, 40), tile(2, GEAR, 0.8, 90, 60, 140, 90)))
                .containsExactly("gear 0.8 90-140", "gear 0.6 50-100");
        assertThat(merged(tile(1, GEAR, 0.6, 50, 20, 100, 60), tile(2, BOLT, 0.8, 90, 20, 140, 60))).hasSize(2);
    }

    @Test
    void withClassAgnosticSuppressionClassesDoNotMatter() {
        InferenceOptions agnostic = OPTIONS.with(CLASS_AGNOSTIC_NMS, true);

        assertThat(merged(agnostic, tile(1, GEAR, 0.6, 50, 20, 100, 60), tile(2, BOLT, 0.8, 90, 20, 140, 60)))
                .containsExactly("bolt 0.8 50-140");
    }

    @Test
    void detectionsOfTheSameRunAreNotMerged() {
        assertThat(merged(tile(1, GEAR, 0.9, 20, 20, 60, 60), tile(1, GEAR, 0.8, 21, 20, 60, 60))).hasSize(2);
    }

    @Test
    void anOverlapOfOneLeavesNoDuplicates() {
        InferenceOptions tolerant = OPTIONS.with(OVERLAP, 1.0);

        assertThat(merged(tolerant, whole(GEAR, 0.6, 20, 20, 60, 60), tile(1, GEAR, 0.9, 22, 20, 60, 60))).hasSize(1);
    }

    @Test
    void theMostConfidentAreKept() {
        InferenceOptions one = OPTIONS.with(MAX_DETECTIONS, 1);

        assertThat(merged(one, tile(1, GEAR, 0.6, 20, 20, 60, 60), tile(3, GEAR, 0.7, 220, 20, 240, 60),
                tile(2, BOLT, 0.8, 90, 20, 140, 60))).containsExactly("bolt 0.8 90-140");
    }

    @Test
    void keypointsComeFromTheMoreConfidentPiece() {
        TileDetection left = withKeypoint(tile(1, GEAR, 0.6, 50, 20, 100, 60), "left");
        TileDetection right = withKeypoint(tile(2, GEAR, 0.8, 90, 20, 140, 60), "right");

        assertThat(Stream.of(List.of(left, right), List.of(right, left))
                .map(order -> new DetectionMerger(GRID, OPTIONS).merge(order)))
                .allSatisfy(objects -> assertThat(objects).singleElement()
                        .satisfies(one -> assertThat(one.detection().keypoints()).extracting(Keypoint::className)
                                .containsExactly("right")));
    }

    private static TileDetection withKeypoint(TileDetection tile, String name) {
        return new TileDetection(tile.detection().withKeypoints(List.of(new Keypoint(95, 40, 1, name, 0))), null, tile.region(),
                tile.runIndex(), tile.truncated());
    }

    private static TileDetection oriented(int number, double confidence, Point... corners) {
        Region tile = GRID.tiles().get(number - 1);
        Box box = new ConvexPolygon(List.of(corners)).bounds();
        Detection detection = Detection.of(box, confidence, "gear", GEAR, "").withOrientedBox(List.of(corners));
        return new TileDetection(detection, null, tile, number, TileDetection.isTruncated(box, tile, AREA));
    }

    private static List<TileDetection> orientedMerge(TileDetection... detections) {
        return new DetectionMerger(GRID, OPTIONS).merge(List.of(detections));
    }

    @Test
    void crossedOrientedBoxesAreTwoObjects() {
        TileDetection rising = oriented(1, 0.9, new Point(18, 60), new Point(58, 20), new Point(62, 24), new Point(22, 64));
        TileDetection falling = new TileDetection(oriented(1, 0.8, new Point(18, 24), new Point(22, 20), new Point(62, 60),
                new Point(58, 64)).detection(), null, AREA, 0, false);

        assertThat(orientedMerge(rising, falling)).hasSize(2);
        assertThat(orientedMerge(rising, new TileDetection(rising.detection(), null, AREA, 0, false))).hasSize(1);
    }

    @Test
    void anOrientedBoxTruncatedByEveryTileGrowsInItsDirection() {
        TileDetection left = oriented(1, 0.9, new Point(40, 40), new Point(99, 40), new Point(99, 50), new Point(40, 50));
        TileDetection right = oriented(2, 0.8, new Point(91, 41), new Point(150, 41), new Point(150, 51), new Point(91, 51));
        List<TileDetection> merged = orientedMerge(left, right);

        assertThat(merged).hasSize(1);
        assertThat(merged.get(0).detection().points()).containsExactly(new Point(40, 40), new Point(150, 40), new Point(150, 51),
                new Point(40, 51));
    }
}
