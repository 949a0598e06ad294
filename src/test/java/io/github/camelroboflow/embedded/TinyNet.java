package io.github.camelroboflow.embedded;

import static io.github.camelroboflow.embedded.OnnxFile.BOOL;
import static io.github.camelroboflow.embedded.OnnxFile.INT64;
import static io.github.camelroboflow.embedded.OnnxFile.attribute;
import static io.github.camelroboflow.embedded.OnnxFile.floats;
import static io.github.camelroboflow.embedded.OnnxFile.integers;
import static io.github.camelroboflow.embedded.OnnxFile.node;
import static io.github.camelroboflow.embedded.OnnxFile.scalar;
import static io.github.camelroboflow.embedded.OnnxFile.value;

import io.github.camelroboflow.embedded.OnnxFile.Message;
import java.nio.file.Path;

/**
 * Writes an ONNX file with a net that finds an object in each cell of 8 by 8 pixels. Its output {@code [B, 6, H/8 * W/8]} is that
 * of YOLOv8 for two classes. The scores are the mean red and the mean blue of the cell, and the box is always the input's left top
 * 8 pixels. Another net never ends for images that are not dark.
 */
public final class TinyNet {

    private static final int CHANNELS = 6;
    private static final int CELL = 8;

    private TinyNet() {
    }

    /** @param input sides of the input; a text that is not a number is a dimension left open */
    static void write(Path file, String... input) {
        write(file, 1, input);
    }

    /**
     * @param factor factor of the scores
     * @param input  sides of the input; a text that is not a number is a dimension left open
     */
    static void write(Path file, float factor, String... input) {
        OnnxFile.write(file, cells("output0", factor, input));
    }

    /**
     * Writes a net with a loop that never ends for an image with a pixel brighter than that, 0 to 1; below 0 for every image.
     *
     * @param input sides of the input
     */
    public static void writeEndless(Path file, float brightness, String... input) {
        Message body = new Message()
                .message(1, node("Identity", new String[] {"again"}, "next"))
                .message(1, node("Identity", new String[] {"before"}, "after")).text(2, "body")
                .message(11, scalar("turn", INT64)).message(11, scalar("again", BOOL)).message(11, value("before", "b", "c", "n"))
                .message(12, scalar("next", BOOL)).message(12, value("after", "b", "c", "n"));
        OnnxFile.write(file, cells("cells0", 1, input)
                .message(1, node("ReduceMax", new String[] {"images"}, "brightest")
                        .message(5, attribute("keepdims", 0)))
                .message(5, floats("limit", new float[] {brightness}))
                .message(1, node("Greater", new String[] {"brightest", "limit"}, "bright"))
                .message(1, node("Loop", new String[] {"", "bright", "cells0"}, "output0")
                        .message(5, new Message().text(1, "body").message(6, body).number(20, 5))));
    }

    private static Message cells(String output, float factor, String... input) {
        return new Message()
                .message(1, node("Conv", new String[] {"images", "weights", "bias"}, "cells")
                        .message(5, attribute("strides", new int[] {CELL, CELL})))
                .message(1, node("Reshape", new String[] {"cells", "shape"}, output)).text(2, "tiny")
                .message(5, floats("weights", weights(factor), CHANNELS, 3, CELL, CELL))
                .message(5, floats("bias", new float[] {4, 4, 8, 8, 0, 0}, CHANNELS))
                .message(5, integers("shape", 0, CHANNELS, -1))
                .message(11, value("images", input)).message(12, value("output0", "b", String.valueOf(CHANNELS), "n"));
    }

    private static float[] weights(float factor) {
        float[] weights = new float[CHANNELS * 3 * CELL * CELL];
        for (int i = 0; i < CELL * CELL; i++) {
            weights[(4 * 3) * CELL * CELL + i] = factor / CELL / CELL;
            weights[(5 * 3 + 2) * CELL * CELL + i] = factor / CELL / CELL;
        }
        return weights;
    }
}
