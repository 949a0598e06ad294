package io.github.camelroboflow.hosted.fake;

/** A rejection of a request by the fake. */
final class RequestRejectedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Reply reply;

    RequestRejectedException(Reply reply) {
        super("status " + reply.status());
        this.reply = reply;
    }

    static RequestRejectedException badImage(String cause) {
        return new RequestRejectedException(Reply.message(400, "Could not load input image. Cause: " + cause));
    }

    Reply reply() {
        return reply;
    }
}
