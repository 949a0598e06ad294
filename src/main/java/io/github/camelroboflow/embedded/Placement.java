package io.github.camelroboflow.embedded;

import io.github.camelroboflow.embedded.StaticCrop.Region;
import io.github.camelroboflow.inference.Box;
import io.github.camelroboflow.inference.ImageSize;

/**
 * Where an image lies in the network's input, and so how to get back from the one to the other. The arithmetic, down to what is cut
 * off and what is rounded, is that of Roboflow inference, engine N.
 *
 * @param image   size of the whole image
 * @param crop    the part of it that the network sees
 * @param width   of that part in the network's input, pixels
 * @param height  of that part in the network's input, pixels
 * @param padLeft pixels between the input's left edge and the part; negative if the part sticks out
 * @param padTop  pixels between the input's top edge and the part; negative if the part sticks out
 * @param scaleX  input pixels for one image pixel
 * @param scaleY  input pixels for one image pixel
 */
record Placement(ImageSize image, Region crop, int width, int height, int padLeft, int padTop, float scaleX, float scaleY) {

    static Placement of(ResizeMode mode, ImageSize image, Region crop, ImageSize input) {
        if (mode == ResizeMode.STRETCH) {
            return new Placement(image, crop, input.width(), input.height(), 0, 0,
                    (float) ((double) input.width() / crop.width()), (float) ((double) input.height() / crop.height()));
        }
        double scale = mode == ResizeMode.CENTER_CROP ? 1
                : Math.min((double) input.width() / crop.width(), (double) input.height() / crop.height());
        int width = Math.max(1, (int) (crop.width() * scale));
        int height = Math.max(1, (int) (crop.height() * scale));
        return new Placement(image, crop, width, height, (input.width() - width) / 2, (input.height() - height) / 2, (float) scale,
                (float) scale);
    }

    /** Edges in the network's input as a box of whole pixels within the image. */
    Box toImage(float x1, float y1, float x2, float y2) {
        return new Box(toImageX(x1), toImageY(y1), toImageX(x2), toImageY(y2));
    }

    private double toImageX(float x) {
        return wholePixel((x - padLeft) / scaleX + crop.left(), image.width());
    }

    private double toImageY(float y) {
        return wholePixel((y - padTop) / scaleY + crop.top(), image.height());
    }

    private static double wholePixel(float value, int limit) {
        return Math.rint(Math.max(0, Math.min(limit, value)));
    }
}
