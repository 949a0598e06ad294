package io.github.camelroboflow.inference;

import java.util.Locale;

/** How a result is wanted, by the names of Roboflow's request parameter {@code format}. */
public enum ResultFormat {
    /** What was found. */
    JSON,
    /** The image with what was found drawn on it, as JPEG. */
    IMAGE,
    /** What was found, and the drawing within it. */
    IMAGE_AND_JSON;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
