package io.github.camelroboflow.annotate;

import io.github.camelroboflow.inference.geometry.Box.Point;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.geometry.Mask;
import io.github.camelroboflow.inference.support.SharedLibraries;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.nio.IntBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * The outlines of masks, which run through the centers of their outermost pixels, also around holes. Coordinates are pixels of the
 * image, whose first pixel has its center at 0.5, 0.5.
 */
final class Outlines {

    /**
     * The most points of outlines that are drawn. A mask with more is noise: its outlines would cover it, and take minutes to draw.
     */
    private static final int MAX_POINTS = 50_000;
    private static final byte INSIDE = (byte) 255;
    private static final double HALF = 0.5;
    private static final int MIDDLE = 127;

    static {
        SharedLibraries.startJavaCpp();
    }

    private Outlines() {
    }

    /** Returns the closed line through these corners, which lie between pixels. */
    static Path2D.Double ofCorners(List<Point> corners) {
        Path2D.Double path = new Path2D.Double(Path2D.WIND_EVEN_ODD);
        for (Point corner : corners) {
            if (path.getCurrentPoint() == null) {
                path.moveTo(Canvas.clamp(corner.x()), Canvas.clamp(corner.y()));
            } else {
                path.lineTo(Canvas.clamp(corner.x()), Canvas.clamp(corner.y()));
            }
        }
        if (!corners.isEmpty()) {
            path.closePath();
        }
        return path;
    }

    /** Returns the closed line through the centers of these pixels. */
    static Path2D.Double ofPixels(List<Point> pixels) {
        Path2D.Double path = ofCorners(pixels);
        path.transform(AffineTransform.getTranslateInstance(HALF, HALF));
        return path;
    }

    /**
     * Returns the outlines of a mask; empty if they have too many points.
     *
     * @param tolerance the largest distance in pixels by which lines may miss the pixels' centers
     */
    static Optional<Path2D.Double> of(Mask mask, double tolerance) {
        Window window = Window.of(mask);
        if (window.width() <= 0) {
            return Optional.of(new Path2D.Double());
        }
        byte[] bytes = new byte[Math.multiplyExact(window.width(), window.height())];
        BitSet pixels = mask.pixels();
        for (int y = 0; y < window.height(); y++) {
            int row = (window.top() + y) * mask.width() + window.left();
            int end = row + window.width();
            for (int i = pixels.nextSetBit(row); i >= 0 && i < end; i = pixels.nextSetBit(i + 1)) {
                bytes[y * window.width() + i - row] = INSIDE;
            }
        }
        try (PointerScope scope = new PointerScope()) {
            Mat image = new Mat(window.height(), window.width(), opencv_core.CV_8UC1, new BytePointer(bytes));
            return traced(image, tolerance, mask.left() + window.left(), mask.top() + window.top());
        }
    }

    /**
     * Returns the outlines of the pixels of one class, enlarged to the image; empty if they have too many points.
     *
     * @param values the class ids of all pixels
     */
    static Optional<Path2D.Double> of(byte[] values, ImageSize size, int classId, ImageSize image, double tolerance) {
        try (PointerScope scope = new PointerScope()) {
            Mat ids = new Mat(size.height(), size.width(), opencv_core.CV_8UC1, new BytePointer(values));
            Mat mask = opencv_core.equals(ids, (double) classId).asMat();
            if (!size.equals(image)) {
                Mat enlarged = new Mat();
                opencv_imgproc.resize(mask, enlarged, new Size(image.width(), image.height()), 0, 0, opencv_imgproc.INTER_LINEAR);
                opencv_imgproc.threshold(enlarged, enlarged, MIDDLE, INSIDE & 0xff, opencv_imgproc.THRESH_BINARY);
                mask = enlarged;
            }
            return traced(mask, tolerance, 0, 0);
        }
    }

    private static Optional<Path2D.Double> traced(Mat mask, double tolerance, int left, int top) {
        MatVector contours = new MatVector();
        opencv_imgproc.findContours(mask, contours, new Mat(), opencv_imgproc.RETR_LIST, opencv_imgproc.CHAIN_APPROX_SIMPLE);
        Path2D.Double path = new Path2D.Double(Path2D.WIND_EVEN_ODD);
        long points = 0;
        for (long i = 0; i < contours.size(); i++) {
            try (Mat contour = contours.get(i); Mat simple = new Mat()) {
                opencv_imgproc.approxPolyDP(contour, simple, tolerance, true);
                points += simple.total();
                if (points > MAX_POINTS) {
                    return Optional.empty();
                }
                add(path, simple.createBuffer(), left + HALF, top + HALF);
            }
        }
        return Optional.of(path);
    }

    private static void add(Path2D.Double path, IntBuffer points, double left, double top) {
        path.moveTo(left + points.get(0), top + points.get(1));
        for (int i = 2; i < points.limit(); i += 2) {
            path.lineTo(left + points.get(i), top + points.get(i + 1));
        }
        path.closePath();
    }

    /** The part of a mask's window that has pixels; its width is 0 if there are none. */
    private record Window(int left, int top, int width, int height) {

        private static Window of(Mask mask) {
            BitSet pixels = mask.pixels();
            if (pixels.isEmpty() || mask.width() == 0) {
                return new Window(0, 0, 0, 0);
            }
            int top = pixels.nextSetBit(0) / mask.width();
            int bottom = (pixels.length() - 1) / mask.width();
            int left = mask.width();
            int right = -1;
            for (int y = top; y <= bottom; y++) {
                int row = y * mask.width();
                int first = pixels.nextSetBit(row);
                int last = pixels.previousSetBit(row + mask.width() - 1);
                if (first >= 0 && first < row + mask.width()) {
                    left = Math.min(left, first - row);
                    right = Math.max(right, last - row);
                }
            }
            return new Window(left, top, right - left + 1, bottom - top + 1);
        }
    }
}
