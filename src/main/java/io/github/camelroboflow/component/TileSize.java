package io.github.camelroboflow.component;

import io.github.camelroboflow.inference.ImageSize;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The size of tiles as users write it: {@code 640x480}, {@code 640} for a square, or {@code 0} for none. */
final class TileSize {

    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(?:x(\\d{1,9}))?");

    private TileSize() {
    }

    /** @throws IllegalArgumentException naming the option, if the text is no size */
    static ImageSize parse(String option, String text) {
        Matcher size = SIZE.matcher(text.strip());
        if (!size.matches()) {
            throw new IllegalArgumentException(option + "=" + text + " is no size in pixels: write 640x480, or 640 for a square");
        }
        int width = Integer.parseInt(size.group(1));
        return new ImageSize(width, size.group(2) == null ? width : Integer.parseInt(size.group(2)));
    }
}
