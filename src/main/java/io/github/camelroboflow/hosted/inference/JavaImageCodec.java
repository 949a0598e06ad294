package io.github.camelroboflow.hosted.inference;

import io.github.camelroboflow.inference.geometry.ImageSize;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
}
