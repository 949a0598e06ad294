package io.github.camelroboflow.embedded.preprocessing;

import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.ResizeMode;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.Box.Point;
import io.github.camelroboflow.inference.geometry.ImageSize;

/**
 * Where an image lies in the network's input, and so how to get back from the one to the other. The arithmetic, down to what is cut
 * off and what is rounded, is that of Roboflow inference, engine N.
 *
 * @param image   size of the whole image
 * @param crop    the part of it that the network sees, unless it sticks out
 * @param input   size of the network's input
 * @param width   of that part in the network's input, pixels
 * @param height  of that part in the network's input, pixels
 * @param padLeft pixels between the input's left edge and the part; negative if the part sticks out
 * @param padTop  pixels between the input's top edge and the part; negative if the part sticks out
 * @param scaleX  input pixels for one image pixel
 * @param scaleY  input pixels for one image pixel
 */
public record Placement(ImageSize image, Region crop, ImageSize input, int width, int height, int padLeft, int padTop, float scaleX,
                 float scaleY) {

    public static Placement of(ResizeMode mode, ImageSize image, Region crop, ImageSize input) {
        if (mode == ResizeMode.STRETCH || mode == ResizeMode.COVER) {
            return new Placement(image, crop, input, input.width(), input.height(), 0, 0,
                    (float) ((double) input.width() / crop.width()), (float) ((double) input.height() / crop.height()));
        }
        double scale = mode == ResizeMode.CENTER_CROP ? 1
                : Math.min((double) input.width() / crop.width(), (double) input.height() / crop.height());
        int width = Math.max(1, (int) (crop.width() * scale));
        int height = Math.max(1, (int) (crop.height() * scale));
        return new Placement(image, crop, input, width, height, (input.width() - width) / 2, (input.height() - height) / 2,
                (float) scale, (float) scale);
    }

    /** Edges in the network's input as a box of whole pixels within the image. */
    public Box toImage(float x1, float y1, float x2, float y2) {
        return new Box(toImageX(x1), toImageY(y1), toImageX(x2), toImageY(y2));
    }

    /** A point in the network's input as the nearest whole pixel, which may lie outside the image. */
    public Point toImage(float x, float y) {
        return new Point(Math.rint((x - padLeft) / scaleX + crop.left()), Math.rint((y - padTop) / scaleY + crop.top()));
    }

    /** Pixels between the part and the input's right edge; negative if it sticks out. */
    public int padRight() {
        return input.width() - width - padLeft;
    }

    /** Pixels between the part and the input's bottom edge; negative if it sticks out. */
    public int padBottom() {
        return input.height() - height - padTop;
    }

    /** What the network sees of the image. */
    public Region shown() {
        int left = crop.left() + Math.max(0, -padLeft);
        int top = crop.top() + Math.max(0, -padTop);
        return new Region(left, top, crop.width() + Math.min(0, padLeft) + Math.min(0, padRight()),
                crop.height() + Math.min(0, padTop) + Math.min(0, padBottom()));
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
