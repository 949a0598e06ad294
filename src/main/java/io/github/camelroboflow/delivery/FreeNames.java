package io.github.camelroboflow.delivery;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Names images in a folder that may have others of their name: with their time then, and with a number besides. */
final class FreeNames {

    /** How many names are tried for an image; one that was free is taken only if somebody makes it at that moment. */
    static final int MOST = 1000;

    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS").withZone(ZoneOffset.UTC);

    private FreeNames() {
    }

    /**
     * Finds the first name that is free.
     *
     * @param modified when the image was changed, milliseconds since 1970
     */
    static String in(Path folder, String name, long modified) {
        int number = 0;
        while (SubFolders.exists(SubFolders.below(folder, of(name, modified, number)))) {
            number++;
        }
        return of(name, modified, number);
    }

    /** The image's names in the order in which they are tried, from 0. */
    static String of(String name, long modified, int number) {
        return number == 0 ? name : FileNames.withMark(name, STAMP.format(Instant.ofEpochMilli(modified))
                + (number == 1 ? "" : "-" + number));
    }
}
