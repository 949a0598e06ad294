package io.github.camelroboflow.delivery;

import java.nio.file.Path;

/**
 * An image that was taken out of the inbox and is worked on.
 *
 * @param original its name in the inbox, with {@code /} between folders
 * @param name     the name that it and its results are filed under: the original, unless an image of that name was done before
 * @param modified when the file was last changed, milliseconds since 1970
 * @param slot     the folder in work that it has to itself
 * @param work     where it is meanwhile: its path in the inbox, below the slot
 */
record TakenImage(String original, String name, long modified, Path slot, Path work) {

    /** What tells this image from others that had or will have its name. */
    String identity() {
        return modified + "/" + original;
    }
}
