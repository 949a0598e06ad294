package io.github.camelroboflow.annotate;

import java.util.Map;

/**
 * How a result is drawn.
 *
 * @param colors     {@code #RRGGBB} by class name, for the classes that have a colour of their own
 * @param labels     whether class and confidence are written beside what is drawn; a classification is nothing but labels, so
 *                   they are written in any case
 * @param stroke     the width of lines, pixels; 1 or more, at most a twentieth of the image's shorter side, or 20, is drawn
 * @param autoOrient whether the image's EXIF orientation is applied; as it was for the result, or the two don't match
 */
public record AnnotationStyle(Map<String, String> colors, boolean labels, int stroke, boolean autoOrient) {

    /** What Roboflow's server does when nothing is said. */
    public static final AnnotationStyle DEFAULTS = new AnnotationStyle(Map.of(), false, 1, true);

    public AnnotationStyle {
        colors = Map.copyOf(colors);
        if (stroke < 1) {
            throw new IllegalArgumentException("stroke=" + stroke + " is out of range: it must be 1 or more");
        }
    }
}
