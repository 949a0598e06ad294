package io.github.camelroboflow.embedded;


/**
 * An object's pixels.
 *
 * @param window the part of the image that they lie in; may be empty
 * @param pixels of the window, row by row: -1 (all bits) for those that belong to it, 0 for others
 */
record PixelMask(Region window, byte[] pixels) {

    static final PixelMask EMPTY = new PixelMask(new Region(0, 0, 0, 0), new byte[0]);
}
