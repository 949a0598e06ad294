package io.github.camelroboflow.inference;

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
        if (width < 1 || height < 1 || (long) width * height > AnswerLimits.MOST_PIXELS) {
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
    void addTo(BitSet image, ImageSize size) {
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
}
