package io.github.camelroboflow.annotate;

import java.awt.Color;
import java.util.Map;
import java.util.regex.Pattern;

/** Which class has which colour: its own, else one of the nine of Roboflow's server, by class id. */
final class Palette {

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
