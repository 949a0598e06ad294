package io.github.camelroboflow.embedded;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * An output {@code [1, 4 + C + extras, N]}, as YOLOv8, 9, 11 and 12 have it: for each of N anchors the box's centre, width and
 * height in input pixels, then C class scores, 0 to 1, then what else belongs to it. Its score is that of its best class.
 *
 * @param output  the output's index
 * @param classes C
 */
record ColumnLayout(int output, int classes) implements BoxLayout {

    @Override
    public Candidates candidates(List<FloatTensor> outputs, float threshold) {
        FloatBuffer values = outputs.get(output).values();
        int anchors = anchors(outputs);
        float[] best = new float[anchors];
        int[] bestClass = new int[anchors];
        Arrays.fill(best, threshold);
        Arrays.fill(bestClass, -1);
        float[] scores = new float[anchors];
        for (int classId = 0; classId < classes; classId++) {
            values.get((4 + classId) * anchors, scores);
            for (int i = 0; i < anchors; i++) {
                if (scores[i] > best[i]) {
                    best[i] = scores[i];
                    bestClass[i] = classId;
                }
            }
        }
        Candidates candidates = new Candidates();
        for (int i = 0; i < anchors; i++) {
            if (bestClass[i] >= 0) {
                candidates.addCentred(values.get(i), values.get(anchors + i), values.get(2 * anchors + i),
                        values.get(3 * anchors + i), best[i], bestClass[i], i);
            }
        }
        return candidates;
    }

    @Override
    public void extras(List<FloatTensor> outputs, int row, float[] extras) {
        FloatBuffer values = outputs.get(output).values();
        int anchors = anchors(outputs);
        for (int i = 0; i < extras.length; i++) {
            extras[i] = values.get((4 + classes + i) * anchors + row);
        }
    }

    private int anchors(List<FloatTensor> outputs) {
        return (int) outputs.get(output).shape()[2];
    }

    @Override
    public boolean endToEnd() {
        return false;
    }
}
