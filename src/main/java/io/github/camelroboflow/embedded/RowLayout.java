package io.github.camelroboflow.embedded;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * An output {@code [1, N, 5 + C + extras]}, as YOLOv5 and YOLOv7 have it: for each of N anchors the box's centre, width and height
 * in input pixels, whether anything is there (0 to 1), C class scores (0 to 1), then what else belongs to it.
 * Whether anything is there is held against the threshold, but the score is that of the best class (Roboflow inference, engine N).
 *
 * @param output  the output's index
 * @param classes C
 */
record RowLayout(int output, int classes) implements BoxLayout {

    @Override
    public Candidates candidates(List<FloatTensor> outputs, float threshold) {
        FloatBuffer values = outputs.get(output).values();
        int columns = columns(outputs);
        float[] row = new float[5 + classes];
        Candidates candidates = new Candidates();
        for (int i = 0; i < outputs.get(output).shape()[1]; i++) {
            if (values.get(i * columns + 4) > threshold) {
                values.get(i * columns, row);
                int best = 5;
                for (int k = 6; k < row.length; k++) {
                    best = row[k] > row[best] ? k : best;
                }
                if (row[best] >= 0) {
                    candidates.addCentred(row[0], row[1], row[2], row[3], row[best], best - 5, i);
                }
            }
        }
        return candidates;
    }

    @Override
    public void extras(List<FloatTensor> outputs, int row, float[] extras) {
        outputs.get(output).values().get(row * columns(outputs) + 5 + classes, extras);
    }

    private int columns(List<FloatTensor> outputs) {
        return (int) outputs.get(output).shape()[2];
    }

    @Override
    public boolean endToEnd() {
        return false;
    }
}
