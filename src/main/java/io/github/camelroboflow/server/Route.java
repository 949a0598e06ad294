package io.github.camelroboflow.server;

import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;

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

    /** Whether it answers by what is known already, without the body: then nobody waits for one, and a full server answers, too. */
    default boolean isAtOnce() {
        return false;
    }

    /** How many bytes it needs for each one of the body, with that itself: copies of it, and what is decoded, stand beside it. */
    default int bytesPerByte() {
        return 3;
    }

    /**
     * Called on a thread that may wait, unless it answers at once.
     *
     * @param room told of the bytes that are kept besides the body, before they are; refuses them where there is no room
     * @throws Refusal or anything else that {@link Failures} knows what to say of
     */
    CompletionStage<Reply> answer(Call call, byte[] body, LongConsumer room);
}
