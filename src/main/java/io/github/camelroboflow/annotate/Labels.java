package io.github.camelroboflow.annotate;

import io.github.camelroboflow.annotate.Canvas.Palette;
import io.github.camelroboflow.inference.Inference.Finding;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.util.Locale;

/**
 * Writes class names and confidences on an image: black or white on a background of the class's color, large enough to
 * read.
 */
final class Labels {

    /** The divisor of the image's shorter side that gives the font size in pixels; at least {@link #MIN_FONT_SIZE}. */
    private static final int FONT_SIZE_DIVISOR = 40;
    /** The minimum font size in pixels. */
    private static final int MIN_FONT_SIZE = 12;
    /**
     * The maximum length of a class name. Longer names are cut off, because they come from outside and only so much
     * fits on an image.
     */
    private static final int MAX_NAME_LENGTH = 60;

    private final Graphics2D graphics;
    private final int width;
    private final int height;
    private final FontMetrics metrics;
    private final int padding;

    /**
     * @param width the image's width, pixels
     * @param height the image's height, pixels
     * @throws RoboflowUnavailableException if there are no fonts
     */
    Labels(Graphics2D graphics, int width, int height) {
        this.graphics = graphics;
        this.width = width;
        this.height = height;
        int size = Math.max(MIN_FONT_SIZE, Math.min(width, height) / FONT_SIZE_DIVISOR);
        padding = size / 4;
        try {
            graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, size));
            metrics = graphics.getFontMetrics();
        } catch (RuntimeException | LinkageError | InternalError e) {
            throw new RoboflowUnavailableException("install fontconfig and a font such as DejaVu, or turn labels off: Java finds no"
                    + " fonts on this machine to write class names on images (" + e + ")", e);
        }
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    }

    /** Returns the height of one label in pixels. */
    int height() {
        return metrics.getHeight() + padding;
    }

    /** Returns a text such as {@code traffic light 0.87} on a single line. */
    static String text(Finding finding) {
        String name = finding.className();
        if (name.codePointCount(0, name.length()) > MAX_NAME_LENGTH) {
            name = name.substring(0, name.offsetByCodePoints(0, MAX_NAME_LENGTH)) + "…";
        }
        return name.replaceAll("\\p{Cntrl}", " ") + String.format(Locale.ROOT, " %.2f", finding.confidence());
    }

    /** Draws a label with its top left corner at the given point, moved into the image if it would extend beyond it. */
    void draw(String text, int left, int top, Color color) {
        int labelWidth = metrics.stringWidth(text) + 2 * padding;
        int x = Math.max(0, Math.min(left, width - labelWidth));
        int y = Math.max(0, Math.min(top, height - height()));
        graphics.setColor(color);
        graphics.fillRect(x, y, labelWidth, height());
        graphics.setColor(Palette.textOn(color));
        graphics.drawString(text, x + padding, y + padding / 2 + metrics.getAscent());
    }
}
