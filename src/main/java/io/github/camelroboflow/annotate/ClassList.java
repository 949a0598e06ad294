package io.github.camelroboflow.annotate;

import io.github.camelroboflow.annotate.Labels.LabelFont;
import io.github.camelroboflow.inference.Inference.ClassScore;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Lists of classes at the top of an image: the banner of a classification, and the legend of a semantic segmentation. A list covers
 * at most half of the image; its last line says how many classes it leaves out.
 */
final class ClassList {

    /** The divisor of the image's shorter side that gives the font size of a banner in pixels. */
    private static final int BANNER_DIVISOR = 26;
    private static final int MIN_BANNER_SIZE = 14;
    private static final Color GROUND = new Color(0, 0, 0, 170);
    /** The color of the part of a bar that a class lacks for full confidence. */
    private static final Color TRACK = new Color(255, 255, 255, 110);

    private ClassList() {
    }

    /** A class with its confidence or its share of the image, 0 to 1. */
    record Row(String className, double share) {
    }

    /** Draws a banner over the whole width: a line for each class, the most confident first, with a bar for the confidence. */
    static void banner(Canvas canvas, List<ClassScore> scores) {
        Dimension size = canvas.size();
        LabelFont font = new LabelFont(canvas.graphics(),
                Math.max(MIN_BANNER_SIZE, Math.min(size.width, size.height) / BANNER_DIVISOR));
        List<ClassScore> sorted = scores.stream().sorted(Comparator.comparingDouble(ClassScore::confidence).reversed()).toList();
        int bar = Math.max(3, font.padding() / 2);
        int rowHeight = font.height() + font.padding() / 2 + bar;
        List<String> lines = lines(sorted.stream().map(Labels::text).toList(), size.height / 2 / rowHeight);
        Rectangle place = place(canvas, size.width, lines.size() * rowHeight);
        for (int i = 0; i < lines.size(); i++) {
            int top = place.y + i * rowHeight;
            Color color = color(canvas, lines, sorted.size(), i, sorted.get(i).className());
            line(canvas.graphics(), font, lines.get(i), color,
                    new Rectangle(0, top + font.padding() / 4, size.width, font.height()));
            if (color != null) {
                canvas.graphics().setColor(TRACK);
                canvas.graphics().fillRect(0, top + rowHeight - bar, size.width, bar);
                canvas.graphics().setColor(color);
                canvas.graphics().fillRect(0, top + rowHeight - bar,
                        (int) Math.rint(Math.max(0, Math.min(1, sorted.get(i).confidence())) * size.width), bar);
            }
        }
    }

    /** Draws a legend in the corner: a line for each class with its share of the image. */
    static void legend(Canvas canvas, List<Row> rows) {
        LabelFont font = new LabelFont(canvas.graphics(), Labels.fontSize(canvas.size()));
        List<String> lines = lines(rows.stream().map(ClassList::text).toList(), canvas.size().height / 2 / font.height());
        int widest = lines.stream().mapToInt(font::width).max().orElse(0);
        Rectangle place = place(canvas, Math.min(canvas.size().width, widest + 3 * font.padding() + chip(font)),
                lines.size() * font.height());
        for (int i = 0; i < lines.size(); i++) {
            line(canvas.graphics(), font, lines.get(i), color(canvas, lines, rows.size(), i, rows.get(i).className()),
                    new Rectangle(place.x, place.y + i * font.height(), place.width, font.height()));
        }
    }

    private static String text(Row row) {
        String format = row.share() < 0.0005 ? " <0.1%%" : row.share() < 0.0995 ? " %.1f%%" : " %.0f%%";
        return Labels.name(row.className()) + String.format(Locale.ROOT, format, row.share() * 100);
    }

    /** Takes the next free lines at the top of the image, and darkens them. */
    private static Rectangle place(Canvas canvas, int width, int height) {
        int top = canvas.taken().stream().mapToInt(taken -> taken.y + taken.height).max().orElse(0);
        Rectangle place = new Rectangle(0, top, width, height);
        canvas.graphics().setColor(GROUND);
        canvas.graphics().fill(place);
        canvas.taken().add(place);
        return place;
    }

    /** Returns the texts; if they are more than may be shown, the first ones, one or more, and one about those left out. */
    private static List<String> lines(List<String> texts, int most) {
        int shown = Math.max(2, most) - 1;
        if (texts.size() <= shown + 1) {
            return texts;
        }
        List<String> lines = new ArrayList<>(texts.subList(0, shown));
        lines.add("and " + (texts.size() - shown) + " more classes");
        return lines;
    }

    /** Returns the color of a line; {@code null} for the line about the classes left out. */
    private static Color color(Canvas canvas, List<String> lines, int classes, int line, String className) {
        return lines.size() < classes && line == lines.size() - 1 ? null : canvas.color(className);
    }

    private static int chip(LabelFont font) {
        return font.height() / 2;
    }

    /** Writes a line with a chip of the class's color before it. */
    private static void line(Graphics2D graphics, LabelFont font, String text, Color color, Rectangle place) {
        int chip = chip(font);
        int left = place.x + font.padding();
        if (color != null) {
            graphics.setColor(color);
            graphics.fillRect(left, place.y + (place.height - chip) / 2, chip, chip);
        }
        left += chip + font.padding();
        font.write(font.fitted(text, place.x + place.width - left - font.padding()), left, place.y, Color.WHITE);
    }
}
