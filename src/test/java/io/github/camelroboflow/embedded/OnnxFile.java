package io.github.camelroboflow.embedded;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes ONNX files, without a library of ONNX. The numbers of the fields are those of {@code onnx.proto3}. */
public final class OnnxFile {

    static final int INT64 = 7;
    static final int BOOL = 9;

    private static final int INT_ATTRIBUTE = 2;
    private static final int TEXT_ATTRIBUTE = 3;
    private static final int INTS_ATTRIBUTE = 7;
    private static final int IR_VERSION = 8;
    private static final int OPSET = 13;

    private OnnxFile() {
    }

    /** Writes a file with a graph, in the 13th version of the operators. */
    public static void write(Path file, Message graph) {
        Message model = new Message().number(1, IR_VERSION).message(7, graph)
                .message(8, new Message().text(1, "").number(2, OPSET));
        try {
            Files.write(file, model.bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a node of a graph, which is its field 1. */
    public static Message node(String type, String[] inputs, String... outputs) {
        Message node = new Message();
        for (String input : inputs) {
            node.text(1, input);
        }
        for (String output : outputs) {
            node.text(2, output);
        }
        return node.text(4, type);
    }

    /** Returns an attribute, which is a node's field 5. */
    public static Message attribute(String name, int value) {
        return new Message().text(1, name).number(3, value).number(20, INT_ATTRIBUTE);
    }

    public static Message attribute(String name, String value) {
        return new Message().text(1, name).text(4, value).number(20, TEXT_ATTRIBUTE);
    }

    public static Message attribute(String name, int[] values) {
        Message attribute = new Message().text(1, name);
        for (int value : values) {
            attribute.number(8, value);
        }
        return attribute.number(20, INTS_ATTRIBUTE);
    }

    /** Returns a constant tensor, which is a graph's field 5. */
    public static Message floats(String name, float[] values, long... shape) {
        Message tensor = new Message();
        for (long side : shape) {
            tensor.number(1, side);
        }
        ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        return tensor.number(2, 1).text(8, name).field(9, raw.array());
    }

    /** Returns a constant list of integers, which is a graph's field 5. */
    public static Message integers(String name, long... values) {
        Message tensor = new Message().number(1, values.length).number(2, INT64);
        for (long value : values) {
            tensor.number(7, value);
        }
        return tensor.text(8, name);
    }

    /** Returns an input or output without dimensions: a graph's field 11 or 12. */
    static Message scalar(String name, int type) {
        return new Message().text(1, name)
                .message(2, new Message().message(1, new Message().number(1, type).message(2, new Message())));
    }

    /**
     * Returns an input or output of floats: a graph's field 11 or 12.
     *
     * @param sides its dimensions; a text that is not a number is a dimension left open
     */
    public static Message value(String name, String... sides) {
        Message shape = new Message();
        for (String side : sides) {
            shape.message(1, side.matches("\\d+") ? new Message().number(1, Long.parseLong(side)) : new Message().text(2, side));
        }
        return new Message().text(1, name).message(2, new Message().message(1, new Message().number(1, 1).message(2, shape)));
    }

    /** A Protocol Buffers message being written. */
    public static final class Message {

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        public Message number(int field, long value) {
            varint((long) field << 3);
            varint(value);
            return this;
        }

        public Message text(int field, String text) {
            return field(field, text.getBytes(StandardCharsets.UTF_8));
        }

        public Message message(int field, Message message) {
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
