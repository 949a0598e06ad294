package io.github.camelroboflow.hosted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.ImageSize;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InvalidImageException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import net.coobird.thumbnailator.Thumbnails;

/**
 * An image made smaller before it is sent, and the way back from predictions on it to the original's pixels.
 *
 * @param image    what is sent
 * @param original the size of the original as it is seen, its orientation applied
 * @param sent     the size of what is sent
 */
record SmallerImage(ImageSource image, ImageSize original, ImageSize sent) {

    private static final double JPEG_QUALITY = 0.95;

    /**
     * The image with its longer side brought to {@code maxSide} pixels, as JPEG; itself if it is no larger, or of a format that Java
     * can't read, which the server may.
     *
     * @param orient whether the orientation that the camera wrote into the image is applied; what is sent carries none
     * @throws InvalidImageException if it is damaged, or has more than {@code maxPixels} pixels
     */
    static SmallerImage of(ImageSource image, int maxSide, boolean orient, long maxPixels) throws IOException {
        byte[] bytes = image.bytes();
        ImageSize size = size(bytes);
        if (size.area() > maxPixels) {
            throw new InvalidImageException("image '" + image.name() + "' of " + size + " pixels is larger than maxPixels=" + maxPixels);
        }
        if (Math.max(size.width(), size.height()) <= maxSide) {
            return new SmallerImage(image, ImageSize.UNKNOWN, ImageSize.UNKNOWN);
        }
        BufferedImage smaller;
        try {
            smaller = Thumbnails.of(new ByteArrayInputStream(bytes)).size(maxSide, maxSide).useExifOrientation(orient).asBufferedImage();
        } catch (IOException | RuntimeException e) {
            throw new InvalidImageException("image '" + image.name() + "' can't be made smaller (" + e.getMessage()
                    + "): it is damaged, or of a kind that needs maxImageSize=0", e);
        }
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        Thumbnails.of(smaller).scale(1).outputFormat("jpg").outputQuality(JPEG_QUALITY).toOutputStream(jpeg);
        boolean turned = size.width() > size.height() != smaller.getWidth() > smaller.getHeight();
        return new SmallerImage(ImageSource.of(image.name(), jpeg.toByteArray()),
                turned ? new ImageSize(size.height(), size.width()) : size,
                new ImageSize(smaller.getWidth(), smaller.getHeight()));
    }

    private static ImageSize size(byte[] bytes) throws IOException {
        try (ImageInputStream stream = ImageIO.createImageInputStream(new ByteArrayInputStream(bytes))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
            if (!readers.hasNext()) {
                return ImageSize.UNKNOWN;
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(stream, true, true);
                return new ImageSize(reader.getWidth(0), reader.getHeight(0));
            } finally {
                reader.dispose();
            }
        } catch (IOException | RuntimeException e) {
            // let the server tell what is wrong with it
            return ImageSize.UNKNOWN;
        }
    }

    /**
     * Brings an answer's boxes, outlines, keypoints and run-length masks to the original's pixels. Masks of semantic segmentations
     * stay as they are, since they may be smaller than their image anyway, and so do drawings.
     */
    void scaleBack(ObjectNode answer) {
        if (original.equals(ImageSize.UNKNOWN) || !answer.path("image").isObject()) {
            return;
        }
        ((ObjectNode) answer.get("image")).put("width", original.width()).put("height", original.height());
        if (answer.path("predictions").isArray()) {
            answer.get("predictions").forEach(this::scaleBack);
        }
    }

    private void scaleBack(JsonNode prediction) {
        scalePoint(prediction);
        prediction.path("points").forEach(this::scalePoint);
        prediction.path("keypoints").forEach(this::scalePoint);
        if (prediction instanceof ObjectNode object && object.path("rle") instanceof ObjectNode rle) {
            RunLengths.resize(rle, original);
        }
    }

    private void scalePoint(JsonNode json) {
        double across = (double) original.width() / sent.width();
        double down = (double) original.height() / sent.height();
        if (json instanceof ObjectNode object) {
            scale(object, "x", across);
            scale(object, "width", across);
            scale(object, "y", down);
            scale(object, "height", down);
        }
    }

    private static void scale(ObjectNode object, String field, double factor) {
        if (object.path(field).isNumber()) {
            object.put(field, object.get(field).asDouble() * factor);
        }
    }
}
