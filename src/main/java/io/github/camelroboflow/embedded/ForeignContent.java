package io.github.camelroboflow.embedded;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Says what something is that is no image of ours. */
final class ForeignContent {

    private static final Map<String, String> KNOWN = new LinkedHashMap<>();

    static {
        KNOWN.put("00 00 00 0C 6A 50 20 20", "it is a JPEG 2000 image");
        KNOWN.put("FF 4F FF 51", "it is a JPEG 2000 image");
        KNOWN.put(".. .. .. .. 66 74 79 70 61 76 69", "it is an AVIF image");
        KNOWN.put(".. .. .. .. 66 74 79 70 68 65 69", "it is a HEIC image");
        KNOWN.put(".. .. .. .. 66 74 79 70 6D 69 66 31", "it is a HEIF image");
        KNOWN.put(".. .. .. .. 66 74 79 70", "it is an MP4 or QuickTime file");
        KNOWN.put("49 49 2B 00", "it is a BigTIFF image");
        KNOWN.put("4D 4D 00 2B", "it is a BigTIFF image");
        KNOWN.put("FF 0A", "it is a JPEG XL image");
        KNOWN.put("00 00 00 0C 4A 58 4C 20", "it is a JPEG XL image");
        KNOWN.put("25 50 44 46", "it is a PDF document");
        KNOWN.put("38 42 50 53", "it is a Photoshop file");
        KNOWN.put("50 4B 03 04", "it is a ZIP archive");
        KNOWN.put("1F 8B", "it is compressed with gzip");
    }

    private ForeignContent() {
    }

    static String describe(byte[] bytes) {
        for (Map.Entry<String, String> known : KNOWN.entrySet()) {
            if (Magic.matches(known.getKey(), bytes)) {
                return known.getValue();
            }
        }
        return isText(bytes) ? describeText(bytes) : "its first bytes are of no format that is known here";
    }

    private static boolean isText(byte[] bytes) {
        for (int i = 0; i < Math.min(bytes.length, 64); i++) {
            if (bytes[i] >= 0 && bytes[i] < ' ' && bytes[i] != '\n' && bytes[i] != '\r' && bytes[i] != '\t') {
                return false;
            }
        }
        return true;
    }

    private static String describeText(byte[] bytes) {
        String text = new String(bytes, 0, Math.min(bytes.length, 256), StandardCharsets.UTF_8).strip().toLowerCase(Locale.ROOT);
        if (text.startsWith("<!doctype html") || text.startsWith("<html")) {
            return "it is an HTML page";
        }
        if (text.contains("<svg")) {
            return "it is an SVG drawing";
        }
        return text.startsWith("data:image") ? "it is a data URL, an image written as text" : "it begins with text";
    }
}
