package io.github.camelroboflow.delivery.scale;

import java.time.Instant;
import java.util.UUID;

/** References for tests. */
public final class References {

    private References() {
    }

    /** Returns the reference of a file that was just claimed. */
    public static ImageReference file(String name) {
        UUID claim = UUID.randomUUID();
        return new ImageReference(claim, ImageReference.Kind.FILE, "folder", claim + "/" + name, name, 1000, "1", Instant.EPOCH, 0);
    }

    /** Returns the reference of an object that was just claimed. */
    public static ImageReference object(String key, String etag) {
        return new ImageReference(UUID.randomUUID(), ImageReference.Kind.S3, "images", key, key.replaceFirst("inbox/", ""), 1000,
                etag, Instant.EPOCH, 0);
    }
}
