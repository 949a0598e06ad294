package io.github.camelroboflow.embedded;

import io.github.camelroboflow.inference.ImageSize;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Walks the blocks of a GIF up to the end of its first frame, the one that is processed. */
final class GifHeader implements ImageFormat.Reader {

    private static final int IMAGE = 0x2C;
    private static final int EXTENSION = 0x21;

    private final ByteBuffer bytes;

    GifHeader(ByteBuffer bytes) {
        this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public ImageSize size() {
        return new ImageSize(bytes.getShort(6) & 0xffff, bytes.getShort(8) & 0xffff);
    }

    @Override
    public boolean whole() {
        int position = 13 + colours(bytes.get(10));
        int block = bytes.get(position++);
        while (block == EXTENSION) {
            position = skip(position + 1);
            block = bytes.get(position++);
        }
        if (block != IMAGE) {
            return false;
        }
        position = skip(position + 9 + colours(bytes.get(position + 8)) + 1);
        return position < bytes.limit();
    }

    private static int colours(byte flags) {
        return (flags & 0x80) == 0 ? 0 : 3 << (flags & 7) + 1;
    }

    /** Moves behind sub-blocks, of which an empty one is the last. */
    private int skip(int position) {
        int at = position;
        int length = bytes.get(at++) & 0xff;
        while (length != 0) {
            at += length;
            length = bytes.get(at++) & 0xff;
        }
        return at;
    }
}
