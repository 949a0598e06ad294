package io.github.camelroboflow.inference.geometry;

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
 * @param left   the window's left edge in the image, pixels
 * @param top    the window's top edge in the image, pixels
 * @param width  of the window, pixels
 * @param height of the window, pixels
 * @param pixels the pixels that belong to it, row by row in the window; not to be changed
 */
public record Mask(int left, int top, int width, int height, BitSet pixels) {

    /** The pixels within an outline, those under the outline itself included, as Roboflow traces outlines through pixel centres. */
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

    /** How many pixels it has. */
    public long area() {
        return pixels.cardinality();
    }

    /** How many pixels the two have in common. */
    public long intersection(Mask other) {
        long common = 0;
        for (int i = pixels.nextSetBit(0); i >= 0; i = pixels.nextSetBit(i + 1)) {
            if (other.has(left + i % width, top + i / width)) {
                common++;
            }
        }
        return common;
    }

    /** Adds its pixels to those of a whole image, row by row; what lies outside the image is left out. */
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
     * Bounds of what is taken from one answer: what is made of it, such as masks, takes memory and time as its image's size allows,
     * whatever the answer says. What goes beyond is refused before anything is made.
     */
    public static final class ResultLimits {

        /** Most pixels of an image, and of a mask whose image is of unknown size. */
        static final long MAX_PIXELS = 400_000_000;
        /** Relations compare each with each. */
        private static final int MAX_PREDICTIONS = 20_000;
        private static final int MAX_POINTS = 1_000_000;
        /** Most crossings of an outline's edges with rows of pixels, which is the work of filling it. */
        private static final double MAX_CROSSINGS = 1e9;
        /** Most pixels of all masks together, since each is looked at. */
        private static final long MAX_MASK_PIXELS = 20_000_000_000L;
        /** How far an outline may reach beyond its image, of the longer side. */
        private static final double MARGIN = 0.1;
        private static final int SMALLEST_MARGIN = 16;

        private final ImageSize image;
        private long points;
        private double crossings;
        private long maskPixels;

        /** @throws IllegalArgumentException if no image is so large */
        public ResultLimits(ImageSize image) {
            if (image.area() > MAX_PIXELS) {
                throw new IllegalArgumentException("it claims to be of an image of " + image + " pixels");
            }
            this.image = image;
        }

        public void predictions(int count) {
            if (count > MAX_PREDICTIONS) {
                throw new IllegalArgumentException("it holds " + count + " predictions, more than any model gives");
            }
        }

        public void points(int count) {
            points += count;
            if (points > MAX_POINTS) {
                throw new IllegalArgumentException("its outlines and keypoints have more than " + MAX_POINTS + " points");
            }
        }

        /** To be asked of each outline. */
        public void outline(List<Point> outline) {
            double margin = Math.max(SMALLEST_MARGIN, MARGIN * Math.max(image.width(), image.height()));
            double right = image.area() > 0 ? image.width() : Math.sqrt(MAX_PIXELS);
            double bottom = image.area() > 0 ? image.height() : Math.sqrt(MAX_PIXELS);
            for (int i = 0; i < outline.size(); i++) {
                Point point = outline.get(i);
                if (!(point.x() >= -margin && point.x() <= right + margin && point.y() >= -margin && point.y() <= bottom
                        + margin)) {
                    throw new IllegalArgumentException("an outline has the point " + point.x() + ", " + point.y()
                            + ", far outside of its image of " + image + " pixels");
                }
                crossings += Math.abs(point.y() - outline.get(i == 0 ? outline.size() - 1 : i - 1).y());
            }
            if (crossings > MAX_CROSSINGS) {
                throw new IllegalArgumentException("its outlines go up and down too often to be filled");
            }
        }

        /** To be asked of each mask that has a pixel for each of the image. */
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

        /** A number of the answer. */
        public static double finite(String field, double value) {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("its '" + field + "' is " + value);
            }
            return value;
        }
    }
}
