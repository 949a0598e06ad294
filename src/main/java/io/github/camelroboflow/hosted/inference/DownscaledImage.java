package io.github.camelroboflow.hosted.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.geometry.Mask;
import io.github.camelroboflow.inference.geometry.Rle;
import io.github.camelroboflow.inference.support.ImageNormalizer;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import net.coobird.thumbnailator.Thumbnails;
import net.coobird.thumbnailator.util.exif.ExifFilterUtils;
import net.coobird.thumbnailator.util.exif.Orientation;

/**
 * An image that is made smaller before it is sent. Maps predictions on it back to the original's pixels.
 *
 * @param image the image to send
 * @param original the size of the original as it is seen, its orientation applied
 * @param sent the size of the image to send
 */
record DownscaledImage(ImageSource image, ImageSize original, ImageSize sent) {

    private static final float JPEG_QUALITY = 0.95f;

    /**
     * Returns the image with its longer side scaled down to {@code maxSide} pixels, as JPEG. Returns it unchanged if it
     * is no larger or its size is unknown: the server may know its format or report the error.
     *
     * @param orient whether the orientation that the camera wrote into the image is applied; the scaled image has no
     *               orientation tag
     * @throws InvalidImageException if the image is damaged or has more than {@code maxPixels} pixels
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
            return orient ? ExifFilterUtils.getFilterForOrientation(orientation(bytes)).apply(smaller) : smaller;
        } catch (IOException | RuntimeException e) {
            throw new InvalidImageException("image '" + name + "' can't be made smaller (" + e.getMessage()
                    + "): it is damaged, or its format needs maxImageSize=0", e);
        }
    }

    static Orientation orientation(byte[] image) {
        return Orientation.typeOf(ImageNormalizer.jpegOrientation(image));
    }

    /**
     * Maps a response's boxes, outlines, keypoints and run-length masks to the original's pixels. Masks of semantic
     * segmentations stay unchanged, because they may be smaller than their image anyway. Visualizations stay unchanged,
     * too.
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

    /** Scales the masks in a response's {@code rle}. */
    static final class RleScaler {

        private RleScaler() {
        }

        /** Scales the mask to another image size with nearest-neighbor sampling. */
        static void resize(ObjectNode json, ImageSize from, ImageSize size) {
            JsonNode counts = json.path("counts");
            if (!counts.isTextual()) {
                return;
            }
            Rle rle = new Rle(json.path("size").path(1).asInt(), json.path("size").path(0).asInt(), counts.asText());
            if ((long) rle.width() * rle.height() > from.area()) {
                throw new IllegalArgumentException("has a mask of " + rle.width() + " x " + rle.height()
                        + " pixels for an image of " + from);
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
