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

/** Writes class names and confidences on an image: black or white on a plate of the class's colour, large enough to be read. */
final class Labels {

    /** The letters' size in pixels is this part of the image's shorter side ... */
    private static final int PART = 40;
    /** ... but not less than this. */
    private static final int SMALLEST = 12;
    /** Longer class names are cut off: they come from elsewhere, and only so much fits on an image. */
    private static final int LONGEST_NAME = 60;

    private final Graphics2D graphics;
    private final int width;
    private final int height;
    private final FontMetrics metrics;
    private final int padding;

    /**
     * @param width  of the image, pixels
     * @param height of the image, pixels
     * @throws RoboflowUnavailableException if there are no fonts
     */
    Labels(Graphics2D graphics, int width, int height) {
        this.graphics = graphics;
        this.width = width;
        this.height = height;
        int size = Math.max(SMALLEST, Math.min(width, height) / PART);
        padding = size / 4;
        try {
            graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, size));
            metrics = graphics.getFontMetrics();
        } catch (RuntimeException | LinkageError | InternalError e) {
            throw new RoboflowUnavailableException("class names can't be written on images, since Java finds no fonts on"
                    + " this machine (" + e + "): install fontconfig and a font such as DejaVu, or do without labels", e);
        }
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    }

    /** Of one label, in pixels. */
    int height() {
        return metrics.getHeight() + padding;
    }

    /** Such as {@code traffic light 0.87}, in a single line. */
    static String text(Finding finding) {
        String name = finding.className();
        if (name.codePointCount(0, name.length()) > LONGEST_NAME) {
            name = name.substring(0, name.offsetByCodePoints(0, LONGEST_NAME)) + "…";
        }
        return name.replaceAll("\\p{Cntrl}", " ") + String.format(Locale.ROOT, " %.2f", finding.confidence());
    }

    /** A label with its left top corner there, moved into the image if it would reach beyond. */
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
