package io.github.camelroboflow.embedded.image;

import io.github.camelroboflow.inference.geometry.ImageSize;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A JPEG that can be decoded row by row: baseline, one scan, three components of eight bits (luminance and colour differences),
 * upright (ITU T.81, annex B; EXIF 2.3, section 4.6). Other JPEGs need memory for the whole image in any case, or a look at all of
 * it.
 *
 * @param header bytes from the start of the file to its scan, without metadata: a decoder may apply a colour profile
 * @param bytes  the whole file; must not be changed
 * @param scan   offset of the scan in the file
 */
public record BaselineJpeg(ImageSize size, byte[] header, byte[] bytes, int scan) {

    private static final int START_OF_SCAN = 0xDA;
    private static final int EXIF = 0xE1;
    private static final int ADOBE = 0xEE;
    private static final int ORIENTATION = 0x0112;
    private static final byte[] EXIF_NAME = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);

    /**
     * Returns the JPEG, or empty if it is of another kind.
     *
     * @param bytes             a JPEG that is known to be complete
     * @param ignoreOrientation whether the EXIF orientation doesn't matter
     */
    public static Optional<BaselineJpeg> of(byte[] bytes, boolean ignoreOrientation) {
        try {
            return read(ByteBuffer.wrap(bytes), ignoreOrientation);
        } catch (IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    private static Optional<BaselineJpeg> read(ByteBuffer bytes, boolean ignoreOrientation) {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.write(bytes.array(), 0, 2);
        ImageSize size = ImageSize.UNKNOWN;
        int position = 2;
        while (true) {
            int marker = bytes.get(position + 1) & 0xff;
            if (bytes.get(position) != (byte) 0xff || marker < 0xC0 || marker == 0xff
                    || marker >= 0xD0 && marker < START_OF_SCAN) {
                return Optional.empty();
            }
            int length = bytes.getShort(position + 2) & 0xffff;
            ByteBuffer segment = bytes.slice(position + 4, length - 2);
            if (marker == START_OF_SCAN) {
                return segment.get(0) != 3 || size.area() == 0 ? Optional.empty()
                        : Optional.of(new BaselineJpeg(size, header.toByteArray(), bytes.array(), position));
            }
            if (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4) {
                if (marker > 0xC1 || !hasThreeComponents(segment)) {
                    return Optional.empty();
                }
                size = new ImageSize(segment.getShort(3) & 0xffff, segment.getShort(1) & 0xffff);
            }
            if (marker == ADOBE || marker == EXIF && !ignoreOrientation && !isUpright(segment)) {
                return Optional.empty();
            }
            if (marker < EXIF || marker > 0xEF) {
                header.write(bytes.array(), position, 2 + length);
            }
            position += 2 + length;
        }
    }

    /** Returns whether there are three components of eight bits, named as JFIF names luminance and colour differences. */
    private static boolean hasThreeComponents(ByteBuffer frame) {
        return frame.get(0) == 8 && frame.get(5) == 3 && frame.get(6) == 1 && frame.get(9) == 2 && frame.get(12) == 3;
    }

    private static boolean isUpright(ByteBuffer segment) {
        byte[] name = new byte[EXIF_NAME.length];
        segment.get(0, name, 0, Math.min(name.length, segment.limit()));
        if (!Arrays.equals(name, EXIF_NAME)) {
            return true;
        }
        ByteBuffer tiff = segment.slice(name.length, segment.limit() - name.length);
        tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int directory = tiff.getInt(4);
        int entries = tiff.getShort(directory) & 0xffff;
        for (int i = 0; i < entries; i++) {
            int entry = directory + 2 + 12 * i;
            if ((tiff.getShort(entry) & 0xffff) == ORIENTATION) {
                return tiff.getShort(entry + 8) == 1;
            }
        }
        return true;
    }
}
