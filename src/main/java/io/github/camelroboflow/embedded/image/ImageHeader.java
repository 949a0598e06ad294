package io.github.camelroboflow.embedded.image;

import io.github.camelroboflow.inference.geometry.ImageSize;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/**
 * Facts about an encoded image that are known without decoding it.
 *
 * @param size   size as stored, before any EXIF orientation; {@link ImageSize#UNKNOWN} if the file ends before it
 * @param scans  how often a decoder goes through all pixels
 * @param reader the rest of the file; {@code null} if the file ends before its size
 */
record ImageHeader(ImageFormat format, ImageSize size, int scans, ImageFormat.Reader reader) {

    /** The state of the whole file. */
    enum State { WHOLE, TRUNCATED, DAMAGED }

    /** Returns whether the file is complete and intact. Check size and scans first: the time depends on them. */
    State state() {
        try {
            return reader == null ? State.TRUNCATED : reader.state();
        } catch (IndexOutOfBoundsException e) {
            return State.TRUNCATED;
        }
    }

    /** Reads the header of a BMP. A negative height means that the rows go from the top down. */
    static final class BmpHeader implements ImageFormat.Reader {

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

        /** Returns whether all rows are there. Compressed rows can't be checked here and count as complete. */
        @Override
        public boolean whole() {
            int compression = old ? 0 : bytes.getInt(30);
            boolean plain = compression == 0 || compression == 3;
            long bitsPerPixel = bytes.getShort(old ? 24 : 28) & 0xffff;
            long row = (size().width() * bitsPerPixel + 31) / 32 * 4;
            return !plain || bytes.limit() >= (bytes.getInt(10) & 0xffffffffL) + row * size().height();
        }
    }

    /** Walks the blocks of a GIF up to the end of its first frame, which is the one that is processed. */
    static final class GifHeader implements ImageFormat.Reader {

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

        /** Returns the position after the sub-blocks. An empty sub-block is the last. */
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

    /**
     * Walks a JPEG from marker to marker (ITU T.81, annex B). Segments are skipped by their length, so the markers of a thumbnail
     * within a segment don't count.
     */
    static final class JpegHeader implements ImageFormat.Reader {

        private static final int START_OF_IMAGE = 0xD8;
        private static final int END_OF_IMAGE = 0xD9;
        private static final int START_OF_SCAN = 0xDA;

        private final ByteBuffer bytes;
        private int position = 2;
        /** Whether a scan may hold all components, as cameras write it, and the number of components. */
        private boolean sequential;
        private int components;

        JpegHeader(ByteBuffer bytes) {
            this.bytes = bytes;
        }

        @Override
        public ImageSize size() {
            int marker = nextMarker();
            while (!isFrame(marker)) {
                if (marker == END_OF_IMAGE || marker == START_OF_SCAN) {
                    return ImageSize.UNKNOWN;
                }
                skipSegment(marker);
                marker = nextMarker();
            }
            sequential = marker == 0xC0 || marker == 0xC1;
            components = bytes.get(position + 7) & 0xff;
            return new ImageSize(bytes.getShort(position + 5) & 0xffff, bytes.getShort(position + 3) & 0xffff);
        }

        /**
         * Returns the number of scans. A decoder goes through the whole image for each scan, however short, unless the first one
         * holds all components.
         */
        @Override
        public int scans() {
            int marker = 0;
            while (marker != START_OF_SCAN) {
                skipSegment(marker == 0 ? START_OF_IMAGE : marker);
                marker = nextMarker();
            }
            if (sequential && (bytes.get(position + 2) & 0xff) == components) {
                return 1;
            }
            int scans = 1;
            for (int i = position; i + 1 < bytes.limit(); i++) {
                if (bytes.get(i) == (byte) 0xff && bytes.get(i + 1) == (byte) START_OF_SCAN) {
                    scans++;
                }
            }
            return scans;
        }

        @Override
        public State state() {
            return JpegScans.state(bytes.array());
        }

        /** Moves behind the next marker and returns it. Skips stray bytes, as decoders do. */
        private int nextMarker() {
            int marker = 0;
            while (marker == 0 || marker == 0xff) {
                while (bytes.get(position++) != (byte) 0xff) {
                    continue;
                }
                do {
                    marker = bytes.get(position++) & 0xff;
                } while (marker == 0xff);
            }
            return marker;
        }

        private void skipSegment(int marker) {
            boolean standalone = marker == 1 || marker >= 0xD0 && marker <= END_OF_IMAGE;
            if (!standalone) {
                position += Math.max(2, bytes.getShort(position) & 0xffff);
            }
        }

        private static boolean isFrame(int marker) {
            return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
        }
    }

    /** Walks the chunks of a PNG. Each chunk has a length, a type of four letters, data and a checksum. */
    static final class PngHeader implements ImageFormat.Reader {

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

        /**
         * Returns whether a critical chunk is damaged. The types of critical chunks begin with a capital; there is no image without
         * them.
         */
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

    /** Reads the first directory of a TIFF, which belongs to the image that is processed. */
    static final class TiffHeader implements ImageFormat.Reader {

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
            return isInFile(values(STRIP_OFFSETS), values(STRIP_LENGTHS)) && isInFile(values(TILE_OFFSETS), values(TILE_LENGTHS));
        }

        private boolean isInFile(long[] offsets, long[] lengths) {
            for (int i = 0; i < Math.min(offsets.length, lengths.length); i++) {
                if (offsets[i] + lengths[i] > bytes.limit()) {
                    return false;
                }
            }
            return true;
        }

        /** Returns the numbers of a tag; none if it is missing. */
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

    /** Reads the first chunk of a WebP: lossy, lossless or extended. */
    static final class WebpHeader implements ImageFormat.Reader {

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
}
