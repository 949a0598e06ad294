package io.github.camelroboflow.embedded.decode;

import io.github.camelroboflow.embedded.decode.NonMaximumSuppression.Candidates;
import io.github.camelroboflow.embedded.session.FloatTensor;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/** How a net's outputs hold boxes, scores, and what else belongs to a box. Immutable, used by many threads. */
interface BoxLayout {

    /** All boxes whose score is greater than the threshold, in the outputs' order. */
    Candidates candidates(List<FloatTensor> outputs, float threshold);

    /**
     * Reads what follows a box's scores.
     *
     * @param row   the candidate's {@link Candidates#row}
     * @param extras to be filled from its start
     */
    void extras(List<FloatTensor> outputs, int row, float[] extras);

    /** Whether the net has suppressed overlapping boxes itself. */
    boolean endToEnd();

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

    /**
     * An output {@code [1, n, 6 + extras]}, as YOLOv10, YOLO26 and exports with the suppression of overlapping boxes inside have
     * it: x1, y1, x2, y2 in input pixels, the score (0 to 1), the class id, then what else belongs to the box. Rows of zeros fill
     * it up.
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

    /**
     * An output {@code [1, N, 5 + C + extras]}, as YOLOv5 and YOLOv7 have it: for each of N anchors the box's centre, width and
     * height in input pixels, whether anything is there (0 to 1), C class scores (0 to 1), then what else belongs to it.
     * Whether anything is there is held against the threshold, but the score is that of the best class (Roboflow inference, engine
     * N).
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
}
