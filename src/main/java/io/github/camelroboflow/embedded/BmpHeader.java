package io.github.camelroboflow.embedded;

import io.github.camelroboflow.inference.ImageSize;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads the header of a BMP, which may have a negative height for rows that go down. */
final class BmpHeader implements ImageFormat.Reader {

    private final ByteBuffer bytes;
    private final boolean old;

    BmpHeader(ByteBuffer bytes) {
        this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
        old = bytes.getInt(14) == 12;
    }

    @Override
    public ImageSize size() {
        return old ? new ImageSize(bytes.getShort(18) & 0xffff, bytes.getShort(20) & 0xffff)
                : new ImageSize(bytes.getInt(18) & Integer.MAX_VALUE, Math.abs(bytes.getInt(22)) & Integer.MAX_VALUE);
    }

    /** Whether all rows are there; compressed ones can't be told from here and count as such. */
    @Override
    public boolean whole() {
        int compression = old ? 0 : bytes.getInt(30);
        boolean plain = compression == 0 || compression == 3;
        long bitsPerPixel = bytes.getShort(old ? 24 : 28) & 0xffff;
        long row = (size().width() * bitsPerPixel + 31) / 32 * 4;
        return !plain || bytes.limit() >= (bytes.getInt(10) & 0xffffffffL) + row * size().height();
    }
}
