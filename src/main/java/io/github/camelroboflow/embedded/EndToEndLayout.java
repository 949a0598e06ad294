package io.github.camelroboflow.embedded;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * An output {@code [1, n, 6 + extras]}, as YOLOv10, YOLO26 and exports with the suppression of overlapping boxes inside have it:
 * x1, y1, x2, y2 in input pixels, the score (0 to 1), the class id, then what else belongs to the box. Rows of zeros fill it up.
 *
 * @param output  the output's index
 * @param classes how many there are; rows of others are left out
 */
record EndToEndLayout(int output, int classes) implements BoxLayout {

    @Override
    public Candidates candidates(List<FloatTensor> outputs, float threshold) {
        FloatBuffer values = outputs.get(output).values();
        int columns = columns(outputs);
        float[] row = new float[6];
        Candidates candidates = new Candidates();
        for (int i = 0; i < outputs.get(output).shape()[1]; i++) {
            values.get(i * columns, row);
            int classId = (int) row[5];
            if (row[4] > threshold && classId >= 0 && classId < classes) {
                candidates.add(row[0], row[1], row[2], row[3], row[4], classId, i);
            }
        }
        return candidates;
    }

    @Override
    public void extras(List<FloatTensor> outputs, int row, float[] extras) {
        outputs.get(output).values().get(row * columns(outputs) + 6, extras);
    }

    private int columns(List<FloatTensor> outputs) {
        return (int) outputs.get(output).shape()[2];
    }

    @Override
    public boolean endToEnd() {
        return true;
    }
}
