package io.github.camelroboflow.delivery.folder;

import io.github.camelroboflow.delivery.folder.FailedImages.FailedImageWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * An image that was taken out of the inbox and is worked on.
 *
 * @param original its name in the inbox, with {@code /} between folders
 * @param name     the name that it and its results are filed under: the original, unless an image of that name was done before
 * @param state    the file's size and time when it was taken
 * @param slot     the folder in work that it has to itself
 * @param work     where it is meanwhile: its path in the inbox, below the slot
 */
record TakenImage(String original, String name, FailedImageWatch.FileState state, Path slot, Path work) {

    static TakenImage of(String original, String name, BasicFileAttributes attributes, Path slot, Path work) {
        return new TakenImage(original, name, FailedImageWatch.FileState.of(attributes), slot, work);
    }

    /** When the file was last changed, milliseconds since 1970. */
    long modified() {
        return state.modified();
    }

    /** Tells this image from others that had or will have its name. */
    String identity() {
        return identity(original, modified());
    }

    static String identity(String original, long modified) {
        return modified + "/" + original;
    }

    /** A link, folder, pipe, socket or device has an image's name; opening one may wait for ever, so none is opened. */
    static final class NotRegularFileException extends IOException {

        private NotRegularFileException(String message) {
            super(message);
        }

        /** @param attributes read without following links */
        static void unlessRegular(BasicFileAttributes attributes) throws NotRegularFileException {
            if (!attributes.isRegularFile()) {
                throw new NotRegularFileException(attributes.isSymbolicLink() ? "it is a link"
                        : attributes.isDirectory() ? "it is a folder" : "it is no regular file, but a pipe, a socket or a device");
            }
        }
    }
}
