package io.github.camelroboflow.hosted.inference;

import io.github.camelroboflow.inference.geometry.ImageSize;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import javax.imageio.IIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import net.coobird.thumbnailator.util.BufferedImages;
import net.coobird.thumbnailator.util.exif.ExifUtils;
import net.coobird.thumbnailator.util.exif.Orientation;

/**
 * Reads and writes images of the formats that Java supports, in memory only. The usual way makes a temporary file for
 * each image and fails if it can't.
 */
final class JavaImageCodec {

    private JavaImageCodec() {
    }

    @FunctionalInterface
    private interface Use<T> {
        T of(ImageReader reader) throws IOException;
    }

    /** Returns the size in the file's header; unknown if the format is unknown or the image is damaged. */
    static ImageSize size(byte[] image) {
        try {
            return with(image, reader -> new ImageSize(reader.getWidth(0), reader.getHeight(0)));
        } catch (IOException | RuntimeException e) {
            return ImageSize.UNKNOWN;
        }
    }

    /**
     * Returns the first image of the file without applying its orientation.
     *
     * @throws IOException if the file is damaged or its format is unknown
     */
    static BufferedImage read(byte[] image) throws IOException {
        return with(image, reader -> reader.read(0));
    }

    private static <T> T with(byte[] image, Use<T> use) throws IOException {
        try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(image))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
            if (!readers.hasNext()) {
                throw new IIOException("Java does not support its format");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(stream, true, true);
                return use.of(reader);
            } finally {
                reader.dispose();
            }
        }
    }

    /**
     * Returns the image as JPEG without transparency.
     *
     * @param quality the JPEG quality, 0 to 1
     */
    static byte[] jpeg(BufferedImage image, float quality) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (ImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam param = writer.getDefaultWriteParam();
            param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            param.setCompressionQuality(quality);
            writer.setOutput(stream);
            writer.write(null, new IIOImage(BufferedImages.copy(image, BufferedImage.TYPE_INT_RGB), null, null), param);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /**
     * Reads the orientation of a JPEG from its bytes. Java's reader refuses the metadata of JPEGs whose Exif segment
     * comes before the JFIF one.
     */
    static final class JpegOrientation {

        private static final int SOI = 0xffd8;
        private static final int SOS = 0xffda;
        private static final int APP1 = 0xffe1;
        private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);

        private JpegOrientation() {
        }

        /**
         * Returns the orientation, upright if the file has none or is no JPEG. Markers follow ITU-T T.81, Annex B; the
         * Exif segment follows CIPA DC-008.
         */
        static Orientation of(byte[] image) {
            ByteBuffer jpeg = ByteBuffer.wrap(image);
            int marker = jpeg.remaining() < 2 ? 0 : marker(jpeg);
            if (marker != SOI) {
                return Orientation.TOP_LEFT;
            }
            while (jpeg.remaining() >= 4) {
                marker = marker(jpeg);
                // the length includes its own two bytes
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
                // truncated data or invalid offsets
                return Orientation.TOP_LEFT;
            }
        }
    }
}
