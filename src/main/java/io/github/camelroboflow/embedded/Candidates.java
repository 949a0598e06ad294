package io.github.camelroboflow.embedded;

import java.util.Arrays;

/** Boxes above the threshold, in the network's pixels and the order of its anchors, before overlapping ones are suppressed. */
final class Candidates {

    private int size;
    private float[] edges = new float[4 * 64];
    private float[] scores = new float[64];
    private int[] classIds = new int[64];
    private int[] rows = new int[64];

    /** @param row where it stands in the outputs */
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

    /** By its centre, width and height. */
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

    /** Where it stands in the outputs: the index of its anchor, row or query. */
    int row(int i) {
        return rows[i];
    }

    /** The area that both cover, divided by the area that either covers; NaN if both are empty. */
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
