package io.github.camelroboflow.app.validation;

import io.github.camelroboflow.app.settings.Settings.BatchSettings;
import io.github.camelroboflow.delivery.bucket.BucketImages.BucketAddress;
import io.github.camelroboflow.inference.support.ConfigurationException.ConfigurationErrors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Checks the folders of the route batch. Writes nothing. */
final class BatchFolders {

    private static final String USE = "-Droutes=batch -Din=photos -Dout=results";

    private BatchFolders() {
    }

    /** @param values checks a bucket and its service */
    static void check(BatchSettings settings, DestinationParameters values, ConfigurationErrors mistakes) {
        mistakes.check(() -> {
            if (BucketAddress.isMeant(settings.in())) {
                values.checkBucket("in", BucketAddress.of(settings.in()), mistakes);
            } else {
                checkIn(settings.in());
            }
        });
        mistakes.check(() -> checkOut(settings));
    }

    private static void checkIn(String in) {
        if (in.isBlank()) {
            throw new IllegalArgumentException("in is not set: it names the folder or the bucket of the images, as in " + USE);
        }
        if (!Files.isDirectory(path("in", in)) || !Files.isReadable(path("in", in))) {
            throw new IllegalArgumentException("in=" + in + " is no folder that can be read");
        }
    }

    private static void checkOut(BatchSettings settings) {
        if (settings.out().isBlank()) {
            throw new IllegalArgumentException("out is not set: it names the folder of the results, as in " + USE);
        }
        Path out = path("out", settings.out());
        Path existing = out;
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        if (existing == null || !Files.isDirectory(existing) || !Files.isWritable(existing)) {
            throw new IllegalArgumentException("out=" + settings.out() + " can't be written: " + existing
                    + " is no folder that this user may write into");
        }
        try {
            Path real = existing.toRealPath().resolve(existing.relativize(out));
            if (!BucketAddress.isMeant(settings.in()) && Files.isDirectory(Path.of(settings.in()))
                    && real.startsWith(Path.of(settings.in()).toRealPath())
                    && !settings.in().isBlank()) {
                throw new IllegalArgumentException("out=" + settings.out() + " is inside in=" + settings.in()
                        + ", whose images are only read: name a folder outside of it");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("in=" + settings.in() + " can be no name of a folder here: " + e.getReason(), e);
        }
    }

    private static Path path(String name, String text) {
        try {
            return Path.of(text).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(name + "=" + text + " can be no name of a folder here: " + e.getReason()
                    + "; if it is not plain ASCII, start with LC_ALL=C.UTF-8", e);
        }
    }
}
