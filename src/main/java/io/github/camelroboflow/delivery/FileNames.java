package io.github.camelroboflow.delivery;

import java.io.File;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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
}
