package io.github.camelroboflow.delivery.folder;

import io.github.camelroboflow.delivery.folder.FailedImages.FailedImageWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * An image that was moved from the inbox to work.
 *
 * @param original its name in the inbox, with {@code /} between folders
 * @param name     the name that it and its results are filed under: the original, unless an image of that name was done before
 * @param state    the file's size and time when it was taken
 * @param slot     its own folder in work
 * @param work     its path in work: its path in the inbox, below the slot
 */
record TakenImage(String original, String name, FailedImageWatch.FileState state, Path slot, Path work) {

    static TakenImage of(String original, String name, BasicFileAttributes attributes, Path slot, Path work) {
        return new TakenImage(original, name, FailedImageWatch.FileState.of(attributes), slot, work);
    }

    /** Returns the time of the file's last change, milliseconds since 1970. */
    long modified() {
        return state.modified();
    }

    /** Returns the identity, which distinguishes this image from earlier and later ones of the same name. */
    String identity() {
        return identity(original, modified());
    }

    static String identity(String original, long modified) {
        return modified + "/" + original;
    }

    /** Thrown for a link, folder, pipe, socket or device with an image's name. None is opened, since that may block for ever. */
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
