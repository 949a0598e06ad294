package io.github.camelroboflow.embedded;

import io.github.camelroboflow.inference.ImageSize;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads the first directory of a TIFF, the one of the image that is processed. */
final class TiffHeader implements ImageFormat.Reader {

    private static final int WIDTH = 256;
    private static final int HEIGHT = 257;
    private static final int STRIP_OFFSETS = 273;
    private static final int STRIP_LENGTHS = 279;
    private static final int TILE_OFFSETS = 324;
    private static final int TILE_LENGTHS = 325;
    private static final int SHORT = 3;

    private final ByteBuffer bytes;

    TiffHeader(ByteBuffer bytes) {
        this.bytes = bytes.order(bytes.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    }

    @Override
    public ImageSize size() {
        long[] width = values(WIDTH);
        long[] height = values(HEIGHT);
        return width.length == 0 || height.length == 0 ? ImageSize.UNKNOWN
                : new ImageSize((int) width[0] & Integer.MAX_VALUE, (int) height[0] & Integer.MAX_VALUE);
    }

    @Override
    public boolean whole() {
        return within(values(STRIP_OFFSETS), values(STRIP_LENGTHS)) && within(values(TILE_OFFSETS), values(TILE_LENGTHS));
    }

    private boolean within(long[] offsets, long[] lengths) {
        for (int i = 0; i < Math.min(offsets.length, lengths.length); i++) {
            if (offsets[i] + lengths[i] > bytes.limit()) {
                return false;
            }
        }
        return true;
    }

    /** The numbers of a tag; none if it is missing. */
    private long[] values(int tag) {
        int directory = bytes.getInt(4);
        int entries = bytes.getShort(directory) & 0xffff;
        for (int i = 0; i < entries; i++) {
            int entry = directory + 2 + 12 * i;
            if ((bytes.getShort(entry) & 0xffff) == tag) {
                return values(entry, bytes.getShort(entry + 2) == SHORT);
            }
        }
        return new long[0];
    }

    private long[] values(int entry, boolean isShort) {
        int size = isShort ? 2 : 4;
        long count = bytes.getInt(entry + 4) & 0xffffffffL;
        int at = count * size <= 4 ? entry + 8 : bytes.getInt(entry + 8);
        if (at < 0 || at + count * size > bytes.limit()) {
            throw new IndexOutOfBoundsException(at);
        }
        long[] values = new long[(int) count];
        for (int i = 0; i < values.length; i++) {
            values[i] = isShort ? bytes.getShort(at + 2 * i) & 0xffff : bytes.getInt(at + 4 * i) & 0xffffffffL;
        }
        return values;
    }
}
