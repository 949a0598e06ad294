package io.github.camelroboflow.inference;

/** A place in the image, in pixels from its left top corner. */
public record Point(double x, double y) {
}
