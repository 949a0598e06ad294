package io.github.camelroboflow.delivery;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Places files in folders whose names others choose: a file may be where a sub-folder should be. */
public final class SubFolders {

    private static final String INSTEAD = "~folder";

    private SubFolders() {
    }

    /**
     * Finds the path of a file in its sub-folders, each of which is a folder or not there: in place of {@code a.jpg}, which is a
     * file or a link, stands {@code a.jpg~folder}.
     *
     * @param name relative, with {@code /} between folders
     */
    public static Path below(Path folder, String name) {
        String[] parts = name.split("/");
        Path place = folder;
        for (int i = 0; i < parts.length - 1; i++) {
            place = place.resolve(free(place, parts[i]));
        }
        return place.resolve(parts[parts.length - 1]);
    }

    private static String free(Path folder, String name) {
        String candidate = name;
        for (int number = 1; isNoFolder(folder.resolve(candidate)); number++) {
            candidate = FileNames.withSuffix(name, INSTEAD + (number == 1 ? "" : "-" + number));
        }
        return candidate;
    }

    private static boolean isNoFolder(Path path) {
        return exists(path) && !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** Tells whether anything has that name, a link that leads nowhere included. */
    static boolean exists(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }
}
