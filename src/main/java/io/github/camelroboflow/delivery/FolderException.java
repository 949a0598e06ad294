package io.github.camelroboflow.delivery;

import java.io.IOException;

/** One of the folders can't be used as it is; the message tells the operator why and what to do. */
final class FolderException extends IOException {

    FolderException(String message) {
        super(message);
    }

    FolderException(String message, Throwable cause) {
        super(message, cause);
    }
}
