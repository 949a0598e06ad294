package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.inference.Printable;
import java.nio.charset.StandardCharsets;

/**
 * Names that others chose, fit for a header: control characters, marks that change the direction of a line or can't be seen, halves
 * of surrogate pairs, and the percent sign itself are percent-encoded, as bytes of UTF-8 (RFC 3986, section 2.1); all else stays as
 * it is. Every decoder of URLs reads it back, such as {@code urllib.parse.unquote} or {@code decodeURIComponent}.
 */
final class PlainText {

    private PlainText() {
    }

    static String of(String name) {
        StringBuilder text = new StringBuilder(name.length());
        name.codePoints().forEach(character -> {
            if (character != '%' && Printable.isPrintable(character)) {
                text.appendCodePoint(character);
            } else {
                encode(character, text);
            }
        });
        return text.toString();
    }

    private static void encode(int character, StringBuilder text) {
        for (byte part : Character.toString(character).getBytes(StandardCharsets.UTF_8)) {
            text.append(String.format("%%%02X", part));
        }
    }
}
