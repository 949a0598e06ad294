package io.github.camelroboflow.app.batch;

import java.nio.file.Path;
import java.time.Instant;

/**
 * An image of a batch as its folder or its bucket lists it.
 *
 * @param name     relative to the folder or the prefix, with {@code /} between folders
 * @param file     {@code null} if only the name is known
 * @param size     in bytes
 * @param modified the time of a file's last change, in milliseconds; {@code null} for an object
 * @param etag     the etag of an object; {@code null} for a file
 * @param tries    the number of times that an outage put it back
 */
record BatchImage(String name, Path file, long size, Instant modified, String etag, int tries) {

    static BatchImage ofFile(String name, Path file, long size, Instant modified) {
        return new BatchImage(name, file, size, modified, null, 0);
    }

    static BatchImage ofObject(String name, long size, String etag) {
        return new BatchImage(name, null, size, null, etag, 0);
    }

    BatchImage again() {
        return new BatchImage(name, file, size, modified, etag, tries + 1);
    }

    /** Returns the text that distinguishes it from earlier and later images of its name. */
    String version() {
        return etag == null ? modified.toString() : etag;
    }
}
