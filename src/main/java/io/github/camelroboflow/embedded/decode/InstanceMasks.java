package io.github.camelroboflow.embedded.decode;

import static io.github.camelroboflow.inference.InferenceOption.RESPONSE_MASK_FORMAT;

import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InferenceOptions.ResponseMaskFormat;
import io.github.camelroboflow.inference.geometry.Box.Point;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.geometry.Rle;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;

/** Converts the mask of an object to the forms of a result: an outline or runs. */
public final class InstanceMasks {

    private InstanceMasks() {
    }

    public static Detection add(Detection detection, PixelMask mask, ImageSize image, InferenceOptions options) {
        if (options.get(RESPONSE_MASK_FORMAT) == ResponseMaskFormat.RLE) {
            return detection.withRle(runs(mask, image));
        }
        List<Point> outline = outline(mask);
        return outline.isEmpty() ? detection.withRle(Rle.NO_OUTLINE) : detection.withPoints(outline);
    }

    /**
     * Returns the outer outline of the part of the mask whose outline has the most points. It goes through the outermost pixels,
     * without the points on a straight line between others. Empty for an empty mask. Holes and other parts are lost (Roboflow
     * inference).
     */
    static List<Point> outline(PixelMask mask) {
        if (mask.pixels().length == 0) {
            return List.of();
        }
        try (PointerScope scope = new PointerScope()) {
            Mat image = new Mat(mask.window().height(), mask.window().width(), opencv_core.CV_8UC1, new BytePointer(mask.pixels()));
            MatVector contours = new MatVector();
            opencv_imgproc.findContours(image, contours, opencv_imgproc.RETR_EXTERNAL, opencv_imgproc.CHAIN_APPROX_SIMPLE);
            Mat longest = null;
            for (long i = 0; i < contours.size(); i++) {
                Mat contour = contours.get(i);
                longest = longest == null || contour.rows() > longest.rows() ? contour : longest;
            }
            return longest == null ? List.of() : points(longest.createBuffer(), mask.window().left(), mask.window().top());
        }
    }

    private static List<Point> points(IntBuffer coordinates, int left, int top) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < coordinates.limit(); i += 2) {
            points.add(new Point(left + coordinates.get(i), top + coordinates.get(i + 1)));
        }
        return points;
    }

    /** Returns the run lengths of all pixels of the mask, down the columns of the whole image. */
    static Rle runs(PixelMask mask, ImageSize image) {
        List<Integer> runs = new ArrayList<>();
        int width = mask.window().width();
        int height = mask.window().height();
        int end = 0;
        for (int x = 0; x < width; x++) {
            int column = (mask.window().left() + x) * image.height() + mask.window().top();
            int y = 0;
            while (y < height) {
                int from = y;
                while (y < height && mask.pixels()[y * width + x] != 0) {
                    y++;
                }
                if (y > from) {
                    add(runs, column + from - end, y - from);
                    end = column + y;
                }
                y++;
            }
        }
        runs.add(Math.toIntExact(image.area()) - end);
        return Rle.ofRuns(image.width(), image.height(), runs);
    }

    private static void add(List<Integer> runs, int outside, int inside) {
        if (outside == 0 && !runs.isEmpty()) {
            runs.set(runs.size() - 1, runs.get(runs.size() - 1) + inside);
        } else {
            runs.add(outside);
            runs.add(inside);
        }
    }

    /**
     * The pixels of an object.
     *
     * @param window part of the image that holds the pixels; may be empty
     * @param pixels pixels of the window, row by row: -1 (all bits) for pixels of the object, 0 for others
     */
    public record PixelMask(Region window, byte[] pixels) {

        public static final PixelMask EMPTY = new PixelMask(new Region(0, 0, 0, 0), new byte[0]);
    }
}
