package io.github.camelroboflow.hosted.weights;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * Checks that a file is a complete ONNX file by its outermost fields: a {@code ModelProto} is a sequence of protobuf
 * fields (a tag, then a number, or a length and that many bytes), and field 7 is the graph. The check detects a
 * truncated file or an HTML page where no checksum exists. It does not check whether the model can run.
 */
final class OnnxFileCheck {

    private static final int GRAPH = 7;
    private static final int VARINT = 0;
    private static final int EIGHT_BYTES = 1;
    private static final int LENGTH = 2;
    private static final int FOUR_BYTES = 5;
    private static final int MAX_VARINT_BYTES = 10;

    private OnnxFileCheck() {
    }

    static boolean isComplete(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            boolean graph = false;
            while (file.getFilePointer() < file.length()) {
                long tag = varint(file);
                if (!skip(file, (int) (tag & 7))) {
                    return false;
                }
                graph |= tag == (GRAPH << 3 | LENGTH);
            }
            return graph;
        } catch (EOFException e) {
            return false;
        }
    }

    /** Skips a value. Returns whether it is complete and of a known type. */
    private static boolean skip(RandomAccessFile file, int type) throws IOException {
        long length;
        switch (type) {
            case VARINT -> {
                varint(file);
                length = 0;
            }
            case EIGHT_BYTES -> length = 8;
            case LENGTH -> length = varint(file);
            case FOUR_BYTES -> length = 4;
            default -> length = -1;
        }
        if (length < 0 || length > file.length() - file.getFilePointer()) {
            return false;
        }
        file.seek(file.getFilePointer() + length);
        return true;
    }

    private static long varint(RandomAccessFile file) throws IOException {
        long value = 0;
        for (int i = 0; i < MAX_VARINT_BYTES; i++) {
            int next = file.readUnsignedByte();
            value |= (long) (next & 0x7f) << 7 * i;
            if (next < 0x80) {
                return value;
            }
        }
        return -1;
    }
}
