package io.github.camelroboflow.faults;

import java.util.Optional;

/**
 * @param name  with its folders, below the inbox
 * @param parts what is to be seen; empty if the image is damaged
 */
record InputImage(String name, byte[] content, Optional<ImageSubject> parts) {

    boolean isGood() {
        return parts.isPresent();
    }
}
