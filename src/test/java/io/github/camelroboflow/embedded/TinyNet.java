package io.github.camelroboflow.embedded;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes an ONNX file with a net that finds an object in each cell of 8 by 8 pixels. Its output {@code [B, 6, H/8 * W/8]} is that
 * of YOLOv8 for two classes. The scores are the mean red and the mean blue of the cell, and the box is always the input's left top
 * 8 pixels. Another net never ends for images that are not dark.
 */
public final class TinyNet {

    private static final int CHANNELS = 6;
    private static final int CELL = 8;
    private static final int INT64 = 7;
    private static final int BOOL = 9;

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
        write(file, cells("output0", factor, input));
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
        write(file, cells("cells0", 1, input)
                .message(1, node("ReduceMax", new String[] {"images"}, "brightest")
                        .message(5, new Message().text(1, "keepdims").number(3, 0).number(20, 2)))
                .message(5, floats("limit", new float[] {brightness}))
                .message(1, node("Greater", new String[] {"brightest", "limit"}, "bright"))
                .message(1, node("Loop", new String[] {"", "bright", "cells0"}, "output0")
                        .message(5, new Message().text(1, "body").message(6, body).number(20, 5))));
    }

    private static Message cells(String output, float factor, String... input) {
        return new Message()
                .message(1, node("Conv", new String[] {"images", "weights", "bias"}, "cells")
                .message(5, new Message().text(1, "strides").number(8, CELL).number(8, CELL).number(20, 7)))
                .message(1, node("Reshape", new String[] {"cells", "shape"}, output)).text(2, "tiny")
                .message(5, floats("weights", weights(factor), CHANNELS, 3, CELL, CELL))
                .message(5, floats("bias", new float[] {4, 4, 8, 8, 0, 0}, CHANNELS))
                .message(5, new Message().number(1, 3).number(2, 7).number(7, 0).number(7, CHANNELS).number(7, -1).text(8, "shape"))
                .message(11, value("images", input)).message(12, value("output0", "b", String.valueOf(CHANNELS), "n"));
    }

    private static void write(Path file, Message graph) {
        Message model = new Message().number(1, 8).message(7, graph).message(8, new Message().text(1, "").number(2, 13));
        try {
            Files.write(file, model.bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static float[] weights(float factor) {
        float[] weights = new float[CHANNELS * 3 * CELL * CELL];
        for (int i = 0; i < CELL * CELL; i++) {
            weights[(4 * 3) * CELL * CELL + i] = factor / CELL / CELL;
            weights[(5 * 3 + 2) * CELL * CELL + i] = factor / CELL / CELL;
        }
        return weights;
    }

    private static Message node(String type, String[] inputs, String output) {
        Message node = new Message();
        for (String input : inputs) {
            node.text(1, input);
        }
        return node.text(2, output).text(4, type);
    }

    private static Message floats(String name, float[] values, long... shape) {
        Message tensor = new Message();
        for (long side : shape) {
            tensor.number(1, side);
        }
        ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        return tensor.number(2, 1).text(8, name).field(9, raw.array());
    }

    private static Message scalar(String name, int type) {
        return new Message().text(1, name)
                .message(2, new Message().message(1, new Message().number(1, type).message(2, new Message())));
    }

    private static Message value(String name, String... sides) {
        Message shape = new Message();
        for (String side : sides) {
            shape.message(1, side.matches("\\d+") ? new Message().number(1, Long.parseLong(side)) : new Message().text(2, side));
        }
        return new Message().text(1, name).message(2, new Message().message(1, new Message().number(1, 1).message(2, shape)));
    }

    /** A Protocol Buffers message being written. */
    private static final class Message {

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Message number(int field, long value) {
            varint((long) field << 3);
            varint(value);
            return this;
        }

        Message text(int field, String text) {
            return field(field, text.getBytes(StandardCharsets.UTF_8));
        }

        Message message(int field, Message message) {
            return field(field, message.bytes());
        }

        Message field(int field, byte[] bytes) {
            varint((long) field << 3 | 2);
            varint(bytes.length);
            out.writeBytes(bytes);
            return this;
        }

        byte[] bytes() {
            return out.toByteArray();
        }

        private void varint(long value) {
            long left = value;
            while ((left & ~0x7fL) != 0) {
                out.write((int) (left & 0x7f | 0x80));
                left >>>= 7;
            }
            out.write((int) left);
        }
    }
}
