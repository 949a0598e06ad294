package io.github.camelroboflow.annotate;

import io.github.camelroboflow.annotate.Annotator.AnnotationStyle;
import io.github.camelroboflow.inference.geometry.Box.Point;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.Mask;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Polygon;
import java.awt.image.BufferedImage;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Draws boxes, outlines, dots and labels on an image. Locations are in pixels of the image; parts outside are cut off.
 * Lines have the style's width and the full color without antialiasing.
 */
final class Canvas implements AutoCloseable {

    /** A coordinate far outside any image and far below the overflow of Java2D's arithmetic. */
    private static final double FAR = 1e6;
    /**
     * The divisor of the image's shorter side that gives the maximum line width; {@link #MAX_STROKE} applies if that is
     * more.
     */
    private static final int MAX_STROKE_DIVISOR = 20;
    /** The maximum line width in pixels for small images. The outline of a mask in wider lines would take hours. */
    private static final int MAX_STROKE = 20;
    /** The extra radius of a keypoint's dot beyond the line width, which makes it visible. */
    private static final int DOT = 2;

    private final Graphics2D graphics;
    private final int width;
    private final int height;
    private final AnnotationStyle style;
    private final Palette palette;
    private final int stroke;
    private Labels labels;

    Canvas(BufferedImage picture, AnnotationStyle style) {
        this.graphics = picture.createGraphics();
        this.width = picture.getWidth();
        this.height = picture.getHeight();
        this.style = style;
        this.palette = new Palette(style.colors());
        this.stroke = Math.min(style.stroke(), Math.max(MAX_STROKE, Math.min(width, height) / MAX_STROKE_DIVISOR));
    }

    /** Returns whether the style has labels. */
    boolean labelled() {
        return style.labels();
    }

    /** Returns the image's height in pixels. */
    int height() {
        return height;
    }

    Color color(String className, int classId) {
        return palette.color(className, classId);
    }

    /** Returns the labels. Only they need fonts. */
    Labels labels() {
        if (labels == null) {
            labels = new Labels(graphics, width, height);
        }
        return labels;
    }

    /** Draws the outermost pixels of the box. Wider lines extend equally to both sides. */
    void box(Box box, Color color) {
        int outwards = stroke / 2;
        int left = (int) Math.floor(clamp(box.x1())) - outwards;
        int top = (int) Math.floor(clamp(box.y1())) - outwards;
        int right = Math.max((int) Math.ceil(clamp(box.x2())) + outwards, left + stroke);
        int bottom = Math.max((int) Math.ceil(clamp(box.y2())) + outwards, top + stroke);
        graphics.setColor(color);
        graphics.fillRect(left, top, right - left, stroke);
        graphics.fillRect(left, bottom - stroke, right - left, stroke);
        graphics.fillRect(left, top, stroke, bottom - top);
        graphics.fillRect(right - stroke, top, stroke, bottom - top);
    }

    /** Draws a closed line through the centers of these pixels. */
    void outline(List<Point> points, Color color) {
        Polygon polygon = new Polygon();
        points.forEach(point -> polygon.addPoint((int) Math.rint(clamp(point.x())), (int) Math.rint(clamp(point.y()))));
        graphics.setColor(color);
        graphics.setStroke(new BasicStroke(stroke, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.drawPolygon(polygon);
    }

    /** Draws the outermost pixels of the mask, including those at holes. */
    void outline(Mask mask, Color color) {
        graphics.setColor(color);
        BitSet pixels = mask.pixels();
        for (int i = pixels.nextSetBit(0); i >= 0; i = pixels.nextSetBit(i + 1)) {
            if (isEdge(mask, i)) {
                graphics.fillRect(mask.left() + i % mask.width() - stroke / 2, mask.top() + i / mask.width() - stroke / 2, stroke,
                        stroke);
            }
        }
    }

    private static boolean isEdge(Mask mask, int i) {
        int x = i % mask.width();
        BitSet pixels = mask.pixels();
        return x == 0 || !pixels.get(i - 1) || x == mask.width() - 1 || !pixels.get(i + 1)
                || i < mask.width() || !pixels.get(i - mask.width()) || !pixels.get(i + mask.width());
    }

    /** Draws a filled circle. Java2D's own circle is not round at this size. */
    void dot(double x, double y, Color color) {
        int radius = stroke + DOT;
        graphics.setColor(color);
        for (int dy = -radius; dy <= radius; dy++) {
            int reach = (int) Math.sqrt((radius + 0.5) * (radius + 0.5) - dy * dy);
            graphics.fillRect((int) Math.rint(clamp(x)) - reach, (int) Math.rint(clamp(y)) + dy, 2 * reach + 1, 1);
        }
    }

    /** Draws an overlay over the whole image, each of its pixels as a block. */
    void overlay(BufferedImage overlay) {
        graphics.drawImage(overlay, 0, 0, width, height, null);
    }

    private static double clamp(double coordinate) {
        return Math.max(-FAR, Math.min(FAR, coordinate));
    }

    @Override
    public void close() {
        graphics.dispose();
    }

    /** The colors of classes: the class's own, else one of the nine colors of Roboflow's server by class id. */
    static final class Palette {

        private static final Color[] DEFAULTS = {new Color(0x4892EA), new Color(0x00EEC3), new Color(0xFE4EF0), new Color(0xF4004E),
            new Color(0xFA7200), new Color(0xEEEE17), new Color(0x90FF00), new Color(0x78C1D2), new Color(0x8C29FF)};
        private static final Pattern RRGGBB = Pattern.compile("#[0-9A-Fa-f]{6}");

        private final Map<String, String> colors;

        /** @param colors {@code #RRGGBB} by class name; other values are ignored */
        Palette(Map<String, String> colors) {
            this.colors = colors;
        }

        /** @param classId the class id; -1 if the result has none */
        Color color(String className, int classId) {
            String own = colors.getOrDefault(className, "");
            if (RRGGBB.matcher(own).matches()) {
                return Color.decode(own);
            }
            return DEFAULTS[Math.floorMod(classId < 0 ? className.hashCode() : classId, DEFAULTS.length)];
        }

        /** Returns black or white, the one that is easier to read on that color. */
        static Color textOn(Color background) {
            double luma = 0.299 * background.getRed() + 0.587 * background.getGreen() + 0.114 * background.getBlue();
            return luma > 140 ? Color.BLACK : Color.WHITE;
        }
    }
}
