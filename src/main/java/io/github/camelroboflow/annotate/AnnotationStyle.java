package io.github.camelroboflow.annotate;

import java.util.Map;

/**
 * The style of a visualization.
 *
 * @param colors {@code #RRGGBB} by class name, for the classes with their own color
 * @param labels whether class and confidence are written; the visualization of a classification always has labels,
 *               because it has nothing else
 * @param stroke the line width in pixels, 1 or more; limited to a twentieth of the image's shorter side, or to 20 if
 *               that is more
 * @param autoOrient whether the image's EXIF orientation is applied; must be the same as for the result
 */
public record AnnotationStyle(Map<String, String> colors, boolean labels, int stroke, boolean autoOrient) {

    /** The defaults of Roboflow's server. */
    public static final AnnotationStyle DEFAULTS = new AnnotationStyle(Map.of(), false, 1, true);

    public AnnotationStyle {
        colors = Map.copyOf(colors);
        if (stroke < 1) {
            throw new IllegalArgumentException("stroke=" + stroke + " is out of range: set 1 or more");
        }
    }
}
