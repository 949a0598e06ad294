package io.github.camelroboflow.server;

import io.github.camelroboflow.inference.ModelId;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;

/** Finds the handler of a request by its method and path. */
final class RequestRouter {

    private static final Set<String> TASKS = Set.of("object_detection", "instance_segmentation", "keypoints_detection",
            "classification", "semantic_segmentation");

    private final ManagementHandlers management;
    private final Handler infer;
    private final Handler legacyInfer;

    /**
     * @param infer       answers {@code /infer/{task}}
     * @param legacyInfer answers {@code /{project}/{version}}
     */
    RequestRouter(ManagementHandlers management, Handler infer, Handler legacyInfer) {
        this.management = management;
        this.infer = infer;
        this.legacyInfer = legacyInfer;
    }

    /** Places where a request may show its key. */
    enum Key {
        /** Needs no key. */
        NONE,
        /** In the head. */
        IN_HEAD,
        /** In the head, or as {@code api_key} in the JSON of the body. */
        ALSO_IN_BODY
    }

    /** Answers requests of one kind. */
    interface Handler {

        default Key key() {
            return Key.IN_HEAD;
        }

        /** Returns whether it answers without the body and without waiting. Such requests are answered by a full server, too. */
        default boolean isImmediate() {
            return false;
        }

        /** Returns how much memory it needs for each byte of the body: the byte itself, copies of it, and decoded content. */
        default int bytesPerByte() {
            return 3;
        }

        /**
         * Answers a request. Called on a thread that may block, unless the handler is immediate.
         *
         * @param memory reserves memory for bytes that are kept besides the body, before they are; may refuse them
         * @throws ResponseException or anything else that {@link ExceptionMapper} maps to a response
         */
        CompletionStage<ServerResponse> handle(RequestHead request, byte[] body, LongConsumer memory);
    }

    /**
     * Finds the handler of a request.
     *
     * @throws ResponseException if there is no such path, or not with this method
     */
    Handler find(RequestHead request) {
        Handler named = named(request);
        if (named != null) {
            return named;
        }
        boolean get = request.method().equals("GET");
        if (request.method().equals("HEAD")) {
            throw ResponseException.notFound();
        }
        // last, since its path matches most of the others
        if (request.segments().size() == 2 && !request.segments().get(1).isEmpty() && !isReserved(request)) {
            if (!get && !request.method().equals("POST")) {
                throw ResponseException.methodNotAllowed();
            }
            return legacyInfer;
        }
        throw get && !isReserved(request) ? ResponseException.notFound() : ResponseException.methodNotAllowed();
    }

    /** Returns {@code null} if the path is none of the fixed ones. */
    private Handler named(RequestHead request) {
        if (request.method().equals("POST") && isInfer(request)) {
            return infer;
        }
        boolean isStart = request.segments().size() == 3 && request.segments().get(0).equals("start");
        return request.method().equals("GET") && isStart ? management.start() : management.find(request.method(), request.path());
    }

    private static boolean isInfer(RequestHead request) {
        return request.segments().size() == 2 && request.segments().get(0).equals("infer")
                && TASKS.contains(request.segments().get(1));
    }

    /** Returns whether the path exists with another method. */
    private boolean isReserved(RequestHead request) {
        return isInfer(request) || management.find("POST", request.path()) != null
                || management.find("GET", request.path()) != null;
    }

    /**
     * Parses the id of a model.
     *
     * @throws ResponseException if it is not the id of a model
     */
    static ModelId model(String value) {
        try {
            return new ModelId(value);
        } catch (IllegalArgumentException e) {
            throw ResponseException.unknownModel();
        }
    }
}
