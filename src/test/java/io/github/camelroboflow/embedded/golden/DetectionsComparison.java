package io.github.camelroboflow.embedded.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.embedded.golden.Deviation.Measure;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detection.Keypoint;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.Mask;
import java.util.ArrayList;
import java.util.List;

/** Compares detections: the same number, classes and keypoints; boxes, masks and keypoints within the tolerance. */
final class DetectionsComparison {

    private DetectionsComparison() {
    }

    /** Pairs each recorded prediction with the nearest actual one of its class. The order of nearly equal scores doesn't count. */
    static Deviation compare(Detections expected, Detections actual) {
        assertThat(actual.predictions()).hasSameSizeAs(expected.predictions());
        List<Detection> left = new ArrayList<>(actual.predictions());
        Deviation deviation = Deviation.of(expected.predictions().size());
        for (Detection one : expected.predictions()) {
            Detection nearest = left.stream().filter(other -> other.className().equals(one.className())
                    && other.classId() == one.classId()).min((a, b) -> Double.compare(distance(one, a), distance(one, b)))
                    .orElseThrow(() -> new AssertionError("there is no other " + one.className()));
            left.remove(nearest);
            deviation.with(Measure.EDGE, edge(one.box(), nearest.box()))
                    .with(Measure.CONFIDENCE, Math.abs(one.confidence() - nearest.confidence()));
            compareKeypoints(one.keypoints(), nearest.keypoints(), deviation);
            compareMasks(one, nearest, deviation);
        }
        return deviation;
    }

    private static void compareKeypoints(List<Keypoint> expected, List<Keypoint> actual, Deviation deviation) {
        assertThat(actual).extracting(Keypoint::className).isEqualTo(expected.stream().map(Keypoint::className).toList());
        assertThat(actual).extracting(Keypoint::classId).isEqualTo(expected.stream().map(Keypoint::classId).toList());
        for (int i = 0; i < expected.size(); i++) {
            Keypoint one = expected.get(i);
            Keypoint other = actual.get(i);
            deviation.with(Measure.KEYPOINT, Math.max(Math.abs(one.x() - other.x()), Math.abs(one.y() - other.y())))
                    .with(Measure.CONFIDENCE, Math.abs(one.confidence() - other.confidence()));
        }
    }

    private static void compareMasks(Detection expected, Detection actual, Deviation deviation) {
        assertThat(actual.rle() == null).as("has no RLE").isEqualTo(expected.rle() == null);
        assertThat(actual.points().isEmpty()).as("has no points").isEqualTo(expected.points().isEmpty());
        if (expected.mask().isPresent()) {
            Mask one = expected.mask().get();
            Mask other = actual.mask().get();
            long common = one.intersection(other);
            long either = one.area() + other.area() - common;
            deviation.with(Measure.MASK, either == 0 ? 0 : 1 - (double) common / either);
        }
    }

    private static double distance(Detection one, Detection other) {
        return edge(one.box(), other.box()) + Math.abs(one.confidence() - other.confidence());
    }

    private static double edge(Box one, Box other) {
        return Math.max(Math.max(Math.abs(one.x1() - other.x1()), Math.abs(one.y1() - other.y1())),
                Math.max(Math.abs(one.x2() - other.x2()), Math.abs(one.y2() - other.y2())));
    }
}
