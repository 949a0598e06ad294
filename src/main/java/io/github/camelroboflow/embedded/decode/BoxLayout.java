package io.github.camelroboflow.embedded.decode;

import io.github.camelroboflow.embedded.decode.Activation.Sigmoid;
import io.github.camelroboflow.embedded.decode.BoxFamilies.AnchorGrid;
import io.github.camelroboflow.embedded.decode.NonMaximumSuppression.Candidates;
import io.github.camelroboflow.embedded.decode.OutputDecoder.OutputChecks;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.PixelScale;
import io.github.camelroboflow.embedded.session.FloatTensor;
import io.github.camelroboflow.embedded.session.FloatTensor.WrongOutputException;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

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
    default void extras(List<FloatTensor> outputs, int row, float[] extras) {
        throw new UnsupportedOperationException("this layout has only boxes and scores");
    }

    /** Returns whether overlapping boxes stay as they are: the net itself has suppressed them, or is trained to find none. */
    default boolean endToEnd() {
        return false;
    }

    /** Returns the greatest number of boxes in a result. */
    default int mostBoxes(List<FloatTensor> outputs) {
        return Integer.MAX_VALUE;
    }

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
            float least = 0;
            for (int classId = 0; classId < classes; classId++) {
                values.get((4 + classId) * anchors, scores);
                for (int i = 0; i < anchors; i++) {
                    least = Math.min(least, scores[i]);
                    if (scores[i] > best[i]) {
                        best[i] = scores[i];
                        bestClass[i] = classId;
                    }
                }
            }
            Candidates candidates = new Candidates();
            for (int i = 0; i < anchors; i++) {
                OutputChecks.scores(0, best[i]);
                if (bestClass[i] >= 0) {
                    candidates.addCentred(values.get(i), values.get(anchors + i), values.get(2 * anchors + i),
                            values.get(3 * anchors + i), best[i], bestClass[i], i);
                } else if (Float.isNaN(least) && isNaN(values, i, anchors)) {
                    candidates.drop();
                }
            }
            OutputChecks.scores(Float.isNaN(least) ? leastNumber(values, anchors) : least, 0);
            return candidates;
        }

        /** Returns the least of the scores that are numbers, or 0. */
        private float leastNumber(FloatBuffer values, int anchors) {
            float least = 0;
            for (int i = 4 * anchors; i < (4 + classes) * anchors; i++) {
                least = values.get(i) < least ? values.get(i) : least;
            }
            return least;
        }

        private boolean isNaN(FloatBuffer values, int anchor, int anchors) {
            return IntStream.range(4, 4 + classes).anyMatch(row -> Float.isNaN(values.get(row * anchors + anchor)));
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
                if (checkScores(row, 4, best, candidates) && row[best] > threshold) {
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
    }

    /**
     * Checks the scores of a box, and drops it if they are no numbers.
     *
     * @param from index of the first score
     * @param best index of the greatest score
     * @return whether they are numbers
     */
    static boolean checkScores(float[] row, int from, int best, Candidates candidates) {
        float least = row[best];
        for (int i = from; i < row.length; i++) {
            least = Math.min(least, row[i]);
        }
        if (Float.isNaN(least)) {
            candidates.drop();
            return false;
        }
        OutputChecks.scores(least, row[best]);
        return true;
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
     * y2 in input pixels, the score (0 to 1), the class id, then the extras of the box. Rows with the score 0 fill the
     * output up; their class id may be -1.
     *
     * @param output  index of the output
     * @param classes number of classes
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
                if (Float.isNaN(row[4])) {
                    candidates.drop();
                } else if (row[4] > 0 || row[5] >= 0) {
                    OutputChecks.scores(row[4], row[4]);
                    OutputChecks.classId(row[5], classes);
                    if (row[4] > threshold && centred) {
                        candidates.addCentred(row[0], row[1], row[2], row[3], row[4], (int) row[5], i);
                    } else if (row[4] > threshold) {
                        candidates.add(row[0], row[1], row[2], row[3], row[4], (int) row[5], i);
                    }
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
                float objectness = values.get(i * columns + 4);
                OutputChecks.scores(objectness, objectness);
                if (Float.isNaN(objectness)) {
                    candidates.drop();
                } else if (objectness > threshold) {
                    values.get(i * columns, row);
                    int best = best(row, 5);
                    if (checkScores(row, 5, best, candidates)) {
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
                int best = best(row, 0);
                if (checkScores(row, 0, best, candidates) && row[best] > threshold) {
                    candidates.add(boxes.get(4 * i), boxes.get(4 * i + 1), boxes.get(4 * i + 2), boxes.get(4 * i + 3), row[best],
                            best, i);
                }
            }
            return candidates;
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
                        float score = checkScores(row, 4, row[4] > row[best] ? 4 : best, candidates) ? row[4] * row[best] : 0;
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

        /** The limit for sides of boxes, which may be somewhat longer than the image. */
        private static final float LONGEST_SIDE = 2;

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
                for (int classId = 0; classId < classes && split(); classId++) {
                    row[classId] = Sigmoid.of(row[classId]);
                }
                if (!checkScores(row, 0, best, candidates)) {
                    continue;
                }
                for (int classId = 0; classId < classes; classId++) {
                    if (row[classId] > threshold && (split() || classId == best)) {
                        checkSide(box[2]);
                        checkSide(box[3]);
                        candidates.addCentred(box[0] * input.width(), box[1] * input.height(), box[2] * input.width(),
                                box[3] * input.height(), row[classId], classId, i);
                    }
                }
            }
            return candidates;
        }

        private static void checkSide(float side) {
            if (side > LONGEST_SIDE && Float.isFinite(side)) {
                throw new WrongOutputException("the side " + side + " of a box is not between 0 and 1, as RT-DETR's are: if it is"
                        + " of another kind, write its \"model_type\" into model_type.json");
            }
        }

        @Override
        public int mostBoxes(List<FloatTensor> outputs) {
            return (int) outputs.get(boxes).shape()[1];
        }

        /** Returns whether boxes and scores are outputs of their own. */
        private boolean split() {
            return boxes != scores;
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
