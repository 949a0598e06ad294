package io.github.camelroboflow.inference.geometry;

import io.github.camelroboflow.inference.geometry.Box.ConvexPolygon;
import io.github.camelroboflow.inference.geometry.Box.Point;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Polygon;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.util.BitSet;
import java.util.List;

/**
 * A set of pixels within a window of the image.
 *
 * @param left the window's left edge in the image, pixels
 * @param top the window's top edge in the image, pixels
 * @param width the window's width, pixels
 * @param height the window's height, pixels
 * @param pixels the pixels of the mask, row by row in the window, which must not be changed
 */
public record Mask(int left, int top, int width, int height, BitSet pixels) {

    /** The distance of a pixel's center from its edges. */
    private static final double HALF = 0.5;
    /** Half the height of the strip through the centers of a row of pixels. */
    private static final double TINY = 1e-6;

    /** Returns the pixels within an outline and under it, because Roboflow traces outlines through pixel centers. */
    public static Mask ofPolygon(List<Point> outline) {
        Polygon polygon = new Polygon();
        int left = Integer.MAX_VALUE;
        int top = Integer.MAX_VALUE;
        for (Point point : outline) {
            left = Math.min(left, (int) Math.rint(point.x()));
            top = Math.min(top, (int) Math.rint(point.y()));
        }
        for (Point point : outline) {
            polygon.addPoint((int) Math.rint(point.x()) - left, (int) Math.rint(point.y()) - top);
        }
        int width = polygon.getBounds().width + 1;
        int height = polygon.getBounds().height + 1;
        if (width < 1 || height < 1 || (long) width * height > ResultLimits.MAX_PIXELS) {
            throw new IllegalArgumentException("an outline of " + width + " x " + height + " pixels is larger than any image");
        }
        BufferedImage canvas = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D graphics = canvas.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillPolygon(polygon);
        graphics.drawPolygon(polygon);
        graphics.dispose();
        byte[] grey = ((DataBufferByte) canvas.getRaster().getDataBuffer()).getData();
        BitSet pixels = new BitSet(grey.length);
        for (int i = 0; i < grey.length; i++) {
            pixels.set(i, grey[i] != 0);
        }
        return new Mask(left, top, width, height, pixels);
    }

    /** Returns the pixels of an image whose centers lie in the polygon. */
    public static Mask ofConvex(ConvexPolygon polygon, ImageSize image) {
        Box bounds = polygon.bounds();
        int left = (int) Math.max(0, Math.floor(bounds.x1()));
        int top = (int) Math.max(0, Math.floor(bounds.y1()));
        int width = (int) Math.min(image.width(), Math.ceil(bounds.x2())) - left;
        int height = (int) Math.min(image.height(), Math.ceil(bounds.y2())) - top;
        if (width < 1 || height < 1) {
            return new Mask(0, 0, 0, 0, new BitSet());
        }
        BitSet pixels = new BitSet(width * height);
        for (int y = 0; y < height; y++) {
            double centre = top + y + HALF;
            Box row = polygon.clippedTo(ConvexPolygon.of(new Box(bounds.x1() - 1, centre - TINY, bounds.x2() + 1, centre + TINY)))
                    .bounds();
            int from = (int) Math.max(0, Math.ceil(row.x1() - HALF - left));
            int to = (int) Math.min(width, Math.floor(row.x2() - HALF - left) + 1);
            if (row.width() > 0 && to > from) {
                pixels.set(y * width + from, y * width + to);
            }
        }
        return new Mask(left, top, width, height, pixels);
    }

    /** Returns the number of pixels. */
    public long area() {
        return pixels.cardinality();
    }

    /** Returns the number of common pixels. */
    public long intersection(Mask other) {
        long common = 0;
        for (int i = pixels.nextSetBit(0); i >= 0; i = pixels.nextSetBit(i + 1)) {
            if (other.has(left + i % width, top + i / width)) {
                common++;
            }
        }
        return common;
    }

    /** Adds the pixels to those of a whole image, row by row. Pixels outside the image are left out. */
    public void addTo(BitSet image, ImageSize size) {
        for (int i = pixels.nextSetBit(0); i >= 0; i = pixels.nextSetBit(i + 1)) {
            int x = left + i % width;
            int y = top + i / width;
            if (x >= 0 && x < size.width() && y >= 0 && y < size.height()) {
                image.set(y * size.width() + x);
            }
        }
    }

    private boolean has(int x, int y) {
        return x >= left && x < left + width && y >= top && y < top + height && pixels.get((y - top) * width + x - left);
    }

    /**
     * The limits for one response. The memory and time for its masks depend on the sizes that the response claims, so
     * that oversized values are rejected before anything is built from them.
     */
    public static final class ResultLimits {

        /** The maximum number of pixels of an image, and of a mask of an image with unknown size. */
        static final long MAX_PIXELS = 400_000_000;
        /** The maximum number of predictions; relations compare each with every other. */
        private static final int MAX_PREDICTIONS = 20_000;
        private static final int MAX_POINTS = 1_000_000;
        /** The maximum number of crossings of outlines with rows of pixels, which determine the time to fill them. */
        private static final double MAX_CROSSINGS = 1e9;
        /** The maximum number of pixels of all masks together, because each pixel is read. */
        private static final long MAX_MASK_PIXELS = 20_000_000_000L;
        /** The distance that an outline may reach beyond its image, as a share of the longer side. */
        private static final double MARGIN = 0.1;
        /** The distance that an oriented box may reach beyond its image, as a share of the longer side. */
        private static final double ORIENTED_MARGIN = 2;
        private static final int MIN_MARGIN = 16;

        private final ImageSize image;
        private long points;
        private double crossings;
        private long maskPixels;

        /** @throws IllegalArgumentException if the image is too large */
        public ResultLimits(ImageSize image) {
            if (image.area() > MAX_PIXELS) {
                throw new IllegalArgumentException("it claims an image of " + image + " pixels");
            }
            this.image = image;
        }

        public void predictions(int count) {
            if (count > MAX_PREDICTIONS) {
                throw new IllegalArgumentException("it holds " + count + " predictions, and at most " + MAX_PREDICTIONS
                        + " are read");
            }
        }

        public void points(int count) {
            points += count;
            if (points > MAX_POINTS) {
                throw new IllegalArgumentException("its outlines and keypoints have more than " + MAX_POINTS + " points");
            }
        }

        /**
         * Checks an outline; called for each one.
         *
         * @param oriented whether it is an oriented box, which is never filled beyond the image
         */
        public void outline(List<Point> outline, boolean oriented) {
            double margin = Math.max(MIN_MARGIN, (oriented ? ORIENTED_MARGIN : MARGIN) * Math.max(image.width(), image.height()));
            double right = image.area() > 0 ? image.width() : Math.sqrt(MAX_PIXELS);
            double bottom = image.area() > 0 ? image.height() : Math.sqrt(MAX_PIXELS);
            for (int i = 0; i < outline.size(); i++) {
                Point point = outline.get(i);
                if (!(point.x() >= -margin && point.x() <= right + margin && point.y() >= -margin && point.y() <= bottom
                        + margin)) {
                    throw new IllegalArgumentException("an outline has the point " + point.x() + ", " + point.y()
                            + ", far outside its image of " + image + " pixels");
                }
                crossings += Math.abs(point.y() - outline.get(i == 0 ? outline.size() - 1 : i - 1).y());
            }
            if (crossings > MAX_CROSSINGS) {
                throw new IllegalArgumentException("its outlines are too complex to be filled");
            }
        }

        /** Checks a mask with the pixels of a whole image; called for each one. */
        public void mask(int width, int height) {
            long area = (long) width * height;
            if (width < 0 || height < 0 || area > (image.area() > 0 ? image.area() : MAX_PIXELS)) {
                throw new IllegalArgumentException("a mask of " + width + " x " + height + " pixels is larger than its image of "
                        + image);
            }
            maskPixels += area;
            if (maskPixels > MAX_MASK_PIXELS) {
                throw new IllegalArgumentException("its masks have " + maskPixels + " pixels together");
            }
        }

        /** Returns the value of a field if it is finite. */
        public static double finite(String field, double value) {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("its '" + field + "' is " + value);
            }
            return value;
        }
    }
}
