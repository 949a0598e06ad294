package io.github.camelroboflow.embedded.decode;

import io.github.camelroboflow.embedded.decode.Activation.Sigmoid;
import io.github.camelroboflow.embedded.decode.BoxFamilies.AnchorGrid;
import io.github.camelroboflow.embedded.decode.NonMaximumSuppression.Candidates;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.PixelScale;
import io.github.camelroboflow.embedded.session.FloatTensor;
import io.github.camelroboflow.inference.geometry.ImageSize;
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

    /** Returns the preprocessing for models whose package doesn't describe it. */
    default Preprocessing preprocessing() {
        return Preprocessing.ULTRALYTICS;
    }

    /** Returns whether images are stretched with an antialiasing filter. */
    default boolean antialiased() {
        return false;
    }

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
     * The same output transposed, {@code [1, N, 4 + C + extras]}, as converters and users' own exports give it.
     *
     * @param output  index of the output
     * @param classes C
     */
    record TransposedLayout(int output, int classes) implements BoxLayout {

        @Override
        public Candidates candidates(List<FloatTensor> outputs, float threshold) {
            FloatBuffer values = outputs.get(output).values();
            int columns = columns(outputs);
            float[] row = new float[4 + classes];
            Candidates candidates = new Candidates();
            for (int i = 0; i < outputs.get(output).shape()[1]; i++) {
                values.get(i * columns, row);
                int best = best(row, 4);
                if (row[best] > threshold) {
                    candidates.addCentred(row[0], row[1], row[2], row[3], row[best], best - 4, i);
                }
            }
            return candidates;
        }

        @Override
        public void extras(List<FloatTensor> outputs, int row, float[] extras) {
            outputs.get(output).values().get(row * columns(outputs) + 4 + classes, extras);
        }

        private int columns(List<FloatTensor> outputs) {
            return (int) outputs.get(output).shape()[2];
        }

        @Override
        public boolean endToEnd() {
            return false;
        }
    }

    /** Returns the index of the greatest number from an index on. */
    static int best(float[] row, int from) {
        int best = from;
        for (int i = from + 1; i < row.length; i++) {
            best = row[i] > row[best] ? i : best;
        }
        return best;
    }

    /**
     * One output {@code [1, n, 6 + extras]}, as in YOLOv10, YOLO26 and exports that suppress overlapping boxes inside: x1, y1, x2,
     * y2 in input pixels, the score (0 to 1), the class id, then the extras of the box. Rows of zeros fill the output up.
     *
     * @param output  index of the output
     * @param classes number of classes; rows of other classes are left out
     * @param centred whether the first four numbers are the box's centre, width and height, as for oriented boxes
     */
    record EndToEndLayout(int output, int classes, boolean centred) implements BoxLayout {

        EndToEndLayout(int output, int classes) {
            this(output, classes, false);
        }

        @Override
        public Candidates candidates(List<FloatTensor> outputs, float threshold) {
            FloatBuffer values = outputs.get(output).values();
            int columns = columns(outputs);
            float[] row = new float[6];
            Candidates candidates = new Candidates();
            for (int i = 0; i < outputs.get(output).shape()[1]; i++) {
                values.get(i * columns, row);
                int classId = (int) row[5];
                if (row[4] > threshold && classId >= 0 && classId < classes && centred) {
                    candidates.addCentred(row[0], row[1], row[2], row[3], row[4], classId, i);
                } else if (row[4] > threshold && classId >= 0 && classId < classes) {
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
                    int best = best(row, 5);
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

    /**
     * One output {@code [1, N, 5 + C]}, as in YOLOX. Each of N anchors has the box's centre, width and height, the objectness (0 to
     * 1) and C class scores (0 to 1). The score of a box is the product of its objectness and the score of its best class. The
     * exporter leaves the boxes in cells of their grid (with the logarithms of width and height), or converts them to input pixels
     * (its option {@code decode_in_inference}).
     *
     * @param input   size of the input, pixels
     * @param grid    grids of the anchors
     * @param classes C
     */
    record YoloxLayout(ImageSize input, AnchorGrid grid, int classes) implements BoxLayout {

        /** The limit for logarithms of sides in cells: {@code exp(7) * 8} pixels are more than an input has. */
        private static final float GREATEST_LOGARITHM = 7;

        @Override
        public Candidates candidates(List<FloatTensor> outputs, float threshold) {
            FloatBuffer values = outputs.get(0).values();
            float[] row = new float[5 + classes];
            boolean pixels = hasPixels(values);
            Candidates candidates = new Candidates();
            int anchor = 0;
            for (int stride : grid.strides()) {
                for (int y = 0; y < AnchorGrid.rows(input, stride); y++) {
                    for (int x = 0; x < AnchorGrid.columns(input, stride); x++) {
                        values.get(anchor * row.length, row);
                        int best = best(row, 5);
                        float score = row[4] * row[best];
                        if (score > threshold && pixels) {
                            candidates.addCentred(row[0], row[1], row[2], row[3], score, best - 5, anchor);
                        } else if (score > threshold) {
                            candidates.addCentred((row[0] + x) * stride, (row[1] + y) * stride,
                                    (float) Math.exp(row[2]) * stride, (float) Math.exp(row[3]) * stride, score, best - 5, anchor);
                        }
                        anchor++;
                    }
                }
            }
            return candidates;
        }

        /** Returns whether the boxes are in pixels: then their sides are not negative, and some are longer than any logarithm. */
        private boolean hasPixels(FloatBuffer values) {
            boolean longer = false;
            for (int i = 0; i < values.limit(); i += 5 + classes) {
                if (values.get(i + 2) < 0 || values.get(i + 3) < 0) {
                    return false;
                }
                longer |= values.get(i + 2) > GREATEST_LOGARITHM || values.get(i + 3) > GREATEST_LOGARITHM;
            }
            return longer;
        }

        @Override
        public void extras(List<FloatTensor> outputs, int row, float[] extras) {
            throw new UnsupportedOperationException("this layout has only boxes and scores");
        }

        @Override
        public boolean endToEnd() {
            return false;
        }

        @Override
        public Preprocessing preprocessing() {
            return Preprocessing.YOLOX;
        }
    }

    /**
     * The boxes of Q queries, as in RT-DETR: centre, width and height, 0 to 1 of the input, and C scores. Nothing suppresses
     * overlapping boxes. Ultralytics exports one output {@code [1, Q, 4 + C]} with scores from 0 to 1, of which the best of a query
     * counts. Transformers exports {@code pred_boxes [1, Q, 4]} and {@code logits [1, Q, C]}; the Q highest of all Q * C scores
     * count, so that one query can give several classes.
     *
     * @param input   size of the input, pixels
     * @param boxes   index of the output with the boxes
     * @param scores  index of the output with the scores, or of the same output
     * @param classes C
     */
    record QueryLayout(ImageSize input, int boxes, int scores, int classes) implements BoxLayout {

        @Override
        public Candidates candidates(List<FloatTensor> outputs, float threshold) {
            FloatBuffer edges = outputs.get(boxes).values();
            FloatBuffer values = outputs.get(scores).values();
            int queries = (int) outputs.get(boxes).shape()[1];
            int columns = (int) outputs.get(boxes).shape()[2];
            float[] box = new float[4];
            float[] row = new float[classes];
            Candidates candidates = new Candidates();
            for (int i = 0; i < queries; i++) {
                edges.get(i * columns, box);
                values.get(split() ? i * classes : i * columns + 4, row);
                int best = best(row, 0);
                for (int classId = 0; classId < classes; classId++) {
                    float score = split() ? Sigmoid.of(row[classId]) : row[classId];
                    if (score > threshold && (split() || classId == best)) {
                        candidates.addCentred(box[0] * input.width(), box[1] * input.height(), box[2] * input.width(),
                                box[3] * input.height(), score, classId, i);
                    }
                }
            }
            return candidates;
        }

        /** Returns whether boxes and scores are outputs of their own. */
        private boolean split() {
            return boxes != scores;
        }

        @Override
        public void extras(List<FloatTensor> outputs, int row, float[] extras) {
            throw new UnsupportedOperationException("this layout has only boxes and scores");
        }

        @Override
        public boolean endToEnd() {
            return true;
        }

        @Override
        public Preprocessing preprocessing() {
            return Preprocessing.stretched(PixelScale.UNIT);
        }

        @Override
        public boolean antialiased() {
            return split();
        }
    }
}
