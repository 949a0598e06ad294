package io.github.camelroboflow.inference.support;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Changes encoded images that OpenCV would read otherwise than their writers mean: a JPEG without its end marker, orientations that
 * are not written as SHORT, PNGs with an animation, TIFFs of depths other than 8 and 16 bits. Other images stay as they are.
 */
public final class ImageNormalizer {

    private static final int ORIENTATION = 274;
    private static final int UPRIGHT = 1;
    private static final long PNG = 0x89504E470D0A1A0AL;
    private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);

    private ImageNormalizer() {
    }

    /**
     * Returns the image as OpenCV reads it right; the array itself if there is nothing to change.
     *
     * <p>A TIFF of another depth becomes an image of 8 bits. Integers are scaled from the range of their type: 0 to 4095 for 12
     * bits, 0 to 2<sup>32</sup> - 1 for 32 bits, -32768 to 32767 for signed 16 bits. Floats are scaled from 0 to 1 if all are in
     * that range, else from 0 to 255 if all are in that one, else from the smallest to the largest one in the image.
     *
     * @throws IllegalArgumentException if it is a TIFF of a depth that can't be read; the message continues "the image is"
     */
    public static byte[] normalize(byte[] image) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(image);
            if (bytes.limit() > 2 && bytes.getShort(0) == (short) 0xFFD8) {
                return Jpeg.normalize(image);
            }
            if (bytes.limit() > 8 && bytes.getLong(0) == PNG) {
                return normalizePng(bytes);
            }
            if (bytes.limit() > 12 && bytes.getInt(0) == 0x52494646 && bytes.getInt(8) == 0x57454250) {
                return normalizeWebp(bytes.order(ByteOrder.LITTLE_ENDIAN));
            }
            boolean tiff = bytes.limit() > 8 && (bytes.getInt(0) == 0x49492A00 || bytes.getInt(0) == 0x4D4D002A);
            return tiff ? Tiff.normalize(image) : image;
        } catch (IndexOutOfBoundsException e) {
            // damaged: the decoder finds that, too
            return image;
        }
    }

    /** Returns the EXIF orientation of a JPEG, 1 to 8; 1 if it has none, or if the image is no JPEG. */
    public static int jpegOrientation(byte[] jpeg) {
        try {
            if (ByteBuffer.wrap(jpeg).getShort(0) != (short) 0xFFD8) {
                return UPRIGHT;
            }
            int exif = Jpeg.exif(ByteBuffer.wrap(jpeg), false);
            return exif < 0 ? UPRIGHT : new Directory(jpeg, exif, jpeg.length - exif).orientation();
        } catch (IndexOutOfBoundsException e) {
            return UPRIGHT;
        }
    }

    /** Returns the PNG without the chunks of an animation, and with its orientation as SHORT. */
    private static byte[] normalizePng(ByteBuffer png) {
        Set<Integer> animation = Set.of(0x6163544C, 0x6663544C, 0x66644154);
        ByteArrayOutputStream out = null;
        int position = 8;
        while (position + 12 <= png.limit()) {
            int length = png.getInt(position);
            int type = png.getInt(position + 4);
            if (length < 0 || length > png.limit() - position - 12) {
                return png.array();
            }
            byte[] standard = type == 0x65584966 ? standardExif(png.array(), position + 8, length) : null;
            if (out == null && (animation.contains(type) || standard != null)) {
                out = new ByteArrayOutputStream(png.limit());
                out.write(png.array(), 0, position);
            }
            if (standard != null) {
                ByteBuffer chunk = ByteBuffer.allocate(standard.length + 12).putInt(standard.length).putInt(type).put(standard);
                CRC32 checksum = new CRC32();
                checksum.update(chunk.array(), 4, standard.length + 4);
                out.writeBytes(chunk.putInt((int) checksum.getValue()).array());
            } else if (out != null && !animation.contains(type)) {
                out.write(png.array(), position, length + 12);
            }
            position += length + 12;
        }
        return out == null ? png.array() : out.toByteArray();
    }

    private static byte[] normalizeWebp(ByteBuffer webp) {
        int position = 12;
        while (position + 8 < webp.limit()) {
            int length = webp.getInt(position + 4);
            if (webp.getInt(position) == 0x46495845) {
                boolean named = Arrays.equals(webp.array(), position + 8, position + 14, EXIF, 0, 6);
                int start = position + (named ? 14 : 8);
                byte[] standard = standardExif(webp.array(), start, length - (start - position - 8));
                if (standard == null && named) {
                    standard = standardExif(new Directory(webp.array(), start, length - 6).orientation());
                }
                if (standard == null || standard.length > length) {
                    return webp.array();
                }
                byte[] changed = webp.array().clone();
                System.arraycopy(standard, 0, changed, position + 8, standard.length);
                return changed;
            }
            if (length < 0) {
                return webp.array();
            }
            position += 8 + length + (length & 1);
        }
        return webp.array();
    }

    /** Returns EXIF data with nothing but an orientation; {@code null} if OpenCV reads the orientation as it is. */
    private static byte[] standardExif(byte[] bytes, int start, int length) {
        Directory directory = new Directory(bytes, start, length);
        return directory.hasStandardOrientation() ? null : standardExif(directory.orientation());
    }

    private static byte[] standardExif(int orientation) {
        return ByteBuffer.allocate(26).putInt(0x4D4D002A).putInt(8).putShort((short) 1).putShort((short) ORIENTATION)
                .putShort((short) 3).putInt(1).putShort((short) orientation).array();
    }

    /** Segments of a JPEG (ITU T.81, annex B; EXIF 2.3, section 4.5.4). */
    private static final class Jpeg {

        private static final int APP1 = 0xE1;
        private static final int END_OF_IMAGE = 0xD9;
        private static final int START_OF_SCAN = 0xDA;

        private Jpeg() {
        }

        static byte[] normalize(byte[] jpeg) {
            byte[] ended = withEndMarker(jpeg);
            ByteBuffer bytes = ByteBuffer.wrap(ended);
            int exif = exif(bytes, false);
            if (exif < 0) {
                return ended;
            }
            Directory directory = new Directory(ended, exif, ended.length - exif);
            if (directory.orientation() == UPRIGHT && directory.hasStandardOrientation()
                    || exif == exif(bytes, true) && directory.hasStandardOrientation()) {
                return ended;
            }
            byte[] standard = standardExif(directory.orientation());
            int length = 2 + EXIF.length + standard.length;
            return ByteBuffer.allocate(ended.length + 2 + length).putInt(0xFFD8FF00 | APP1).putShort((short) length).put(EXIF)
                    .put(standard).put(ended, 2, ended.length - 2).array();
        }

        /**
         * Returns the offset of the data of the first EXIF segment; -1 if there is none.
         *
         * @param first whether it must be the first segment of its kind; others of the kind hold XMP
         */
        static int exif(ByteBuffer jpeg, boolean first) {
            int position = 2;
            while (position + 10 < jpeg.limit() && jpeg.get(position) == (byte) 0xFF) {
                int marker = jpeg.get(position + 1) & 0xff;
                if (marker == 0xFF) {
                    position++;
                    continue;
                }
                if (marker == START_OF_SCAN || marker == END_OF_IMAGE) {
                    return -1;
                }
                if (marker == APP1) {
                    if (Arrays.equals(jpeg.array(), position + 4, position + 10, EXIF, 0, EXIF.length)) {
                        return position + 10;
                    }
                    if (first) {
                        return -1;
                    }
                }
                position += 2 + Math.max(2, jpeg.getShort(position + 2) & 0xffff);
            }
            return -1;
        }

        /** Adds a missing end marker, so that decoders decode what is there. */
        private static byte[] withEndMarker(byte[] jpeg) {
            int length = jpeg.length;
            if (jpeg[length - 2] == (byte) 0xff && jpeg[length - 1] == (byte) END_OF_IMAGE) {
                return jpeg;
            }
            byte[] ended = Arrays.copyOf(jpeg, length + 2);
            ended[length] = (byte) 0xff;
            ended[length + 1] = (byte) END_OF_IMAGE;
            return ended;
        }
    }

    /** The first directory of a TIFF. EXIF data has the form of a TIFF (TIFF 6.0, section 2; EXIF 2.3, section 4.6.2). */
    private static final class Directory {

        private final ByteBuffer bytes;

        Directory(byte[] file, int start, int length) {
            bytes = ByteBuffer.wrap(file, start, Math.max(0, length)).slice();
            bytes.order(bytes.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        }

        /** Returns the offset of an entry, or -1. */
        private int entry(int tag) {
            int start = bytes.getInt(4);
            int entries = bytes.getShort(start) & 0xffff;
            for (int i = 0; i < entries; i++) {
                int entry = start + 2 + 12 * i;
                if ((bytes.getShort(entry) & 0xffff) == tag) {
                    return entry;
                }
            }
            return -1;
        }

        /** Returns the first number of an entry, whatever its type is. */
        long value(int tag, long missing) {
            int entry = entry(tag);
            if (entry < 0) {
                return missing;
            }
            long count = bytes.getInt(entry + 4) & 0xffffffffL;
            int type = bytes.getShort(entry + 2);
            int size = switch (type) {
                case 1, 2, 6, 7 -> 1;
                case 3, 8 -> 2;
                case 5, 10, 12 -> 8;
                default -> 4;
            };
            int at = count * size <= 4 ? entry + 8 : bytes.getInt(entry + 8);
            return switch (type) {
                case 2 -> Character.digit(bytes.get(at), 10);
                case 5, 10 -> bytes.getInt(at) / Math.max(1, bytes.getInt(at + 4));
                case 11 -> (long) bytes.getFloat(at);
                case 12 -> (long) bytes.getDouble(at);
                default -> size == 1 ? bytes.get(at) & 0xff : size == 2 ? bytes.getShort(at) & 0xffff : bytes.getInt(at);
            };
        }

        void setShort(int tag, int value) {
            int entry = entry(tag);
            bytes.putShort(entry + 2, (short) 3).putShort(entry + 8, (short) value);
        }

        int orientation() {
            long orientation = value(ORIENTATION, UPRIGHT);
            return orientation >= 1 && orientation <= 8 ? (int) orientation : UPRIGHT;
        }

        /** Returns whether the orientation is missing, or written as EXIF wants it: one SHORT. */
        boolean hasStandardOrientation() {
            int entry = entry(ORIENTATION);
            return entry < 0 || bytes.getShort(entry + 2) == 3 && bytes.getInt(entry + 4) == 1;
        }
    }

    /** A TIFF, read by the JDK where OpenCV can't read it. */
    private static final class Tiff {

        private static final int UNSIGNED = 1;
        private static final int SIGNED = 2;
        private static final int FLOAT = 3;
        private static final int PALETTE = 3;
        private static final int WHITE_IS_ZERO = 0;

        private final Directory directory;
        private final int bits;
        private final int format;
        private final int photometric;

        private Tiff(byte[] tiff) {
            directory = new Directory(tiff, 0, tiff.length);
            bits = (int) directory.value(258, 1);
            format = (int) directory.value(339, UNSIGNED);
            photometric = (int) directory.value(262, 1);
        }

        static byte[] normalize(byte[] bytes) {
            Tiff tiff = new Tiff(bytes);
            boolean usual = tiff.format != SIGNED && tiff.format != FLOAT && (tiff.bits == 1 || tiff.bits == 8 || tiff.bits == 16
                    || tiff.bits == 4 && tiff.photometric == PALETTE);
            return usual ? bytes : tiff.converted(bytes);
        }

        private byte[] converted(byte[] tiff) {
            boolean readable = photometric <= PALETTE && (format == FLOAT ? bits == 16 || bits == 32 || bits == 64 : bits <= 32);
            try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(blackIsZero(tiff)))) {
                if (!readable) {
                    throw unreadable(null);
                }
                ImageReader reader = ImageIO.getImageReadersByFormatName("tiff").next();
                try {
                    reader.setInput(stream, true, true);
                    BufferedImage image = reader.read(0);
                    return portablePixmap(image, photometric == PALETTE ? null : scale(image.getRaster()));
                } finally {
                    reader.dispose();
                }
            } catch (IOException | RuntimeException e) {
                throw unreadable(e);
            }
        }

        /** Returns the TIFF with the usual meaning of its numbers: the JDK doesn't read all depths of the other. */
        private byte[] blackIsZero(byte[] tiff) {
            if (photometric != WHITE_IS_ZERO) {
                return tiff;
            }
            byte[] changed = tiff.clone();
            new Directory(changed, 0, changed.length).setShort(262, 1);
            return changed;
        }

        private IllegalArgumentException unreadable(Exception reason) {
            String kind = format == FLOAT ? "floats" : format == SIGNED ? "signed integers" : "integers";
            return new IllegalArgumentException("a TIFF of " + bits + "-bit " + kind + " (photometric interpretation " + photometric
                    + ", compression " + directory.value(259, 1) + "), which can't be read: save it with 8 bits per sample",
                    reason);
        }

        /** Returns the function from a sample to a value from 0 to 255. */
        private DoubleUnaryOperator scale(Raster raster) {
            double smallest = 0;
            double range = Math.pow(2, bits) - 1;
            if (format == FLOAT) {
                double[] limits = limits(raster);
                boolean usual = limits[0] >= 0 && limits[1] <= 255;
                smallest = usual ? 0 : limits[0];
                range = usual ? limits[1] <= 1 ? 1 : 255 : limits[1] - limits[0];
            } else if (format == SIGNED) {
                smallest = -Math.pow(2, bits - 1);
            }
            double from = smallest;
            double factor = range > 0 ? 255 / range : 0;
            return photometric == WHITE_IS_ZERO ? sample -> 255 - (number(sample) - from) * factor
                    : sample -> (number(sample) - from) * factor;
        }

        /** Returns the smallest and the largest finite sample. */
        private double[] limits(Raster raster) {
            double[] limits = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
            double[] row = null;
            for (int y = 0; y < raster.getHeight(); y++) {
                row = raster.getPixels(0, y, raster.getWidth(), 1, row);
                for (double sample : row) {
                    double number = number(sample);
                    if (Double.isFinite(number)) {
                        limits[0] = Math.min(limits[0], number);
                        limits[1] = Math.max(limits[1], number);
                    }
                }
            }
            return limits;
        }

        /** Returns the number that the bits of a sample stand for; the JDK takes them for integers of another kind. */
        private double number(double sample) {
            if (format == FLOAT) {
                return bits == 16 ? half((int) sample) : sample;
            }
            long value = (long) sample;
            long mask = (1L << bits) - 1;
            return format == SIGNED ? value << 64 - bits >> 64 - bits : value & mask;
        }

        /** Returns a float of 16 bits (IEEE 754, binary16). */
        private static double half(int bits) {
            int exponent = bits >> 10 & 31;
            double fraction = (bits & 1023) / 1024.0;
            double size = exponent == 0 ? fraction * 0x1p-14
                    : exponent < 31 ? (1 + fraction) * Math.pow(2, exponent - 15)
                    : fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
            return (bits & 0x8000) == 0 ? size : -size;
        }

        /** Returns the image in a format without compression, upright. */
        private byte[] portablePixmap(BufferedImage image, DoubleUnaryOperator scale) {
            int orientation = directory.orientation();
            int width = image.getWidth();
            int height = image.getHeight();
            boolean turned = orientation > 4;
            byte[] header = ("P6\n" + (turned ? height + " " + width : width + " " + height) + "\n255\n")
                    .getBytes(StandardCharsets.US_ASCII);
            byte[] pixels = Arrays.copyOf(header, header.length + 3 * width * height);
            boolean mirrored = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
            boolean flipped = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
            Raster raster = image.getRaster();
            int bands = raster.getNumBands();
            double[] row = null;
            for (int y = 0; y < height; y++) {
                row = scale == null ? null : raster.getPixels(0, y, width, 1, row);
                int storedY = flipped ? height - 1 - y : y;
                for (int x = 0; x < width; x++) {
                    int storedX = mirrored ? width - 1 - x : x;
                    int at = header.length + 3 * (turned ? storedX * height + storedY : storedY * width + storedX);
                    for (int i = 0; i < 3; i++) {
                        // a cast takes a number that is none for 0
                        pixels[at + i] = scale == null ? (byte) (image.getRGB(x, y) >> 16 - 8 * i)
                                : (byte) Math.max(0, Math.min(255, Math.round(
                                        scale.applyAsDouble(row[x * bands + (bands < 3 ? 0 : i)]))));
                    }
                }
            }
            return pixels;
        }
    }
}
