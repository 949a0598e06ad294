package io.github.camelroboflow.embedded;

import java.util.Arrays;

/**
 * A net's numbers for each pixel and class, resized to the part of the image that it saw: bilinear, and antialiased where that part
 * is the smaller one. Row by row, as all of them may need more memory than there is.
 */
final class PixelScores {

    private final FloatTensor scores;
    private final int classes;
    private final int width;
    private final int height;
    private final int left;
    private final int top;
    private final TriangleFilter columns;
    private final TriangleFilter rows;
    private final float[] line;
    private final float[] mixed;

    /** @param scores {@code [1, K, h, w]} for the whole of the net's input */
    PixelScores(FloatTensor scores, Placement placement) {
        this.scores = scores;
        classes = (int) scores.shape()[1];
        height = (int) scores.shape()[2];
        width = (int) scores.shape()[3];
        double scaleX = (double) width / placement.input().width();
        double scaleY = (double) height / placement.input().height();
        left = (int) Math.rint(scaleX * placement.padLeft());
        top = (int) Math.rint(scaleY * placement.padTop());
        line = new float[width];
        mixed = new float[width - left - (int) Math.rint(scaleX * placement.padRight())];
        columns = new TriangleFilter(mixed.length, placement.crop().width());
        rows = new TriangleFilter(height - top - (int) Math.rint(scaleY * placement.padBottom()), placement.crop().height());
    }

    /** The numbers of a row of that part, the classes of a pixel next to each other. */
    float[] row(int y) {
        float[] row = new float[classes * columns.size()];
        for (int k = 0; k < classes; k++) {
            mix(k, y);
            for (int x = 0; x < columns.size(); x++) {
                double[] weights = columns.weights(x);
                double value = 0;
                for (int i = 0; i < weights.length; i++) {
                    value += weights[i] * mixed[columns.start(x) + i];
                }
                row[x * classes + k] = (float) value;
            }
        }
        return row;
    }

    /** What the net did not see, since the image is larger than its input, counts as 0. */
    private void mix(int k, int y) {
        Arrays.fill(mixed, 0);
        double[] weights = rows.weights(y);
        for (int i = 0; i < weights.length; i++) {
            int from = top + rows.start(y) + i;
            if (from >= 0 && from < height) {
                scores.values().get((k * height + from) * width, line);
                for (int x = Math.max(0, -left); x < Math.min(mixed.length, width - left); x++) {
                    mixed[x] += (float) (weights[i] * line[left + x]);
                }
            }
        }
    }
}
