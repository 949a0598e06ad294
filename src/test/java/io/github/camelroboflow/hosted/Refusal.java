package io.github.camelroboflow.hosted;

/** The fake refuses a request. */
final class Refusal extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Reply reply;

    Refusal(Reply reply) {
        super("status " + reply.status());
        this.reply = reply;
    }

    static Refusal badImage(String cause) {
        return new Refusal(Reply.message(400, "Could not load input image. Cause: " + cause));
    }

    Reply reply() {
        return reply;
    }
}
