package io.github.camelroboflow.delivery;

import java.io.IOException;
import java.nio.file.attribute.BasicFileAttributes;

/** A link, folder, pipe, socket or device has an image's name; opening one may wait for ever, so none is opened. */
final class NotRegularFileException extends IOException {

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
