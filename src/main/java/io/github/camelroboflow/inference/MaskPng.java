package io.github.camelroboflow.inference;

import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Planes of bytes as base64 of PNGs with one channel. In memory alone: the usual way makes a temporary file for each. */
final class MaskPng {

    private MaskPng() {
    }

    /**
     * @param limits asked before it is decoded, since a PNG of some kilobytes can be larger than all memory
     * @throws IllegalArgumentException if it is no such PNG
     */
    static SemanticSegmentation.Plane read(String base64, AnswerLimits limits) {
        byte[] png = Base64.getMimeDecoder().decode(base64);
        try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(png))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
            if (!readers.hasNext()) {
                throw new IllegalArgumentException("the segmentation mask is no PNG");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(stream);
                ImageSize size = new ImageSize(reader.getWidth(0), reader.getHeight(0));
                limits.mask(size.width(), size.height());
                return plane(reader.read(0).getRaster());
            } finally {
                reader.dispose();
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("the segmentation mask can't be decoded: " + e.getMessage(), e);
        }
    }

    private static SemanticSegmentation.Plane plane(WritableRaster raster) {
        int width = raster.getWidth();
        byte[] values = new byte[width * raster.getHeight()];
        int[] row = new int[width];
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getSamples(0, y, width, 1, 0, row);
            for (int x = 0; x < width; x++) {
                values[y * width + x] = (byte) row[x];
            }
        }
        return new SemanticSegmentation.Plane(new ImageSize(width, raster.getHeight()), values);
    }

    static String write(SemanticSegmentation.Plane plane) {
        BufferedImage picture = new BufferedImage(plane.size().width(), plane.size().height(), BufferedImage.TYPE_BYTE_GRAY);
        picture.getRaster().setDataElements(0, 0, plane.size().width(), plane.size().height(), plane.values());
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try (ImageOutputStream stream = new MemoryCacheImageOutputStream(png)) {
            ImageIO.write(picture, "png", stream);
        } catch (IOException e) {
            throw new IllegalStateException("a mask could not be written as PNG", e);
        }
        return Base64.getEncoder().encodeToString(png.toByteArray());
    }
}
