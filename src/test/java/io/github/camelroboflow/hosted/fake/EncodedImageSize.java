package io.github.camelroboflow.hosted.fake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** The size in pixels of a received image, before its EXIF orientation is applied. */
record EncodedImageSize(int width, int height) {

    /** The size of an image that the server was to fetch. */
    static final EncodedImageSize FETCHED = new EncodedImageSize(640, 480);

    private static final byte[] JPEG = draw();

    /** @throws RequestRejectedException if Roboflow's server can't decode it; only the header is read */
    static EncodedImageSize of(byte[] image) throws RequestRejectedException {
        if (image.length > 12 && new String(image, 8, 4, ISO_8859_1).equals("WEBP")) {
            return FETCHED;
        }
        MemoryCacheImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(image));
        Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
        if (!readers.hasNext()) {
            throw RequestRejectedException.badImage("Malformed base64 input image.");
        }
        ImageReader reader = readers.next();
        try {
            if (reader.getFormatName().equalsIgnoreCase("gif")) {
                throw RequestRejectedException.badImage("Malformed base64 input image.");
            }
            reader.setInput(stream, true, true);
            return new EncodedImageSize(reader.getWidth(0), reader.getHeight(0));
        } catch (IOException | RuntimeException e) {
            throw RequestRejectedException.badImage("Malformed base64 input image.");
        } finally {
            reader.dispose();
        }
    }

    /** Returns a small JPEG, such as the one in a response with {@code format=image}. */
    static byte[] jpeg() {
        return JPEG.clone();
    }

    private static byte[] draw() {
        BufferedImage image = new BufferedImage(32, 24, BufferedImage.TYPE_INT_RGB);
        int[] row = new int[32];
        Arrays.setAll(row, x -> 0x4892EA + x * 0x010203);
        for (int y = 0; y < 24; y++) {
            image.setRGB(0, y, 32, 1, row, 0, 32);
        }
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "jpeg", jpeg);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return jpeg.toByteArray();
    }
}
