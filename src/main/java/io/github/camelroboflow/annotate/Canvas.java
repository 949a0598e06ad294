package io.github.camelroboflow.annotate;

import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.Box.Point;
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
 * An image that is drawn on, with what results are drawn of. Places are in pixels of the image; what lies outside is cut off. Lines
 * are as wide as the style says, in the full colour: they are not smoothed.
 */
final class Canvas implements AutoCloseable {

    /** Far outside of any image, and far from where Java2D's arithmetic overflows. */
    private static final double FAR = 1e6;
    /** No line is wider than this part of the image's shorter side ... */
    private static final int WIDEST_PART = 20;
    /** ... or this many pixels, if that is more: an outline of a mask in wider ones would take hours. */
    private static final int WIDEST = 20;
    /** How much wider than a line a keypoint's dot reaches in each direction, or it would not be seen. */
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
        this.stroke = Math.min(style.stroke(), Math.max(WIDEST, Math.min(width, height) / WIDEST_PART));
    }

    /** Whether labels are asked for. */
    boolean labelled() {
        return style.labels();
    }

    /** Of the image, pixels. */
    int height() {
        return height;
    }

    Color color(String className, int classId) {
        return palette.color(className, classId);
    }

    /** The labels, for which alone fonts are needed. */
    Labels labels() {
        if (labels == null) {
            labels = new Labels(graphics, width, height);
        }
        return labels;
    }

    /** The box's outermost pixels; wider lines reach as far outwards as inwards. */
    void box(Box box, Color color) {
        int outwards = stroke / 2;
        int left = (int) Math.floor(near(box.x1())) - outwards;
        int top = (int) Math.floor(near(box.y1())) - outwards;
        int right = Math.max((int) Math.ceil(near(box.x2())) + outwards, left + stroke);
        int bottom = Math.max((int) Math.ceil(near(box.y2())) + outwards, top + stroke);
        graphics.setColor(color);
        graphics.fillRect(left, top, right - left, stroke);
        graphics.fillRect(left, bottom - stroke, right - left, stroke);
        graphics.fillRect(left, top, stroke, bottom - top);
        graphics.fillRect(right - stroke, top, stroke, bottom - top);
    }

    /** A closed line through the centres of these pixels. */
    void outline(List<Point> points, Color color) {
        Polygon polygon = new Polygon();
        points.forEach(point -> polygon.addPoint((int) Math.rint(near(point.x())), (int) Math.rint(near(point.y()))));
        graphics.setColor(color);
        graphics.setStroke(new BasicStroke(stroke, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.drawPolygon(polygon);
    }

    /** The mask's outermost pixels, holes included. */
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

    /** A filled circle; Java2D's own is not round at this size. */
    void dot(double x, double y, Color color) {
        int radius = stroke + DOT;
        graphics.setColor(color);
        for (int dy = -radius; dy <= radius; dy++) {
            int reach = (int) Math.sqrt((radius + 0.5) * (radius + 0.5) - dy * dy);
            graphics.fillRect((int) Math.rint(near(x)) - reach, (int) Math.rint(near(y)) + dy, 2 * reach + 1, 1);
        }
    }

    /** A picture laid over the whole image, each of its pixels as a block. */
    void overlay(BufferedImage overlay) {
        graphics.drawImage(overlay, 0, 0, width, height, null);
    }

    private static double near(double place) {
        return Math.max(-FAR, Math.min(FAR, place));
    }

    @Override
    public void close() {
        graphics.dispose();
    }

    /** Which class has which colour: its own, else one of the nine of Roboflow's server, by class id. */
    static final class Palette {

        private static final Color[] DEFAULTS = {new Color(0x4892EA), new Color(0x00EEC3), new Color(0xFE4EF0), new Color(0xF4004E),
            new Color(0xFA7200), new Color(0xEEEE17), new Color(0x90FF00), new Color(0x78C1D2), new Color(0x8C29FF)};
        private static final Pattern RRGGBB = Pattern.compile("#[0-9A-Fa-f]{6}");

        private final Map<String, String> colors;

        /** @param colors {@code #RRGGBB} by class name; anything else counts as none */
        Palette(Map<String, String> colors) {
            this.colors = colors;
        }

        /** @param classId -1 where the result did not say */
        Color color(String className, int classId) {
            String own = colors.getOrDefault(className, "");
            if (RRGGBB.matcher(own).matches()) {
                return Color.decode(own);
            }
            return DEFAULTS[Math.floorMod(classId < 0 ? className.hashCode() : classId, DEFAULTS.length)];
        }

        /** Black or white, whichever is easier to read on that colour. */
        static Color textOn(Color background) {
            double luma = 0.299 * background.getRed() + 0.587 * background.getGreen() + 0.114 * background.getBlue();
            return luma > 140 ? Color.BLACK : Color.WHITE;
        }
    }
}
