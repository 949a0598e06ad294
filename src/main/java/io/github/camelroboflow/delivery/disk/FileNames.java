package io.github.camelroboflow.delivery.disk;

import io.github.camelroboflow.inference.support.Hashes;
import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Makes file names from the names of images that are safe and no longer than file systems allow. */
public final class FileNames {

    /**
     * The longest name that the common file systems of Linux, macOS and Windows allow; in bytes on Linux, which is the strictest.
     */
    private static final int LONGEST = 255;
    private static final int HASH_CHARACTERS = 8;
    /** Control characters, characters that change the direction of text, and characters that Windows does not allow in a name. */
    private static final Pattern UNSAFE = Pattern.compile("[\\p{Cc}\\u2028-\\u202E\\u2066-\\u2069\\u200E\\u200F\\u061C\\uFFFD]"
            + (File.separatorChar == '\\' ? "|[<>:\"|?*]|[. ]$" : ""));

    private FileNames() {
    }

    /**
     * Adds a suffix such as {@code .json} to the name of a path. If the name gets too long, a hash of the whole name replaces its
     * end, so that two long names stay different.
     */
    public static String withSuffix(String path, String suffix) {
        int slash = path.lastIndexOf('/') + 1;
        return path.substring(0, slash) + shortened(path.substring(slash), suffix, LONGEST);
    }

    /**
     * Adds a suffix to a name and shortens it as {@link #withSuffix} does.
     *
     * @param longest in bytes of UTF-8
     */
    public static String shortened(String name, String suffix, int longest) {
        if (length(name + suffix) <= longest) {
            return name + suffix;
        }
        String mark = "~" + hash(name) + suffix;
        int end = name.length();
        while (length(name.substring(0, end)) > longest - length(mark)) {
            end -= Character.isLowSurrogate(name.charAt(end - 1)) ? 2 : 1;
        }
        return name.substring(0, end) + mark;
    }

    /**
     * Makes a relative path that stays below its folder on every system. A name that is such a path stays unchanged; any other gets
     * a hash of it, so that two names stay different.
     */
    public static String safe(String name) {
        String safe = Arrays.stream(name.split("[/\\\\]")).filter(part -> !part.isEmpty()).map(FileNames::safePart)
                .collect(Collectors.joining("/"));
        return safe.equals(name) ? name : withMark(safe.isEmpty() ? "_" : safe, hash(name));
    }

    private static String safePart(String part) {
        String safe = part.chars().allMatch(c -> c == '.') ? "_" : UNSAFE.matcher(part).replaceAll("_");
        return shortened(safe, "", LONGEST);
    }

    /** Inserts a mark before the extension of a path: {@code a.jpg} and {@code 2} give {@code a~2.jpg}. */
    public static String withMark(String path, String mark) {
        int slash = path.lastIndexOf('/') + 1;
        int dot = path.lastIndexOf('.');
        return dot > slash ? withSuffix(path.substring(0, dot), "~" + mark + path.substring(dot)) : withSuffix(path, "~" + mark);
    }

    private static int length(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String hash(String name) {
        return Hashes.sha256Hex(name).substring(0, HASH_CHARACTERS);
    }

    /**
     * Replaces the characters that this system's character set can't write. Without a locale, every character outside ASCII becomes
     * an underscore.
     */
    public static String writable(String name) {
        CharsetEncoder encoder = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")).newEncoder();
        return encoder.canEncode(name) ? name : name.codePoints().mapToObj(Character::toString)
                .map(letter -> encoder.canEncode(letter) ? letter : "_").collect(Collectors.joining());
    }

    /** Resolves paths below a folder whose names others choose: a file may be where a sub-folder should be. */
    public static final class SubFolders {

        private static final String INSTEAD = "~folder";

        private SubFolders() {
        }

        /**
         * Returns the path of a file whose sub-folders exist as folders or not at all. If {@code a.jpg} is a file or a link,
         * {@code a.jpg~folder} replaces it.
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

        /** Returns whether anything has that name, including a link to nothing. */
        public static boolean exists(Path path) {
            return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
        }
    }

    /** Names images in a folder that may hold others of the same name: adds the time of the image, and then a number. */
    public static final class FreeNames {

        /** The number of names that are tried for an image. A free name can only be lost to a file that is made at that moment. */
        public static final int MOST = 1000;

        private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS")
                .withZone(ZoneOffset.UTC);

        private FreeNames() {
        }

        /**
         * Returns the first name that is free.
         *
         * @param modified the time when the image was changed, milliseconds since 1970
         */
        public static String in(Path folder, String name, long modified) {
            int number = 0;
            while (SubFolders.exists(SubFolders.below(folder, of(name, modified, number)))) {
                number++;
            }
            return of(name, modified, number);
        }

        /**
         * Returns the first name that is free, or that the image has already: a program may have been killed while it renamed the
         * image.
         *
         * @param image    the image's file elsewhere
         * @param modified the time when the image was changed, milliseconds since 1970
         */
        public static String in(Path folder, String name, long modified, Path image) throws IOException {
            for (int number = 0; true; number++) {
                Path candidate = SubFolders.below(folder, of(name, modified, number));
                if (!SubFolders.exists(candidate) || isSameFile(candidate, image)) {
                    return of(name, modified, number);
                }
            }
        }

        private static boolean isSameFile(Path candidate, Path image) throws IOException {
            try {
                return Files.isSameFile(candidate, image);
            } catch (NoSuchFileException e) {
                // one of them is gone
                return false;
            }
        }

        /**
         * Returns the image's names in the order of the tries.
         *
         * @param number from 0
         */
        public static String of(String name, long modified, int number) {
            return number == 0 ? name : FileNames.withMark(name, STAMP.format(Instant.ofEpochMilli(modified))
                    + (number == 1 ? "" : "-" + number));
        }
    }

    /** Short ids for long texts. */
    public static final class HashedIds {

        private HashedIds() {
        }

        /** Returns the id of a destination in rows and file names, 16 hex digits: its address may hold a token. */
        public static String destinationId(String destination) {
            return Hashes.sha256Hex(destination).substring(0, 16);
        }
    }
}
