package io.github.camelroboflow.hosted.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.hosted.inference.JavaImageCodec.JpegOrientation;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.geometry.Mask;
import io.github.camelroboflow.inference.geometry.Rle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import net.coobird.thumbnailator.Thumbnails;
import net.coobird.thumbnailator.util.exif.ExifFilterUtils;

/**
 * An image made smaller before it is sent, and the way back from predictions on it to the original's pixels.
 *
 * @param image    what is sent
 * @param original the size of the original as it is seen, its orientation applied
 * @param sent     the size of what is sent
 */
record DownscaledImage(ImageSource image, ImageSize original, ImageSize sent) {

    private static final float JPEG_QUALITY = 0.95f;

    /**
     * The image with its longer side brought to {@code maxSide} pixels, as JPEG; as it is if it is no larger, or if its size
     * can't be found: the server may know its format, or tell what is wrong with it.
     *
     * @param orient whether the orientation that the camera wrote into the image is applied; what is sent carries none
     * @throws InvalidImageException if it is damaged, or has more than {@code maxPixels} pixels
     */
    static DownscaledImage of(ImageSource image, int maxSide, boolean orient, long maxPixels) throws IOException {
        byte[] bytes = image.bytes();
        ImageSize size = JavaImageCodec.size(bytes);
        if (size.area() > maxPixels) {
            throw new InvalidImageException("image '" + image.name() + "' of " + size
                    + " pixels is larger than maxPixels=" + maxPixels);
        }
        if (Math.max(size.width(), size.height()) <= maxSide) {
            return new DownscaledImage(ImageSource.of(image.name(), bytes), ImageSize.UNKNOWN, ImageSize.UNKNOWN);
        }
        BufferedImage smaller = smaller(image.name(), bytes, maxSide, orient);
        boolean turned = size.width() > size.height() != smaller.getWidth() > smaller.getHeight();
        return new DownscaledImage(ImageSource.of(image.name(), JavaImageCodec.jpeg(smaller, JPEG_QUALITY)),
                turned ? new ImageSize(size.height(), size.width()) : size,
                new ImageSize(smaller.getWidth(), smaller.getHeight()));
    }

    private static BufferedImage smaller(String name, byte[] bytes, int maxSide, boolean orient) {
        try {
            BufferedImage smaller = Thumbnails.of(JavaImageCodec.read(bytes)).size(maxSide, maxSide).asBufferedImage();
            return orient ? ExifFilterUtils.getFilterForOrientation(JpegOrientation.of(bytes)).apply(smaller) : smaller;
        } catch (IOException | RuntimeException e) {
            throw new InvalidImageException("image '" + name + "' can't be made smaller (" + e.getMessage()
                    + "): it is damaged, or of a kind that needs maxImageSize=0", e);
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
            RleScaler.resize(rle, sent, original);
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

    /** Masks as an answer's {@code rle}. */
    static final class RleScaler {

        private RleScaler() {
        }

        /** The same mask for an image of another size, each pixel that of the nearest one. */
        static void resize(ObjectNode json, ImageSize from, ImageSize size) {
            JsonNode counts = json.path("counts");
            if (!counts.isTextual()) {
                return;
            }
            Rle rle = new Rle(json.path("size").path(1).asInt(), json.path("size").path(0).asInt(), counts.asText());
            if ((long) rle.width() * rle.height() > from.area()) {
                throw new IllegalArgumentException("has a mask of " + rle.width() + " x " + rle.height()
                        + " pixels, but an image of "
                        + from + " was sent");
            }
            Mask mask = rle.mask();
            List<Integer> runs = new ArrayList<>();
            boolean inside = false;
            int run = 0;
            for (int x = 0; x < size.width(); x++) {
                int column = (int) ((long) x * mask.width() / size.width());
                for (int y = 0; y < size.height(); y++) {
                    int row = (int) ((long) y * mask.height() / size.height());
                    if (mask.pixels().get(row * mask.width() + column) != inside) {
                        runs.add(run);
                        run = 0;
                        inside = !inside;
                    }
                    run++;
                }
            }
            runs.add(run);
            json.putArray("size").add(size.height()).add(size.width());
            json.put("counts", Rle.ofRuns(size.width(), size.height(), runs).counts());
        }
    }
}
