package io.github.camelroboflow.server;

import java.util.Optional;

/**
 * Finds the image in a request's body: raw base64 whatever its content type says, raw bytes, or the part {@code file} of a form.
 */
final class BodyImage {

    /** So many bytes tell text from an image file, whose header has bytes that no text has. */
    private static final int LOOKED_AT = 32;

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

    /** @throws Refusal if it is no base64 */
    static byte[] base64(byte[] text) {
        try {
            return Base64Text.decode(text);
        } catch (IllegalArgumentException e) {
            throw Refusal.malformedImage();
        }
    }
}
