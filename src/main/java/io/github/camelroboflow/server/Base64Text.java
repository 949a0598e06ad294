package io.github.camelroboflow.server;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decodes base64 as clients write it. As with Roboflow's server a prefix {@code data:image/jpeg;base64,} is taken off and what is
 * not of the alphabet (line breaks, quotes) is passed over; beyond that, percent-encoded text, spaces that were plus signs, the
 * URL-safe alphabet and missing padding are understood.
 */
final class Base64Text {

    private static final Pattern PREFIX = Pattern.compile("^[\\s\"]*data:image/[a-z]+;base64,");
    private static final int LONGEST_PREFIX = 64;
    private static final int PADDING = -2;
    private static final byte[] VALUES = values();

    private Base64Text() {
    }

    private static byte[] values() {
        byte[] values = new byte[256];
        Arrays.fill(values, (byte) -1);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < alphabet.length(); i++) {
            values[alphabet.charAt(i)] = (byte) i;
        }
        values['-'] = values['+'];
        values['_'] = values['/'];
        values['='] = PADDING;
        return values;
    }

    /** @throws IllegalArgumentException if it can't have been base64 */
    static byte[] decode(byte[] text) {
        byte[] body = withoutPrefix(text);
        try {
            return Base64.getDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            return lenient(repaired(body));
        }
    }

    private static byte[] withoutPrefix(byte[] text) {
        String start = new String(text, 0, Math.min(text.length, LONGEST_PREFIX), StandardCharsets.ISO_8859_1);
        Matcher prefix = PREFIX.matcher(start);
        return prefix.find() ? Arrays.copyOfRange(text, prefix.end(), text.length) : text;
    }

    private static byte[] repaired(byte[] text) {
        byte[] plain = contains(text, '%') ? percentDecoded(text) : text;
        if (contains(plain, ' ') && !contains(plain, '+') && count(plain, true) % 4 == 0 && count(plain, false) % 4 != 0) {
            for (int i = 0; i < plain.length; i++) {
                plain[i] = plain[i] == ' ' ? (byte) '+' : plain[i];
            }
        }
        return plain;
    }

    private static boolean contains(byte[] text, char wanted) {
        for (byte character : text) {
            if (character == wanted) {
                return true;
            }
        }
        return false;
    }

    /** How many characters of the alphabet, padding included, and perhaps spaces within. */
    private static long count(byte[] text, boolean spaces) {
        long count = 0;
        for (byte character : text) {
            if (VALUES[character & 0xFF] != -1 || spaces && character == ' ') {
                count++;
            }
        }
        return count;
    }

    private static byte[] percentDecoded(byte[] text) {
        byte[] decoded = new byte[text.length];
        int length = 0;
        for (int i = 0; i < text.length; i++) {
            if (text[i] == '%' && i + 2 < text.length && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
                decoded[length++] = (byte) (hex(text[i + 1]) << 4 | hex(text[i + 2]));
                i += 2;
            } else {
                decoded[length++] = text[i];
            }
        }
        return Arrays.copyOf(decoded, length);
    }

    private static int hex(byte digit) {
        return Character.digit(digit, 16);
    }

    private static byte[] lenient(byte[] text) {
        byte[] decoded = new byte[text.length / 4 * 3 + 3];
        int length = 0;
        int bits = 0;
        int pending = 0;
        boolean padded = false;
        for (byte character : text) {
            int value = VALUES[character & 0xFF];
            if (value == PADDING) {
                padded = true;
            } else if (value >= 0) {
                if (padded) {
                    throw new IllegalArgumentException("something follows the padding");
                }
                bits = bits << 6 | value;
                if (++pending == 4) {
                    decoded[length++] = (byte) (bits >> 16);
                    decoded[length++] = (byte) (bits >> 8);
                    decoded[length++] = (byte) bits;
                    pending = 0;
                }
            }
        }
        if (pending == 1) {
            throw new IllegalArgumentException("a character is missing");
        }
        if (pending > 1) {
            bits <<= 6 * (4 - pending);
            decoded[length++] = (byte) (bits >> 16);
            if (pending == 3) {
                decoded[length++] = (byte) (bits >> 8);
            }
        }
        return Arrays.copyOf(decoded, length);
    }
}
