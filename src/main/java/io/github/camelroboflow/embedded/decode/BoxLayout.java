package io.github.camelroboflow.embedded.decode;

import io.github.camelroboflow.embedded.decode.NonMaximumSuppression.Candidates;
import io.github.camelroboflow.embedded.session.FloatTensor;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/** The layout of boxes, scores and further numbers of each box in a net's outputs. Immutable, used by many threads. */
interface BoxLayout {

    /** Returns all boxes with a score above the threshold, in the outputs' order. */
    Candidates candidates(List<FloatTensor> outputs, float threshold);

    /**
     * Reads the numbers after a box's scores.
     *
     * @param row    {@link Candidates#row} of the candidate
     * @param extras array that is filled from its start
     */
    void extras(List<FloatTensor> outputs, int row, float[] extras);

    /** Returns whether the net itself has suppressed overlapping boxes. */
    boolean endToEnd();

    /**
     * One output {@code [1, 4 + C + extras, N]}, as in YOLOv8, 9, 11 and 12. Each of N anchors has the box's centre, width and
     * height in input pixels, then C class scores, 0 to 1, then its extras. The score of a box is that of its best class.
     *
     * @param output  index of the output
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

    /**
     * One output {@code [1, n, 6 + extras]}, as in YOLOv10, YOLO26 and exports that suppress overlapping boxes inside: x1, y1, x2,
     * y2 in input pixels, the score (0 to 1), the class id, then the extras of the box. Rows of zeros fill the output up.
     *
     * @param output  index of the output
     * @param classes number of classes; rows of other classes are left out
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

    /**
     * One output {@code [1, N, 5 + C + extras]}, as in YOLOv5 and YOLOv7. Each of N anchors has the box's centre, width and height
     * in input pixels, the objectness (0 to 1), C class scores (0 to 1), then its extras. The threshold applies to the objectness,
     * but the score is that of the best class (Roboflow inference, engine N).
     *
     * @param output  index of the output
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

    /**
     * Two outputs, as in YOLO-NAS: {@code [1, N, 4]}, the boxes' edges x1, y1, x2, y2 in input pixels, and {@code [1, N, C]}, their
     * class scores, 0 to 1. The score of a box is that of its best class.
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
            throw new UnsupportedOperationException("this layout has only boxes and scores");
        }

        @Override
        public boolean endToEnd() {
            return false;
        }
    }
}
