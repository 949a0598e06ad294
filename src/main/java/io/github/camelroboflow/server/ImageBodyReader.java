package io.github.camelroboflow.server;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the image from the body of a request: base64 of any content type, raw bytes, or the part {@code file} of a form. */
final class ImageBodyReader {

    /** Number of bytes that tell text from an image file, whose header has bytes that no text has. */
    private static final int HEADER_LENGTH = 32;
    private static final Pattern DATA_URL = Pattern.compile("^[\\s\"]*data:image/[a-z]+;base64,");
    private static final int MAX_PREFIX_LENGTH = 64;

    private ImageBodyReader() {
    }

    /**
     * Returns the encoded image. Does not check that the bytes are an image.
     *
     * @throws ResponseException if the body has none
     */
    static byte[] read(RequestHead request, byte[] body) {
        Optional<String> type = request.header("content-type");
        if (type.isPresent() && Multipart.matches(type.get())) {
            return present(Multipart.part(type.get(), body, "file").orElseThrow(() -> ResponseException.image(
                    "Expected image to be send in part named 'file' of multipart/form-data request")));
        }
        if (body.length == 0 && type.isEmpty()) {
            throw ResponseException.message(400, "Content-Type header not provided with request.");
        }
        return isBinary(present(body)) ? body : base64(body);
    }

    private static byte[] present(byte[] payload) {
        if (payload.length == 0) {
            throw ResponseException.image("Empty image payload.");
        }
        return payload;
    }

    private static boolean isBinary(byte[] body) {
        for (int i = 0; i < Math.min(HEADER_LENGTH, body.length); i++) {
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
     * @throws ResponseException if the text is not base64
     */
    static byte[] base64(byte[] text) {
        byte[] encoded = withoutDataUrlPrefix(text);
        try {
            return Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException e) {
            try {
                return Base64.getMimeDecoder().decode(normalized(encoded));
            } catch (IllegalArgumentException malformed) {
                throw ResponseException.malformedImage();
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

    /** Finds a part in a body of type {@code multipart/form-data} (RFC 7578). */
    static final class Multipart {

        private static final Pattern BOUNDARY =
                Pattern.compile("boundary=(?:\"([^\"]+)\"|([^;\\s]+))", Pattern.CASE_INSENSITIVE);
        private static final Pattern NAME = Pattern.compile(";\\s*name=(?:\"([^\"]*)\"|([^;\\s]+))", Pattern.CASE_INSENSITIVE);
        private static final byte[] BLANK_LINE = {'\r', '\n', '\r', '\n'};

        private Multipart() {
        }

        static boolean matches(String contentType) {
            return contentType.toLowerCase(Locale.ROOT).contains("multipart/form-data");
        }

        /**
         * Returns the content of the part with that name, the last one if there are several.
         *
         * @throws ResponseException if the content type names no boundary
         */
        static Optional<byte[]> part(String contentType, byte[] body, String name) {
            Matcher parameter = BOUNDARY.matcher(contentType);
            if (!parameter.find()) {
                throw new ResponseException(ServerResponse.detail(400, "Missing boundary in multipart."));
            }
            String boundary = "--" + (parameter.group(1) != null ? parameter.group(1) : parameter.group(2));
            byte[] delimiter = boundary.getBytes(StandardCharsets.ISO_8859_1);
            byte[] next = ("\r\n" + boundary).getBytes(StandardCharsets.ISO_8859_1);
            byte[] found = null;
            int start = indexOf(body, delimiter, 0);
            while (start >= 0) {
                int headers = start + delimiter.length;
                int blank = indexOf(body, BLANK_LINE, headers);
                int end = blank < 0 ? -1 : indexOf(body, next, blank + 2);
                if (end < 0) {
                    break;
                }
                String head = new String(body, headers, blank - headers, StandardCharsets.UTF_8);
                if (isNamed(head, name)) {
                    found = Arrays.copyOfRange(body, Math.min(blank + BLANK_LINE.length, end), end);
                }
                start = end + 2;
            }
            return Optional.ofNullable(found);
        }

        private static boolean isNamed(String headers, String name) {
            for (String line : headers.split("\r\n")) {
                Matcher parameter = NAME.matcher(line);
                if (line.toLowerCase(Locale.ROOT).startsWith("content-disposition:") && parameter.find()) {
                    return name.equals(parameter.group(1) != null ? parameter.group(1) : parameter.group(2));
                }
            }
            return false;
        }

        private static int indexOf(byte[] body, byte[] wanted, int from) {
            for (int i = from; i <= body.length - wanted.length; i++) {
                if (body[i] == wanted[0] && Arrays.equals(body, i, i + wanted.length, wanted, 0, wanted.length)) {
                    return i;
                }
            }
            return -1;
        }
    }
}
