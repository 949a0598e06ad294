package io.github.camelroboflow.embedded.decode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps the most confident of boxes that overlap. Uses the true intersection over union, like Roboflow inference, engine N (its
 * older engine divides by the smaller box).
 */
final class NonMaximumSuppression {

    private static final Integer ALL_CLASSES = -1;

    private NonMaximumSuppression() {
    }

    /**
     * @param overlap       limit of the intersection over union with a kept box, 0 to 1; a box above it is suppressed
     * @param maxDetections limit of the kept boxes, over all classes
     * @param classAgnostic whether boxes also suppress boxes of other classes
     * @return indices of the kept boxes, the most confident first; equal scores in the order of the candidates
     */
    static int[] keep(Candidates candidates, double overlap, int maxDetections, boolean classAgnostic) {
        int[] kept = new int[Math.min(candidates.size(), maxDetections)];
        int count = 0;
        Map<Integer, List<Integer>> keptByClass = new HashMap<>();
        for (int i : byScore(candidates)) {
            if (count == kept.length) {
                break;
            }
            List<Integer> keptBoxes = keptByClass.computeIfAbsent(classAgnostic ? ALL_CLASSES : (Integer) candidates.classId(i),
                    id -> new ArrayList<>());
            if (!suppressed(candidates, i, keptBoxes, overlap)) {
                keptBoxes.add(i);
                kept[count++] = i;
            }
        }
        return Arrays.copyOf(kept, count);
    }

    /** Returns the indices of the most confident boxes, in that order, without suppressing any. */
    static int[] best(Candidates candidates, int count) {
        int[] sorted = byScore(candidates);
        return sorted.length > count ? Arrays.copyOf(sorted, count) : sorted;
    }

    private static boolean suppressed(Candidates candidates, int i, List<Integer> keptBoxes, double overlap) {
        for (int j = 0; j < keptBoxes.size(); j++) {
            if (candidates.intersectionOverUnion(keptBoxes.get(j), i) > overlap) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns the indices by falling score. Scores are not negative, so their bits sort as they do; the index in the lower bits
     * keeps equal scores in order.
     */
    private static int[] byScore(Candidates candidates) {
        long[] keys = new long[candidates.size()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = (long) ~Float.floatToIntBits(candidates.score(i)) << 32 | i;
        }
        Arrays.sort(keys);
        return Arrays.stream(keys).mapToInt(key -> (int) key).toArray();
    }

    /** The boxes above the threshold, in input pixels and the order of the anchors, before overlapping boxes are suppressed. */
    static final class Candidates {

        private int size;
        private float[] edges = new float[4 * 64];
        private float[] scores = new float[64];
        private int[] classIds = new int[64];
        private int[] rows = new int[64];

        /** @param row index in the outputs */
        void add(float x1, float y1, float x2, float y2, float score, int classId, int row) {
            if (size == scores.length) {
                edges = Arrays.copyOf(edges, 2 * edges.length);
                scores = Arrays.copyOf(scores, 2 * size);
                classIds = Arrays.copyOf(classIds, 2 * size);
                rows = Arrays.copyOf(rows, 2 * size);
            }
            edges[4 * size] = x1;
            edges[4 * size + 1] = y1;
            edges[4 * size + 2] = x2;
            edges[4 * size + 3] = y2;
            scores[size] = score;
            rows[size] = row;
            classIds[size++] = classId;
        }

        /** Adds a box by its centre, width and height. */
        void addCentred(float x, float y, float width, float height, float score, int classId, int row) {
            add(x - width / 2, y - height / 2, x + width / 2, y + height / 2, score, classId, row);
        }

        int size() {
            return size;
        }

        float x1(int i) {
            return edges[4 * i];
        }

        float y1(int i) {
            return edges[4 * i + 1];
        }

        float x2(int i) {
            return edges[4 * i + 2];
        }

        float y2(int i) {
            return edges[4 * i + 3];
        }

        float score(int i) {
            return scores[i];
        }

        int classId(int i) {
            return classIds[i];
        }

        /** Returns the index in the outputs: that of the anchor, row or query. */
        int row(int i) {
            return rows[i];
        }

        /** Returns the common area divided by the area of the union; NaN if both boxes are empty. */
        float intersectionOverUnion(int i, int j) {
            float width = Math.min(x2(i), x2(j)) - Math.max(x1(i), x1(j));
            float height = Math.min(y2(i), y2(j)) - Math.max(y1(i), y1(j));
            float intersection = Math.max(0, width) * Math.max(0, height);
            return intersection / (area(i) + area(j) - intersection);
        }

        private float area(int i) {
            return (x2(i) - x1(i)) * (y2(i) - y1(i));
        }
    }
}
