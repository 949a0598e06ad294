package io.github.camelroboflow.embedded.image;

import io.github.camelroboflow.inference.geometry.ImageSize;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Walks a JPEG from marker to marker (ITU T.81, annex B). Segments are skipped by their length, so the markers of a thumbnail
 * within one don't count; of a progressive image's scans the last one is followed by the end marker.
 */
final class JpegHeader implements ImageFormat.Reader {

    private static final int START_OF_IMAGE = 0xD8;
    private static final int END_OF_IMAGE = 0xD9;
    private static final int START_OF_SCAN = 0xDA;

    private final ByteBuffer bytes;
    private int position = 2;
    /** Whether each scan may hold all components, as cameras write it, and how many there are. */
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

    /** A decoder goes through the whole picture for each scan, also for those of a few bytes, unless the first one holds all. */
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
        boolean scanned = false;
        while (true) {
            int marker = nextMarker();
            if (marker == END_OF_IMAGE && scanned) {
                return true;
            }
            skipSegment(marker);
            if (marker == START_OF_SCAN) {
                if (endsWithEndMarker()) {
                    return true;
                }
                scanned = true;
                skipScan();
            }
        }
    }

    /** Spares the walk through the scans of nearly all images: within a scan these two bytes don't stand next to each other. */
    private boolean endsWithEndMarker() {
        int last = bytes.limit() - 2;
        return last >= position && bytes.get(last) == (byte) 0xff && bytes.get(last + 1) == (byte) END_OF_IMAGE;
    }

    /** Moves behind the next marker and returns it; bytes that belong nowhere are skipped, as decoders do. */
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

    /** Within a scan, FF is followed by 00 or by a restart marker; anything else is a marker after it. */
    private void skipScan() {
        while (true) {
            while (bytes.get(position) != (byte) 0xff) {
                position++;
            }
            int next = bytes.get(position + 1) & 0xff;
            boolean within = next == 0 || next >= 0xD0 && next < START_OF_IMAGE;
            if (!within && next != 0xff) {
                return;
            }
            position += within ? 2 : 1;
        }
    }

    private static boolean isFrame(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    /** With an end marker: then OpenCV decodes what is there and leaves the rest gray. */
    static byte[] withEndMarker(byte[] truncated) {
        byte[] closed = Arrays.copyOf(truncated, truncated.length + 2);
        closed[truncated.length] = (byte) 0xff;
        closed[truncated.length + 1] = (byte) END_OF_IMAGE;
        return closed;
    }
}
