package io.github.camelroboflow.server;

import java.util.concurrent.CompletionStage;

/** Answers the requests of one kind. */
interface Route {

    /** Where a request shows its key. */
    enum Key {
        /** It needs none. */
        NONE,
        /** In its head. */
        IN_HEAD,
        /** In its head, or as {@code api_key} in its JSON. */
        ALSO_IN_BODY
    }

    default Key key() {
        return Key.IN_HEAD;
    }

    /**
     * Called on a thread that may wait.
     *
     * @throws Refusal or anything else that {@link Failures} knows what to say of
     */
    CompletionStage<Reply> answer(Call call, byte[] body);
}
