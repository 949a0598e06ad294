package io.github.camelroboflow.server;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the image in a request's body: raw base64 whatever its content type says, raw bytes, or the part {@code file} of a form.
 */
final class BodyImage {

    /** So many bytes tell text from an image file, whose header has bytes that no text has. */
    private static final int LOOKED_AT = 32;

    private static final Pattern DATA_URL = Pattern.compile("^[\\s\"]*data:image/[a-z]+;base64,");
    private static final int MAX_PREFIX_LENGTH = 64;

    private BodyImage() {
    }

    /**
     * The encoded image. Whether it is one is not looked at here.
     *
     * @throws Refusal if there is none
     */
    static byte[] read(Call call, byte[] body) {
        Optional<String> type = call.header("content-type");
        if (type.isPresent() && Multipart.is(type.get())) {
            return present(Multipart.part(type.get(), body, "file").orElseThrow(() ->
                    Refusal.image("Expected image to be send in part named 'file' of multipart/form-data request")));
        }
        if (body.length == 0 && type.isEmpty()) {
            throw new Refusal(Reply.message(400, "Content-Type header not provided with request."));
        }
        return isBinary(present(body)) ? body : base64(body);
    }

    private static byte[] present(byte[] payload) {
        if (payload.length == 0) {
            throw Refusal.image("Empty image payload.");
        }
        return payload;
    }

    private static boolean isBinary(byte[] body) {
        for (int i = 0; i < Math.min(LOOKED_AT, body.length); i++) {
            if (body[i] <= 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Decodes base64 as clients write it. Like Roboflow's server it removes a prefix {@code data:image/jpeg;base64,} and skips
     * characters that are not in the alphabet, such as line breaks and quotes. It also accepts percent-encoded text, spaces in
     * place of plus signs, the URL-safe alphabet and missing padding.
     *
     * @throws Refusal if the text is not base64
     */
    static byte[] base64(byte[] text) {
        byte[] encoded = withoutDataUrlPrefix(text);
        try {
            return Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException e) {
            try {
                return Base64.getMimeDecoder().decode(normalized(encoded));
            } catch (IllegalArgumentException malformed) {
                throw Refusal.malformedImage();
            }
        }
    }

    private static byte[] withoutDataUrlPrefix(byte[] text) {
        String start = new String(text, 0, Math.min(text.length, MAX_PREFIX_LENGTH), StandardCharsets.ISO_8859_1);
        Matcher prefix = DATA_URL.matcher(start);
        return prefix.find() ? Arrays.copyOfRange(text, prefix.end(), text.length) : text;
    }

    /** Writes the text in the standard alphabet, without padding, which the decoder does not need. */
    private static byte[] normalized(byte[] text) {
        byte[] plain = new byte[text.length];
        int length = 0;
        int spaces = 0;
        int letters = 0;
        boolean plus = false;
        for (int i = 0; i < text.length; i++) {
            int escaped = text[i] == '%' && i + 2 < text.length ? hex(text[i + 1]) << 4 | hex(text[i + 2]) : -1;
            byte character = escaped < 0 ? text[i] : (byte) escaped;
            i += escaped < 0 ? 0 : 2;
            spaces += character == ' ' ? 1 : 0;
            letters += isAlphabet(character) ? 1 : 0;
            plus |= character == '+';
            plain[length++] = character == '-' ? (byte) '+' : character == '_' ? (byte) '/' : character;
        }
        if (spaces > 0 && !plus && letters % 4 != 0 && (letters + spaces) % 4 == 0) {
            for (int i = 0; i < length; i++) {
                plain[i] = plain[i] == ' ' ? (byte) '+' : plain[i];
            }
        }
        while (length > 0 && (plain[length - 1] == '=' || !isAlphabet(plain[length - 1]))) {
            length--;
        }
        return Arrays.copyOf(plain, length);
    }

    private static int hex(byte digit) {
        return Character.digit(digit, 16);
    }

    /** Returns whether base64 uses the character, for padding too. */
    private static boolean isAlphabet(byte character) {
        return character >= 'A' && character <= 'Z' || character >= 'a' && character <= 'z'
                || character >= '0' && character <= '9' || "+/-_=".indexOf(character) >= 0;
    }
}
