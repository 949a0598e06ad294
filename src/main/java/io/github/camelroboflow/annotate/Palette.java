package io.github.camelroboflow.annotate;

import io.github.camelroboflow.inference.ModelDescription.Appearance;
import java.awt.Color;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The colors of classes: the color that the model's owner chose, else one of eleven for color-blind readers: those of M. Okabe and
 * K. Ito ("Color Universal Design", 2002) without black, which has no contrast to dark images, and four of P. Tol ("Colour
 * Schemes", SRON technical note 09-002, 2021) that are farthest from them. The class name determines the color, so that it is the
 * same in all images and with all models. Only if an earlier class of its model has that color, a class gets the next free one.
 */
final class Palette {

    private static final List<Color> COLORS = List.of(new Color(0xE69F00), new Color(0x56B4E9), new Color(0x009E73),
            new Color(0xF0E442), new Color(0x0072B2), new Color(0xD55E00), new Color(0xCC79A7), new Color(0x332288),
            new Color(0x882255), new Color(0xFFAABB), new Color(0x99DDFF));
    /** Spreads names over the colors so that common classes which occur together, such as good and bad, have different ones. */
    private static final int MIX = 0x9C04ECBB;
    private static final Pattern RRGGBB = Pattern.compile("#[0-9A-Fa-f]{6}");
    /** The relative luminance above which black has more contrast than white (WCAG 2.2, contrast ratio). */
    private static final double LIGHT = 0.179;

    private final Map<String, Color> known = new HashMap<>();

    Palette(Appearance appearance) {
        Set<Integer> taken = new HashSet<>();
        for (String name : appearance.classes()) {
            String own = appearance.colors().getOrDefault(name, "");
            if (RRGGBB.matcher(own).matches()) {
                known.put(name, Color.decode(own));
            } else {
                int index = index(name);
                while (taken.contains(index) && taken.size() < COLORS.size()) {
                    index = (index + 1) % COLORS.size();
                }
                taken.add(index);
                known.put(name, COLORS.get(index));
            }
        }
        appearance.colors().forEach((name, color) -> {
            if (RRGGBB.matcher(color).matches()) {
                known.putIfAbsent(name, Color.decode(color));
            }
        });
    }

    /** Returns the colors in which classes without a color of their own are drawn. */
    static List<Color> colors() {
        return COLORS;
    }

    Color color(String className) {
        Color color = known.get(className);
        return color == null ? COLORS.get(index(className)) : color;
    }

    private static int index(String className) {
        return Math.floorMod((className.strip().toLowerCase(Locale.ROOT).hashCode() * MIX) >>> 8, COLORS.size());
    }

    /** Returns black or white, the one with more contrast to that color. */
    static Color textOn(Color background) {
        return luminance(background) > LIGHT ? Color.BLACK : Color.WHITE;
    }

    /** Returns the relative luminance, 0 to 1 (WCAG 2.2). */
    private static double luminance(Color color) {
        return 0.2126 * linear(color.getRed()) + 0.7152 * linear(color.getGreen()) + 0.0722 * linear(color.getBlue());
    }

    private static double linear(int channel) {
        double share = channel / 255.0;
        return share <= 0.04045 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
    }
}
