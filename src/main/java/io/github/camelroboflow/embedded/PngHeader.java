package io.github.camelroboflow.embedded;

import io.github.camelroboflow.inference.ImageSize;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** Walks the chunks of a PNG, each of which has a length, a type of four letters, data and a checksum. */
final class PngHeader implements ImageFormat.Reader {

    private static final int FIRST_CHUNK = 8;
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
        long position = FIRST_CHUNK;
        while (position + 12 <= bytes.limit()) {
            if (bytes.getInt((int) position + 4) == IEND) {
                return true;
            }
            position += 12 + (bytes.getInt((int) position) & 0xffffffffL);
        }
        return false;
    }

    /** By the chunks whose type begins with a capital: without those there is no image. */
    @Override
    public boolean damaged() {
        int position = FIRST_CHUNK;
        int type = 0;
        while (type != IEND) {
            int length = bytes.getInt(position);
            type = bytes.getInt(position + 4);
            boolean critical = Character.isUpperCase(type >>> 24);
            if (critical && checksum(position + 4, 4 + length) != bytes.getInt(position + 8 + length)) {
                return true;
            }
            position += 12 + length;
        }
        return false;
    }

    private int checksum(int from, int length) {
        CRC32 checksum = new CRC32();
        checksum.update(bytes.array(), from, length);
        return (int) checksum.getValue();
    }
}
