package io.github.camelroboflow.embedded;

import io.github.camelroboflow.inference.ImageSize;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads the first chunk of a WebP: lossy, lossless or extended. */
final class WebpHeader implements ImageFormat.Reader {

    private final ByteBuffer bytes;

    WebpHeader(ByteBuffer bytes) {
        this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public ImageSize size() {
        return switch (bytes.get(15)) {
            case 'X' -> new ImageSize((bytes.getInt(24) & 0xffffff) + 1, (bytes.getInt(26) >>> 8) + 1 & 0xffffff);
            case 'L' -> new ImageSize((bytes.getInt(21) & 0x3fff) + 1, (bytes.getInt(21) >>> 14 & 0x3fff) + 1);
            default -> new ImageSize(bytes.getShort(26) & 0x3fff, bytes.getShort(28) & 0x3fff);
        };
    }

    @Override
    public boolean whole() {
        return bytes.limit() >= 8 + (bytes.getInt(4) & 0xffffffffL);
    }
}
