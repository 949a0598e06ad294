package io.github.camelroboflow.hosted.fake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the image in the body of a request by the rules of Roboflow's server. */
final class RequestImage {

    private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\";,]+)\"?");
    private static final Pattern DATA_PREFIX = Pattern.compile("^data:image/[a-z]+;base64,");

    private static final int LONGEST_PREFIX = 100;
    private static final boolean[] ALPHABET = new boolean[256];

    static {
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=".chars().forEach(c -> ALPHABET[c] = true);
    }

    private RequestImage() {
    }

    /** @throws RequestRejectedException if there is no image; the method does not decode it */
    static byte[] of(FakeRequest request) throws RequestRejectedException {
        String type = request.header("Content-Type")
                .orElseThrow(()
                -> new RequestRejectedException(Reply.message(400, "Content-Type header not provided with request.")));
        return type.contains("multipart/form-data") ? part(request, type) : base64(request.body());
    }

    private static byte[] part(FakeRequest request, String type) throws RequestRejectedException {
        Matcher boundary = BOUNDARY.matcher(type);
        if (!boundary.find()) {
            throw new RequestRejectedException(Reply.json(400, "{\"detail\":\"Missing boundary in multipart.\"}"));
        }
        String body = new String(request.body(), ISO_8859_1);
        String delimiter = "--" + boundary.group(1);
        for (int at = body.indexOf(delimiter); at >= 0;) {
            int next = body.indexOf("\r\n" + delimiter, at + delimiter.length());
            int headersEnd = body.indexOf("\r\n\r\n", at);
            if (next < 0 || headersEnd < 0) {
                break;
            }
            if (body.substring(at, headersEnd).matches("(?is).*;\\s*name=(\"file\"|file(?![^;\\s])).*")) {
                return notEmpty(Arrays.copyOfRange(request.body(), headersEnd + 4, Math.max(headersEnd + 4, next)));
            }
            at = next + 2;
        }
        throw RequestRejectedException.badImage("Expected image to be send in part named 'file' of multipart/form-data request");
    }

    /** Decodes base64. Skips other characters, and rejects a wrong padding. */
    private static byte[] base64(byte[] body) throws RequestRejectedException {
        if (notEmpty(body)[0] < 0) {
            throw RequestRejectedException
                    .badImage("Invalid base64 input: the image payload contains raw bytes instead of a base64-encoded string."
                    + " Please base64-encode the image before sending.");
        }
        Matcher prefix = DATA_PREFIX.matcher(new String(body, 0, Math.min(body.length, LONGEST_PREFIX), ISO_8859_1));
        byte[] text = new byte[body.length];
        int length = 0;
        for (int i = prefix.find() ? prefix.end() : 0; i < body.length; i++) {
            if (ALPHABET[body[i] & 0xff]) {
                text[length++] = body[i];
            }
        }
        if (length % 4 != 0) {
            throw RequestRejectedException.badImage("Malformed base64 input image.");
        }
        try {
            return Base64.getDecoder().decode(length == text.length ? text : Arrays.copyOf(text, length));
        } catch (IllegalArgumentException e) {
            throw RequestRejectedException.badImage("Malformed base64 input image.");
        }
    }

    private static byte[] notEmpty(byte[] bytes) throws RequestRejectedException {
        if (bytes.length == 0) {
            throw RequestRejectedException.badImage("Empty image payload.");
        }
        return bytes;
    }
}
