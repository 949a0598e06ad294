package io.github.camelroboflow.embedded;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * Two outputs, as YOLO-NAS has them: {@code [1, N, 4]}, the boxes' edges x1, y1, x2, y2 in input pixels, and {@code [1, N, C]},
 * their class scores, 0 to 1. A box's score is that of its best class.
 */
record SplitLayout() implements BoxLayout {

    @Override
    public Candidates candidates(List<FloatTensor> outputs, float threshold) {
        FloatBuffer boxes = outputs.get(0).values();
        FloatBuffer scores = outputs.get(1).values();
        float[] row = new float[(int) outputs.get(1).shape()[2]];
        Candidates candidates = new Candidates();
        for (int i = 0; i < outputs.get(1).shape()[1]; i++) {
            scores.get(i * row.length, row);
            float best = threshold;
            int bestClass = -1;
            for (int classId = 0; classId < row.length; classId++) {
                if (row[classId] > best) {
                    best = row[classId];
                    bestClass = classId;
                }
            }
            if (bestClass >= 0) {
                candidates.add(boxes.get(4 * i), boxes.get(4 * i + 1), boxes.get(4 * i + 2), boxes.get(4 * i + 3), best,
                        bestClass, i);
            }
        }
        return candidates;
    }

    @Override
    public void extras(List<FloatTensor> outputs, int row, float[] extras) {
        throw new UnsupportedOperationException("there is nothing besides boxes and scores");
    }

    @Override
    public boolean endToEnd() {
        return false;
    }
}
