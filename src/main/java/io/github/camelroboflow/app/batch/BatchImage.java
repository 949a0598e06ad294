package io.github.camelroboflow.app.batch;

import java.nio.file.Path;
import java.time.Instant;

/**
 * An image of a batch as its folder lists it.
 *
 * @param name     relative to the folder, with {@code /} between folders
 * @param size     in bytes
 * @param modified the time of its last change, in milliseconds
 * @param tries    the number of times that an outage put it back
 */
record BatchImage(String name, Path file, long size, Instant modified, int tries) {

    BatchImage again() {
        return new BatchImage(name, file, size, modified, tries + 1);
    }
}
