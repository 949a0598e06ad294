package io.github.camelroboflow.faults;

import java.util.Optional;

/**
 * @param name  the file name with its folders below the inbox
 * @param parts the subject of the image; empty if the image is damaged
 */
record InputImage(String name, byte[] content, Optional<ImageSubject> parts) {

    boolean isGood() {
        return parts.isPresent();
    }
}
