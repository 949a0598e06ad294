package io.github.camelroboflow.embedded;

import io.github.camelroboflow.inference.ImageSize;
import java.nio.ByteBuffer;

/** Walks the chunks of a PNG. */
final class PngHeader implements ImageFormat.Reader {

    private static final int IEND = 0x49454E44;

    private final ByteBuffer bytes;

    PngHeader(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    @Override
    public ImageSize size() {
        return new ImageSize(bytes.getInt(16) & Integer.MAX_VALUE, bytes.getInt(20) & Integer.MAX_VALUE);
    }

    @Override
    public boolean whole() {
        long position = 8;
        while (position + 12 <= bytes.limit()) {
            if (bytes.getInt((int) position + 4) == IEND) {
                return true;
            }
            position += 12 + (bytes.getInt((int) position) & 0xffffffffL);
        }
        return false;
    }
}
