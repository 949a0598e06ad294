package io.github.camelroboflow.server;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds a part in a body of type {@code multipart/form-data} (RFC 7578). */
final class Multipart {

    private static final Pattern BOUNDARY = Pattern.compile("boundary=(?:\"([^\"]+)\"|([^;\\s]+))", Pattern.CASE_INSENSITIVE);
    private static final Pattern NAME = Pattern.compile(";\\s*name=(?:\"([^\"]*)\"|([^;\\s]+))", Pattern.CASE_INSENSITIVE);
    private static final byte[] BLANK_LINE = {'\r', '\n', '\r', '\n'};

    private Multipart() {
    }

    static boolean is(String contentType) {
        return contentType.toLowerCase(Locale.ROOT).contains("multipart/form-data");
    }

    /**
     * The content of the part of that name; of several the last.
     *
     * @throws Refusal if the content type names no boundary
     */
    static Optional<byte[]> part(String contentType, byte[] body, String name) {
        Matcher parameter = BOUNDARY.matcher(contentType);
        if (!parameter.find()) {
            throw new Refusal(Reply.detail(400, "Missing boundary in multipart."));
        }
        byte[] delimiter = ("--" + (parameter.group(1) != null ? parameter.group(1) : parameter.group(2)))
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] next = ("\r\n" + new String(delimiter, StandardCharsets.ISO_8859_1)).getBytes(StandardCharsets.ISO_8859_1);
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
