package io.github.camelroboflow.delivery;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** File names that go with an image's own name and are never longer than file systems take. */
public final class FileNames {

    /** What the common file systems of Linux, macOS and Windows take; bytes on Linux, which is the strictest. */
    private static final int LONGEST = 255;
    private static final int HASH_CHARACTERS = 8;

    private FileNames() {
    }

    /**
     * The path with a suffix to its name, such as {@code .json}. Where the name would be too long, its end gives way to a hash of
     * the whole, so that two long names stay two.
     */
    public static String withSuffix(String path, String suffix) {
        int slash = path.lastIndexOf('/') + 1;
        String name = path.substring(slash);
        if (length(name + suffix) <= LONGEST) {
            return path + suffix;
        }
        String mark = "~" + hash(name) + suffix;
        int end = name.length();
        while (length(name.substring(0, end)) > LONGEST - length(mark)) {
            end -= Character.isLowSurrogate(name.charAt(end - 1)) ? 2 : 1;
        }
        return path.substring(0, slash) + name.substring(0, end) + mark;
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
}
