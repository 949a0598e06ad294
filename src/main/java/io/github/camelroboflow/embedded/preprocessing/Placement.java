package io.github.camelroboflow.embedded.preprocessing;

import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.ResizeMode;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.Box.Point;
import io.github.camelroboflow.inference.geometry.ImageSize;

/**
 * The place of an image in the network's input, with the conversion of coordinates between the two. The arithmetic, with its
 * truncation and rounding, is that of Roboflow inference, engine N.
 *
 * @param image   size of the whole image
 * @param crop    part of the image that the network sees, unless it is larger than the input
 * @param input   size of the network's input
 * @param width   width of that part in the network's input, pixels
 * @param height  height of that part in the network's input, pixels
 * @param padLeft pixels between the left edges of the input and the part; negative if the part begins outside
 * @param padTop  pixels between the top edges of the input and the part; negative if the part begins outside
 * @param scaleX  input pixels for one image pixel
 * @param scaleY  input pixels for one image pixel
 */
public record Placement(ImageSize image, Region crop, ImageSize input, int width, int height, int padLeft, int padTop, float scaleX,
                 float scaleY) {

    public static Placement of(ResizeMode mode, ImageSize image, Region crop, ImageSize input) {
        if (mode == ResizeMode.STRETCH || mode == ResizeMode.COVER || mode == ResizeMode.MIDDLE) {
            return new Placement(image, crop, input, input.width(), input.height(), 0, 0,
                    (float) ((double) input.width() / crop.width()), (float) ((double) input.height() / crop.height()));
        }
        double scale = mode == ResizeMode.CENTER_CROP ? 1
                : Math.min((double) input.width() / crop.width(), (double) input.height() / crop.height());
        int width = Math.max(1, (int) (crop.width() * scale));
        int height = Math.max(1, (int) (crop.height() * scale));
        boolean centred = mode != ResizeMode.LETTERBOX_LEFT_TOP;
        return new Placement(image, crop, input, width, height, centred ? (input.width() - width) / 2 : 0,
                centred ? (input.height() - height) / 2 : 0, (float) scale, (float) scale);
    }

    /** Converts edges in the network's input to a box of whole pixels within the image. */
    public Box toImage(float x1, float y1, float x2, float y2) {
        return new Box(toImageX(x1), toImageY(y1), toImageX(x2), toImageY(y2));
    }

    /** Converts a point in the network's input to the nearest whole pixel, which may lie outside the image. */
    public Point toImage(float x, float y) {
        return new Point(Math.rint((x - padLeft) / scaleX + crop.left()), Math.rint((y - padTop) / scaleY + crop.top()));
    }

    /** Converts a point in the network's input to a point of the image, which may lie outside it. */
    public Point toImageExactly(Point point) {
        return new Point((point.x() - padLeft) / scaleX + crop.left(), (point.y() - padTop) / scaleY + crop.top());
    }

    /** Returns the pixels between the right edges of the part and the input; negative if the part ends outside. */
    public int padRight() {
        return input.width() - width - padLeft;
    }

    /** Returns the pixels between the bottom edges of the part and the input; negative if the part ends outside. */
    public int padBottom() {
        return input.height() - height - padTop;
    }

    /** Returns the part of the image that the network sees. */
    public Region visible() {
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
