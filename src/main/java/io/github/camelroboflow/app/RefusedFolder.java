package io.github.camelroboflow.app;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The folder of results that were given up: apart from those in which images and results have names that others chose. */
final class RefusedFolder {

    private static final String NAME = "outbox.refused";
    private static final List<String> OF_IMAGES = List.of("inbox", "work", "done", "failed", "results");

    private RefusedFolder() {
    }

    /**
     * @param property gives the value of one of {@code config/application.properties}
     * @throws IllegalArgumentException if it is in a folder of images or results, or has one in it
     */
    static void check(Function<String, Optional<String>> property) {
        Optional<String> refused = property.apply(NAME);
        refused.ifPresent(folder -> OF_IMAGES.forEach(name -> property.apply(name).ifPresent(other -> check(folder, name, other))));
    }

    private static void check(String refused, String name, String other) {
        Path folder = path(NAME, refused);
        Path images = path(name, other);
        if (folder.startsWith(images) || images.startsWith(folder)) {
            throw new IllegalArgumentException(NAME + "=" + refused + " and " + name + "=" + other + " are not apart, so names of"
                    + " images could meet those of results to send again: choose another folder, such as data/refused");
        }
    }

    /** As the system sees it, as far as it is there. */
    private static Path path(String name, String value) {
        try {
            Path path = Path.of(value.strip()).toAbsolutePath().normalize();
            for (Path there = path; there != null; there = there.getParent()) {
                Optional<Path> real = real(there);
                if (real.isPresent()) {
                    return real.get().resolve(there.relativize(path)).normalize();
                }
            }
            return path;
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(name + "=" + value + " is no name of a folder: " + e.getReason(), e);
        }
    }

    private static Optional<Path> real(Path path) {
        try {
            return Optional.of(path.toRealPath());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
