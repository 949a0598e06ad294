package io.github.camelroboflow.embedded.image;

import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.support.ImageNormalizer;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.SampleModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * Reads the rows of a JPEG with the JDK's decoder, which writes them to an image that passes them on and stores nothing. The pixels
 * equal OpenCV's: both decode with the same integer arithmetic.
 */
public final class JpegRowReader {

    /** Receives the rows of an image from the top. */
    public interface RowSink {

        /** @param pixels one row, blue first; the array is used again for the next row */
        void row(int y, byte[] pixels);
    }

    private JpegRowReader() {
    }

    /**
     * Reads all rows.
     *
     * @return whether all rows were passed on; false if the JDK has no such decoder, or the decoder rejects this image
     * @throws RuntimeException if the sink threw it; errors are passed on, too; the sink gets no more rows then
     */
    public static boolean read(BaselineJpeg jpeg, RowSink sink) {
        ImageReader reader = reader();
        if (reader == null) {
            return false;
        }
        RowModel rows = new RowModel(jpeg.size().width(), jpeg.size().height(), sink, reader);
        try {
            reader.setInput(new JpegInput(jpeg), true, true);
            ImageReadParam parameters = reader.getDefaultReadParam();
            parameters.setDestination(new BufferedImage(
                    new ComponentColorModel(ColorSpace.getInstance(ColorSpace.CS_sRGB), false, false, 1, DataBuffer.TYPE_BYTE),
                    Raster.createWritableRaster(rows, new DataBufferByte(1), null), false, null));
            reader.read(0, parameters);
        } catch (IOException | RuntimeException e) {
            // the decoder rejects this image, unless all rows were there or the sink failed
        } finally {
            reader.dispose();
        }
        rows.rethrow();
        return rows.next == jpeg.size().height();
    }

    /** Returns the JDK's own decoder. Another one, which an application may have, could compute other pixels. */
    private static ImageReader reader() {
        for (Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("jpeg"); readers.hasNext();) {
            ImageReader reader = readers.next();
            if ("java.desktop".equals(reader.getClass().getModule().getName())) {
                return reader;
            }
            reader.dispose();
        }
        return null;
    }

    /**
     * A JPEG that can be decoded row by row: baseline, one scan, three components of eight bits (luminance and colour differences),
     * upright (ITU T.81, annex B; EXIF 2.3, section 4.6). Other JPEGs need memory for the whole image in any case, or a look at
     * all of it.
     *
     * @param header bytes from the start of the file to its scan, without metadata: a decoder may apply a colour profile
     * @param bytes  the whole file; must not be changed
     * @param scan   offset of the scan in the file
     */
    public record BaselineJpeg(ImageSize size, byte[] header, byte[] bytes, int scan) {

        private static final int START_OF_SCAN = 0xDA;
        private static final int ADOBE = 0xEE;

        /**
         * Returns the JPEG, or empty if it is of another kind.
         *
         * @param bytes             a JPEG that is known to be complete
         * @param ignoreOrientation whether the EXIF orientation doesn't matter
         */
        public static Optional<BaselineJpeg> of(byte[] bytes, boolean ignoreOrientation) {
            try {
                return ignoreOrientation || ImageNormalizer.jpegOrientation(bytes) == 1
                        ? read(ByteBuffer.wrap(bytes)) : Optional.empty();
            } catch (IndexOutOfBoundsException e) {
                return Optional.empty();
            }
        }

        private static Optional<BaselineJpeg> read(ByteBuffer bytes) {
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
                if (marker == ADOBE) {
                    return Optional.empty();
                }
                if (marker < 0xE1 || marker > 0xEF) {
                    header.write(bytes.array(), position, 2 + length);
                }
                position += 2 + length;
            }
        }

        /** Returns whether there are three components of eight bits, named as JFIF names luminance and colour differences. */
        private static boolean hasThreeComponents(ByteBuffer frame) {
            return frame.get(0) == 8 && frame.get(5) == 3 && frame.get(6) == 1 && frame.get(9) == 2 && frame.get(12) == 3;
        }
    }

    /** The memory layout of the image: it receives all pixels that the decoder writes, and stores none. */
    private static final class RowModel extends ComponentSampleModel {

        private final RowSink sink;
        private final ImageReader reader;
        private final byte[] row;
        private int next;
        private Throwable failure;

        RowModel(int width, int height, RowSink sink, ImageReader reader) {
            super(DataBuffer.TYPE_BYTE, width, height, 3, 3 * width, new int[] {0, 1, 2});
            this.sink = sink;
            this.reader = reader;
            row = new byte[3 * width];
        }

        @Override
        public void setPixels(int x, int y, int width, int rows, int[] pixels, DataBuffer data) {
            for (int i = 0; i < rows && failure == null; i++) {
                if (x != 0 || width != getWidth() || y + i != next) {
                    fail(new IllegalStateException("the decoder did not write the rows of a JPEG in order"));
                    return;
                }
                int from = 3 * width * i;
                for (int at = 0; at < row.length; at += 3) {
                    row[at] = (byte) pixels[from + at + 2];
                    row[at + 1] = (byte) pixels[from + at + 1];
                    row[at + 2] = (byte) pixels[from + at];
                }
                try {
                    sink.row(next++, row);
                } catch (RuntimeException | Error e) {
                    fail(e);
                }
            }
        }

        /** Stores the failure. An exception must not pass through the native decoder. */
        private void fail(Throwable reason) {
            failure = reason;
            reader.abort();
        }

        void rethrow() {
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure != null) {
                throw (RuntimeException) failure;
            }
        }

        @Override
        public SampleModel createCompatibleSampleModel(int width, int height) {
            return this;
        }

        // no two of them are equal
        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** The file with its shortened header, without a copy. */
    private static final class JpegInput extends ImageInputStreamImpl {

        private final BaselineJpeg jpeg;

        JpegInput(BaselineJpeg jpeg) {
            this.jpeg = jpeg;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            bitOffset = 0;
            int header = jpeg.header().length;
            boolean inHeader = streamPos < header;
            byte[] source = inHeader ? jpeg.header() : jpeg.bytes();
            int from = (int) (inHeader ? streamPos : streamPos - header + jpeg.scan());
            int count = Math.min(length, source.length - from);
            if (count <= 0) {
                return -1;
            }
            System.arraycopy(source, from, target, offset, count);
            streamPos += count;
            return count;
        }
    }
}
