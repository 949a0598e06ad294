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
    /** The limit of oriented boxes that are compared, which Ultralytics has, too. */
    private static final int MAX_ORIENTED = 30_000;

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

    /**
     * Keeps the most confident of oriented boxes that overlap, as Ultralytics does: a box is suppressed if its probabilistic
     * intersection over union with any more confident box reaches the limit, even if that box is suppressed, too.
     *
     * @param angles        angles of the boxes in radians, by the indices of the candidates
     * @param overlap       limit of the probabilistic intersection over union, 0 to 1
     * @param maxDetections limit of the kept boxes, over all classes
     * @param classAgnostic whether boxes also suppress boxes of other classes
     * @return indices of the kept boxes, the most confident first; equal scores in the order of the candidates
     */
    static int[] keepOriented(Candidates candidates, float[] angles, double overlap, int maxDetections, boolean classAgnostic) {
        int[] sorted = best(candidates, MAX_ORIENTED);
        int[] kept = new int[Math.min(sorted.length, maxDetections)];
        int count = 0;
        Map<Integer, List<GaussianBox>> moreConfident = new HashMap<>();
        for (int i : sorted) {
            if (count == kept.length) {
                break;
            }
            GaussianBox box = GaussianBox.of(candidates, i, angles[i]);
            List<GaussianBox> others = moreConfident
                    .computeIfAbsent(classAgnostic ? ALL_CLASSES : (Integer) candidates.classId(i), id -> new ArrayList<>());
            if (others.stream().noneMatch(other -> other.reaches(box, overlap))) {
                kept[count++] = i;
            }
            others.add(box);
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
        private int dropped;

        /**
         * Adds a box, unless it is not finite or has no area.
         *
         * @param row index in the outputs
         */
        void add(float x1, float y1, float x2, float y2, float score, int classId, int row) {
            if (!(x2 > x1 && y2 > y1 && Float.isFinite(x1 + y1 + x2 + y2))) {
                drop();
                return;
            }
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
            scores[size] = Math.min(1, score);
            rows[size] = row;
            classIds[size++] = classId;
        }

        /** Adds a box by its centre, width and height. */
        void addCentred(float x, float y, float width, float height, float score, int classId, int row) {
            add(x - width / 2, y - height / 2, x + width / 2, y + height / 2, score, classId, row);
        }

        /** Counts a candidate that can't be used. */
        void drop() {
            dropped++;
        }

        /** Returns the number of candidates that can't be used. */
        int dropped() {
            return dropped;
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

    /**
     * An oriented box as a normal distribution, with the box's mean and covariance. The probabilistic intersection over union of
     * two boxes is 1 minus the Hellinger distance of their distributions (Llerena and others, "Gaussian Bounding Boxes and
     * Probabilistic Intersection-over-Union for Object Detection", 2021; Ultralytics, {@code batch_probiou}).
     *
     * @param x  mean from the left
     * @param y  mean from the top
     * @param xx variance of x
     * @param yy variance of y
     * @param xy covariance of x and y
     */
    record GaussianBox(double x, double y, double xx, double yy, double xy) {

        private static final double EPSILON = 1e-7;
        private static final double MAX_DISTANCE = 100;

        static GaussianBox of(Candidates candidates, int i, double angle) {
            double width = candidates.x2(i) - candidates.x1(i);
            double height = candidates.y2(i) - candidates.y1(i);
            return of((candidates.x1(i) + candidates.x2(i)) / 2.0, (candidates.y1(i) + candidates.y2(i)) / 2.0, width, height,
                    angle);
        }

        static GaussianBox of(double x, double y, double width, double height, double angle) {
            double a = width * width / 12;
            double b = height * height / 12;
            double cos = Math.cos(angle);
            double sin = Math.sin(angle);
            return new GaussianBox(x, y, a * cos * cos + b * sin * sin, a * sin * sin + b * cos * cos, (a - b) * cos * sin);
        }

        /** Returns whether the probabilistic intersection over union is at least the limit. */
        boolean reaches(GaussianBox other, double limit) {
            double dx = x - other.x;
            double dy = y - other.y;
            // the distance of the means alone is often enough: no direction has more variance than the sum of both
            double reach = Math.max(xx + yy, other.xx + other.yy);
            double needed = -Math.log(1 - (1 - limit) * (1 - limit));
            return (dx * dx + dy * dy) / (8 * reach) <= needed + EPSILON && intersectionOverUnion(other) >= limit;
        }

        double intersectionOverUnion(GaussianBox other) {
            double a = xx + other.xx;
            double b = yy + other.yy;
            double c = xy + other.xy;
            double dx = other.x - x;
            double dy = y - other.y;
            double determinant = a * b - c * c;
            double means = (a * dy * dy + b * dx * dx) / (determinant + EPSILON) / 4 + c * dx * dy / (determinant + EPSILON) / 2;
            double shapes = Math.log(determinant / (4 * Math.sqrt(determinant() * other.determinant()) + EPSILON) + EPSILON) / 2;
            double distance = Math.max(EPSILON, Math.min(MAX_DISTANCE, means + shapes));
            return 1 - Math.sqrt(1 - Math.exp(-distance) + EPSILON);
        }

        private double determinant() {
            return Math.max(0, xx * yy - xy * xy);
        }
    }
}
