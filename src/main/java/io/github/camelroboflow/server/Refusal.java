package io.github.camelroboflow.server;

import java.time.Duration;

/** Ends the work on a request with what the client is told: mostly an error. */
final class Refusal extends RuntimeException {

    private static final String IMAGE = "Could not load input image. Cause: ";

    private final transient Reply reply;

    Refusal(Reply reply) {
        super("HTTP " + reply.status(), null, false, false);
        this.reply = reply;
    }

    Reply reply() {
        return reply;
    }

    static Refusal image(String cause) {
        return new Refusal(Reply.message(400, IMAGE + cause));
    }

    static Refusal malformedImage() {
        return image("Malformed base64 input image.");
    }

    static Refusal methodNotAllowed() {
        return new Refusal(Reply.detail(405, "Method Not Allowed"));
    }

    static Refusal notFound() {
        return new Refusal(Reply.detail(404, "Not Found"));
    }

    static Refusal unknownModel() {
        return new Refusal(Reply.message(404, "Requested Roboflow resource not found. Make sure that workspace, project or"
                + " model you referred in request exists."));
    }

    static Refusal unauthorized() {
        return new Refusal(Reply.message(401, "Unauthorized access to roboflow API - check API key and make sure the key is"
                + " valid for workspace you use. Visit https://docs.roboflow.com/api-reference/authentication#retrieve-an-api-key"
                + " to learn how to retrieve one."));
    }

    static Refusal foreign() {
        return new Refusal(Reply.message(403, "Without keys this server is for programs and pages of its own machine, as"
                + " localhost: set a key for others, and show it."));
    }

    static Refusal tooLarge(long limit) {
        return new Refusal(Reply.message(413, "The request is larger than the " + limit + " bytes that this server takes: send a"
                + " smaller image."));
    }

    static Refusal tooMuchJson() {
        return new Refusal(Reply.message(413, "The JSON has more values in it, or is nested deeper, than this server takes:"
                + " send fewer images at a time."));
    }

    static Refusal busy() {
        return new Refusal(Reply.message(503, "The server is busy - retry request.").retryAfter(Duration.ofSeconds(1)));
    }

    static Refusal tooManyRequests(Duration pause) {
        return new Refusal(Reply.message(429, "Too many requests for this API key - retry request later.").retryAfter(pause));
    }
}
