package io.github.camelroboflow.embedded.image;

import io.github.camelroboflow.inference.geometry.ImageSize;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Walks a JPEG from marker to marker (ITU T.81, annex B). Segments are skipped by their length, so the markers of a thumbnail
 * within a segment don't count. In a progressive image, the end marker follows the last scan.
 */
final class JpegHeader implements ImageFormat.Reader {

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
     * Returns the number of scans. A decoder goes through the whole image for each scan, however short, unless the first one holds
     * all components.
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
    public boolean whole() {
        position = 2;
        boolean hasScan = false;
        while (true) {
            int marker = nextMarker();
            if (marker == END_OF_IMAGE && hasScan) {
                return true;
            }
            skipSegment(marker);
            if (marker == START_OF_SCAN) {
                if (endsWithEndMarker()) {
                    return true;
                }
                hasScan = true;
                skipScan();
            }
        }
    }

    /**
     * Returns whether the file ends with the end marker, which spares most images the walk through the scans: within a scan, these
     * two bytes never follow each other.
     */
    private boolean endsWithEndMarker() {
        int last = bytes.limit() - 2;
        return last >= position && bytes.get(last) == (byte) 0xff && bytes.get(last + 1) == (byte) END_OF_IMAGE;
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

    /** Skips a scan. Within it, FF is followed by 00 or by a restart marker; anything else is a marker after the scan. */
    private void skipScan() {
        while (true) {
            while (bytes.get(position) != (byte) 0xff) {
                position++;
            }
            int next = bytes.get(position + 1) & 0xff;
            boolean inScan = next == 0 || next >= 0xD0 && next < START_OF_IMAGE;
            if (!inScan && next != 0xff) {
                return;
            }
            position += inScan ? 2 : 1;
        }
    }

    private static boolean isFrame(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    /** Returns the bytes with an end marker, so that OpenCV decodes what is there and leaves the rest gray. */
    static byte[] withEndMarker(byte[] truncated) {
        byte[] terminated = Arrays.copyOf(truncated, truncated.length + 2);
        terminated[truncated.length] = (byte) 0xff;
        terminated[truncated.length + 1] = (byte) END_OF_IMAGE;
        return terminated;
    }
}
