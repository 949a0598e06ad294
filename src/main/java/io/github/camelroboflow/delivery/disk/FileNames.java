package io.github.camelroboflow.delivery.disk;

import java.io.File;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** File names that go with an image's own name and are never longer than file systems take. */
public final class FileNames {

    /** What the common file systems of Linux, macOS and Windows take; bytes on Linux, which is the strictest. */
    private static final int LONGEST = 255;
    private static final int HASH_CHARACTERS = 8;
    /** Control characters, those that turn the direction of text, and what Windows takes for no part of a name. */
    private static final Pattern UNSAFE = Pattern.compile("[\\p{Cc}\\u2028-\\u202E\\u2066-\\u2069\\u200E\\u200F\\u061C\\uFFFD]"
            + (File.separatorChar == '\\' ? "|[<>:\"|?*]|[. ]$" : ""));

    private FileNames() {
    }

    /**
     * The path with a suffix to its name, such as {@code .json}. Where the name would be too long, its end gives way to a hash of
     * the whole, so that two long names stay two.
     */
    public static String withSuffix(String path, String suffix) {
        int slash = path.lastIndexOf('/') + 1;
        return path.substring(0, slash) + shortened(path.substring(slash), suffix, LONGEST);
    }

    /**
     * A name with a suffix, shortened as in {@link #withSuffix}.
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
     * A relative path that stays below the folder that it is used in, on every system, whatever the name is that it is made of:
     * unchanged if that is such a path, otherwise marked with a hash of it, so that two names stay two.
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

    /** The path with a mark before the extension of its name: {@code a.jpg} and {@code 2} give {@code a~2.jpg}. */
    public static String withMark(String path, String mark) {
        int slash = path.lastIndexOf('/') + 1;
        int dot = path.lastIndexOf('.');
        return dot > slash ? withSuffix(path.substring(0, dot), "~" + mark + path.substring(dot)) : withSuffix(path, "~" + mark);
    }

    private static int length(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String hash(String name) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH_CHARACTERS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The name as this system's character set can write it: without a locale, what is not plain ASCII becomes an underscore. */
    public static String writable(String name) {
        CharsetEncoder encoder = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")).newEncoder();
        return encoder.canEncode(name) ? name : name.codePoints().mapToObj(Character::toString)
                .map(letter -> encoder.canEncode(letter) ? letter : "_").collect(Collectors.joining());
    }

    /** Places files in folders whose names others choose: a file may be where a sub-folder should be. */
    public static final class SubFolders {

        private static final String INSTEAD = "~folder";

        private SubFolders() {
        }

        /**
         * Finds the path of a file in its sub-folders, each of which is a folder or not there: in place of {@code a.jpg}, which is
         * a file or a link, stands {@code a.jpg~folder}.
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
        public static boolean exists(Path path) {
            return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
        }
    }

    /** Names images in a folder that may have others of their name: with their time then, and with a number besides. */
    public static final class FreeNames {

        /** How many names are tried for an image; one that was free is taken only if somebody makes it at that moment. */
        public static final int MOST = 1000;

        private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS")
                .withZone(ZoneOffset.UTC);

        private FreeNames() {
        }

        /**
         * Finds the first name that is free.
         *
         * @param modified when the image was changed, milliseconds since 1970
         */
        public static String in(Path folder, String name, long modified) {
            int number = 0;
            while (SubFolders.exists(SubFolders.below(folder, of(name, modified, number)))) {
                number++;
            }
            return of(name, modified, number);
        }

        /** The image's names in the order in which they are tried, from 0. */
        public static String of(String name, long modified, int number) {
            return number == 0 ? name : FileNames.withMark(name, STAMP.format(Instant.ofEpochMilli(modified))
                    + (number == 1 ? "" : "-" + number));
        }
    }

    /** Short names for long texts. */
    public static final class HashedIds {

        private HashedIds() {
        }

        /** 64 hex digits. */
        public static String sha256(String text) {
            try {
                return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }

        /** What rows and files call a destination by, whose address may hold a token: 16 hex digits. */
        public static String destinationId(String destination) {
            return sha256(destination).substring(0, 16);
        }
    }
}
