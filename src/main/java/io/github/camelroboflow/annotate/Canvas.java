package io.github.camelroboflow.annotate;

import io.github.camelroboflow.annotate.Annotator.AnnotationStyle;
import io.github.camelroboflow.inference.ModelDescription.Appearance;
import io.github.camelroboflow.inference.geometry.Box.Point;
import io.github.camelroboflow.inference.geometry.Box;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws boxes, outlines, areas and dots on an image. Locations are in pixels of the image, from the corner of its first pixel;
 * parts outside are cut off. Lines have the style's width, or one that suits the size of the image.
 */
final class Canvas implements AutoCloseable {

    /** The opacity of areas, of 255: the image is seen through them. */
    static final int TRANSLUCENT = 90;
    /** A coordinate far outside any image and far below the overflow of Java2D's arithmetic. */
    private static final double FAR = 1e6;
    /** The divisor of the image's shorter side that gives the line width where the style has none. */
    private static final double STROKE_DIVISOR = 320;
    /** The least such width, except on images with a shorter side below {@link #SMALL}. */
    private static final int MIN_STROKE = 2;
    private static final int SMALL = 160;
    /**
     * The divisor of the image's shorter side that gives the maximum line width; {@link #MAX_STROKE} applies if that is
     * more.
     */
    private static final int MAX_STROKE_DIVISOR = 20;
    /** The maximum line width in pixels for small images. The outline of a mask in wider lines would take minutes. */
    private static final int MAX_STROKE = 20;
    /** The extra radius of a keypoint's dot beyond the line width, which makes it visible beside thin lines. */
    private static final double DOT = 1.5;
    /** The radius of a keypoint's dot beside wide lines, in line widths. */
    private static final double LARGE_DOT = 1.6;
    /** The color beside lines of a scaled width, so that light lines are seen on light images. */
    private static final Color RIM = new Color(0, 0, 0, 80);
    /** The color around keypoints and their skeleton, which separates them from the object. */
    private static final Color DARK_RIM = new Color(0, 0, 0, 160);

    private final Graphics2D graphics;
    private final Dimension size;
    private final AnnotationStyle style;
    private final Palette palette;
    private final int stroke;
    private final boolean rimmed;
    private final List<Rectangle> taken = new ArrayList<>();

    Canvas(BufferedImage picture, AnnotationStyle style, Appearance appearance) {
        this.graphics = picture.createGraphics();
        this.size = new Dimension(picture.getWidth(), picture.getHeight());
        this.style = style;
        this.palette = new Palette(appearance);
        this.stroke = stroke(style, Math.min(size.width, size.height));
        this.rimmed = style.stroke() == AnnotationStyle.SCALED && stroke > 1;
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
    }

    private static int stroke(AnnotationStyle style, int shorterSide) {
        if (style.stroke() == AnnotationStyle.SCALED) {
            return shorterSide < SMALL ? 1 : Math.max(MIN_STROKE, (int) Math.rint(shorterSide / STROKE_DIVISOR));
        }
        return Math.min(style.stroke(), Math.max(MAX_STROKE, shorterSide / MAX_STROKE_DIVISOR));
    }

    /** Returns whether the style has labels. */
    boolean labelled() {
        return style.labels();
    }

    /** Returns the image's size in pixels. */
    Dimension size() {
        return size;
    }

    /** Returns the width of lines in pixels. */
    int stroke() {
        return stroke;
    }

    Graphics2D graphics() {
        return graphics;
    }

    Color color(String className) {
        return palette.color(className);
    }

    /** Returns the parts of the image that lists of classes cover, so that no label may be there. */
    List<Rectangle> taken() {
        return taken;
    }

    /** Draws the outermost pixels of the box. Wider lines extend equally to both sides. */
    void box(Box box, Color color) {
        box(box, stroke, color);
    }

    /** Draws a box with lines of half the width. */
    void thinBox(Box box, Color color) {
        box(box, Math.max(1, stroke / 2), color);
    }

    private void box(Box box, int line, Color color) {
        int outwards = line / 2;
        int left = (int) Math.floor(clamp(box.x1())) - outwards;
        int top = (int) Math.floor(clamp(box.y1())) - outwards;
        int right = Math.max((int) Math.ceil(clamp(box.x2())) + outwards, left + line);
        int bottom = Math.max((int) Math.ceil(clamp(box.y2())) + outwards, top + line);
        // its edges are those of pixels, and Java2D is several times faster without antialiasing
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_OFF);
        if (rimmed) {
            int rim = (int) rim();
            graphics.setColor(RIM);
            frame(left - rim, top - rim, right + rim, bottom + rim, line + 2 * rim);
        }
        graphics.setColor(color);
        frame(left, top, right, bottom, line);
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    }

    /** Fills each pixel of a frame once, since its color may be translucent. */
    private void frame(int left, int top, int right, int bottom, int line) {
        int upper = Math.min(line, bottom - top);
        int lower = Math.min(line, bottom - top - upper);
        graphics.fillRect(left, top, right - left, upper);
        graphics.fillRect(left, bottom - lower, right - left, lower);
        graphics.fillRect(left, top + upper, Math.min(line, right - left), bottom - top - upper - lower);
        graphics.fillRect(Math.max(left + line, right - line), top + upper, Math.min(line, right - left - line),
                bottom - top - upper - lower);
    }

    /** Draws a line along a shape. */
    void outline(Shape shape, Color color) {
        if (rimmed) {
            line(shape, stroke + 2 * rim(), RIM);
        }
        line(shape, stroke, color);
    }

    private void line(Shape shape, float width, Color color) {
        graphics.setColor(color);
        graphics.setStroke(new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.draw(shape);
    }

    /** Covers a shape with a translucent color. */
    void area(Shape shape, Color color) {
        graphics.setColor(translucent(color));
        graphics.fill(shape);
    }

    /** Draws a line between two keypoints. */
    void bone(Point from, Point to, Color color) {
        Line2D line = new Line2D.Double(clamp(from.x()), clamp(from.y()), clamp(to.x()), clamp(to.y()));
        line(line, stroke + 2 * rim(), DARK_RIM);
        line(line, stroke, color);
    }

    /** Draws a keypoint. */
    void dot(Point center, Color color) {
        double radius = Math.max(stroke + DOT, LARGE_DOT * stroke);
        graphics.setColor(DARK_RIM);
        graphics.fill(circle(center, radius + rim()));
        graphics.setColor(color);
        graphics.fill(circle(center, radius));
    }

    private float rim() {
        return Math.max(1, stroke / 4f);
    }

    private static Ellipse2D circle(Point center, double radius) {
        return new Ellipse2D.Double(clamp(center.x()) - radius, clamp(center.y()) - radius, 2 * radius, 2 * radius);
    }

    /** Draws an overlay over a part of the image, each of its pixels as a block. */
    void overlay(BufferedImage overlay, Rectangle part) {
        graphics.drawImage(overlay, part.x, part.y, part.width, part.height, null);
    }

    static Color translucent(Color color) {
        return new Color(color.getRed(), color.getGreen(), color.getBlue(), TRANSLUCENT);
    }

    static double clamp(double coordinate) {
        return Math.max(-FAR, Math.min(FAR, coordinate));
    }

    @Override
    public void close() {
        graphics.dispose();
    }
}
