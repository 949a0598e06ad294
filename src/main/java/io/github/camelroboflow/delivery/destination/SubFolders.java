package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.delivery.FileNames;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Where a file goes in a folder whose names others choose: a file may be where a sub-folder should be. */
final class SubFolders {

    private static final String INSTEAD = "~folder";

    private SubFolders() {
    }

    /**
     * The path of a file in its sub-folders, each of which is a folder or not there: instead of one that is a file,
     * {@code a.jpg}, there is another, {@code a.jpg~folder}.
     *
     * @param name relative, with {@code /} between folders
     */
    static Path below(Path folder, String name) {
        String[] parts = name.split("/");
        Path place = folder;
        for (int i = 0; i < parts.length - 1; i++) {
            place = place.resolve(free(place, parts[i]));
        }
        return place.resolve(parts[parts.length - 1]);
    }

    private static String free(Path folder, String name) {
        String candidate = name;
        for (int number = 1; isFile(folder.resolve(candidate)); number++) {
            candidate = FileNames.withSuffix(name, INSTEAD + (number == 1 ? "" : "-" + number));
        }
        return candidate;
    }

    private static boolean isFile(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(path);
    }
}
