package io.github.camelroboflow.annotate;

import io.github.camelroboflow.inference.Inference.Finding;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.geometry.Box;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Writes class names and confidences on an image: black or white on a background of the class's color, as large as the image
 * demands. No label covers another one. Where objects are so many that not all labels have a place, labels are smaller; if that is
 * not enough, the least confident objects get none, and a corner of the image says how many these are.
 */
final class Labels {

    /** The divisor of the image's shorter side that gives the font size in pixels; at least {@link #MIN_FONT_SIZE}. */
    private static final int FONT_SIZE_DIVISOR = 40;
    private static final int MIN_FONT_SIZE = 12;
    /** The sizes that are tried, as shares of the usual one. */
    private static final double[] SHARES = {1, 0.8, 0.65};
    /** The least font size in pixels where there are many objects. */
    private static final int SMALLEST_FONT_SIZE = 10;
    /** The most labels on an image, which limits the time to place them. */
    private static final int MAX_LABELS = 1000;
    /**
     * The maximum length of a class name. Longer names are cut off, because they come from outside and only so much
     * fits on an image.
     */
    private static final int MAX_NAME_LENGTH = 60;
    private static final Color NOTE = new Color(0x202020);

    private final Graphics2D graphics;
    private final Dimension image;

    Labels(Graphics2D graphics, Dimension image) {
        this.graphics = graphics;
        this.image = image;
    }

    /**
     * A label of an object.
     *
     * @param box the object's box, which its line is a part of
     */
    record Label(String text, Box box, Color color) {
    }

    /**
     * Labels of one font size with the places that were found for them.
     *
     * @param places the place of each label; {@code null} for a label without one
     * @param note the place of the note about labels without a place; {@code null} if there are none
     */
    record Layout(LabelFont font, List<String> texts, List<Rectangle> places, Rectangle note) {

        /** Returns how many of so many labels have no place. */
        int missing(int all) {
            return all - (int) places.stream().filter(Objects::nonNull).count();
        }
    }

    /**
     * Draws labels.
     *
     * @param labels the labels, the most confident object first
     * @param taken  the parts of the image where no label may be
     */
    void draw(List<Label> labels, List<Rectangle> taken) {
        Layout layout = layout(labels, taken);
        if (layout.note != null) {
            layout.font.draw(layout.font.note(layout.missing(labels.size()), layout.note.width), layout.note, NOTE);
        }
        for (int i = 0; i < layout.places.size(); i++) {
            if (layout.places.get(i) != null) {
                layout.font.draw(layout.texts.get(i), layout.places.get(i), labels.get(i).color);
            }
        }
    }

    /** Finds places in the largest font in which all labels have one; else in the smallest, with a place for the note. */
    Layout layout(List<Label> labels, List<Rectangle> taken) {
        for (double share : SHARES) {
            Layout layout = layout(labels, share, taken, null, true);
            if (layout.missing(labels.size()) == 0) {
                return layout;
            }
        }
        double smallest = SHARES[SHARES.length - 1];
        LabelFont font = font(smallest);
        Rectangle corner = font.plate(font.note(labels.size(), image.width), image);
        corner.setLocation(image.width - corner.width, image.height - corner.height);
        List<Rectangle> more = new ArrayList<>(taken);
        more.add(corner);
        return layout(labels, smallest, more, corner, false);
    }

    private Layout layout(List<Label> labels, double share, List<Rectangle> taken, Rectangle note, boolean orNone) {
        LabelFont font = font(share);
        List<Label> placed = labels.subList(0, Math.min(MAX_LABELS, labels.size()));
        List<String> texts = placed.stream().map(label -> font.fitted(label.text, image)).toList();
        List<Dimension> sizes = texts.stream().map(text -> font.plate(text, image).getSize()).toList();
        List<Box> boxes = placed.stream().map(Label::box).toList();
        return new Layout(font, texts, new LabelPlacement(image, font.padding() / 2, boxes, taken).place(sizes, orNone), note);
    }

    private LabelFont font(double share) {
        return new LabelFont(graphics, Math.max(SMALLEST_FONT_SIZE, (int) (share * fontSize(image))));
    }

    /** Returns the font size for labels of objects, in pixels. */
    static int fontSize(Dimension image) {
        return Math.max(MIN_FONT_SIZE, Math.min(image.width, image.height) / FONT_SIZE_DIVISOR);
    }

    /** Returns a text such as {@code traffic light 0.87} on a single line. */
    static String text(Finding finding) {
        return name(finding.className()) + String.format(Locale.ROOT, " %.2f", finding.confidence());
    }

    /** Returns the class name on a single line, cut off if it is very long. */
    static String name(String className) {
        String name = className.codePointCount(0, className.length()) <= MAX_NAME_LENGTH ? className
                : className.substring(0, className.offsetByCodePoints(0, MAX_NAME_LENGTH)) + "…";
        return name.replaceAll("\\p{Cntrl}", " ");
    }

    /** A font of one size. */
    static final class LabelFont {

        private final Graphics2D graphics;
        private final Font font;
        private final FontMetrics metrics;
        private final int padding;

        /**
         * @param size the font size in pixels
         * @throws RoboflowUnavailableException if there are no fonts
         */
        LabelFont(Graphics2D graphics, int size) {
            this.graphics = graphics;
            padding = Math.max(2, size / 4);
            try {
                font = new Font(Font.SANS_SERIF, Font.BOLD, size);
                metrics = graphics.getFontMetrics(font);
            } catch (RuntimeException | LinkageError | InternalError e) {
                throw new RoboflowUnavailableException("install fontconfig and a font such as DejaVu, or turn labels off: Java"
                        + " finds no fonts on this machine to write class names on images (" + e + ")", e);
            }
        }

        int padding() {
            return padding;
        }

        /** Returns the height of a line with its padding, in pixels. */
        int height() {
            return metrics.getAscent() + metrics.getDescent() + padding / 2;
        }

        int width(String text) {
            return metrics.stringWidth(text);
        }

        /** Returns a rectangle at the origin that holds the text, and is not larger than the image. */
        Rectangle plate(String text, Dimension image) {
            return new Rectangle(Math.min(image.width, width(text) + 2 * padding), Math.min(image.height, height()));
        }

        /** Returns the text, with a cut in its middle if the image is narrower. */
        String fitted(String text, Dimension image) {
            return fitted(text, image.width - 2 * padding);
        }

        /** Returns the text, with a cut in its middle if it is wider. The last word is kept. */
        String fitted(String text, int maxWidth) {
            if (width(text) <= maxWidth) {
                return text;
            }
            int space = Math.max(0, text.lastIndexOf(' '));
            String end = "…" + text.substring(space);
            int length = IntStream.rangeClosed(0, text.codePointCount(0, space)).filter(
                    count -> width(text.substring(0, text.offsetByCodePoints(0, count)) + end) <= maxWidth).max().orElse(0);
            return text.substring(0, text.offsetByCodePoints(0, length)) + end;
        }

        /** Returns the text about labels that have no place. */
        String note(int missing, int maxWidth) {
            String note = "+" + missing + " without label";
            return width(note) + 2 * padding <= maxWidth ? note : "+" + missing;
        }

        /** Draws a plate with the text. */
        void draw(String text, Rectangle plate, Color color) {
            graphics.setColor(color);
            graphics.fill(plate);
            write(text, plate.x + padding, plate.y, Palette.textOn(color));
        }

        /** Writes a line of text, with its padding above, at that point. */
        void write(String text, int left, int top, Color color) {
            graphics.setFont(font);
            graphics.setColor(color);
            graphics.drawString(text, left, top + padding / 4 + metrics.getAscent());
        }
    }
}
