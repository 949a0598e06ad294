package io.github.camelroboflow.hosted;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.coobird.thumbnailator.util.exif.ExifUtils;
import net.coobird.thumbnailator.util.exif.Orientation;

/**
 * How a camera held a JPEG. Found in the bytes rather than by Java's reader, which refuses the metadata of JPEGs whose Exif
 * segment comes before the JFIF one.
 */
final class JpegOrientation {

    private static final int SOI = 0xffd8;
    private static final int SOS = 0xffda;
    private static final int APP1 = 0xffe1;
    private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);

    private JpegOrientation() {
    }

    /** Upright if it does not say, or is no JPEG. Markers as in ITU-T T.81, Annex B, Exif's segment as in CIPA DC-008. */
    static Orientation of(byte[] image) {
        ByteBuffer jpeg = ByteBuffer.wrap(image);
        int marker = jpeg.remaining() < 2 ? 0 : marker(jpeg);
        if (marker != SOI) {
            return Orientation.TOP_LEFT;
        }
        while (jpeg.remaining() >= 4) {
            marker = marker(jpeg);
            // its own two bytes included
            int length = Short.toUnsignedInt(jpeg.getShort()) - 2;
            if (marker < 0xff00 || marker == SOS || length < 0 || length > jpeg.remaining()) {
                break;
            }
            byte[] segment = new byte[length];
            jpeg.get(segment);
            if (marker == APP1 && Arrays.equals(segment, 0, Math.min(length, EXIF.length), EXIF, 0, EXIF.length)) {
                return read(segment);
            }
        }
        return Orientation.TOP_LEFT;
    }

    private static int marker(ByteBuffer jpeg) {
        return Short.toUnsignedInt(jpeg.getShort());
    }

    private static Orientation read(byte[] exif) {
        try {
            Orientation orientation = ExifUtils.getOrientationFromExif(exif);
            return orientation == null ? Orientation.TOP_LEFT : orientation;
        } catch (RuntimeException e) {
            // cut short, or with offsets that lead nowhere
            return Orientation.TOP_LEFT;
        }
    }
}
