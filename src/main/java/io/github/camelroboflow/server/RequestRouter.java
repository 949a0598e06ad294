package io.github.camelroboflow.server;

import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.ModelId.PublicModels;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;

/** Finds the handler of a request by its method and path. */
final class RequestRouter {

    private static final Set<String> TASKS = Set.of("object_detection", "instance_segmentation", "keypoints_detection",
            "classification", "semantic_segmentation");

    /** First segments of the paths for foundation models and videos. Clients send the key for them in the body. */
    private static final Set<String> FOUNDATION_MODELS = Set.of("infer", "clip", "doctr", "easy_ocr", "ocr", "yolo_world", "gaze",
            "sam", "sam2", "sam3", "sam3_3d", "owlv2", "grounding_dino", "perception_encoder", "inference_pipelines");
    private static final Pattern VERSION = Pattern.compile("\\d+");

    private final ManagementHandlers management;
    private final Set<String> singleNames;
    private final Handler infer;
    private final Handler legacyInfer;
    private final Handler foundationModel;

    /**
     * @param singleNames     the models whose id is one segment, which have a path nevertheless
     * @param infer           answers {@code /infer/{task}}
     * @param legacyInfer     answers {@code /{project}/{version}}, {@code /{alias}} and {@code /{name}}
     * @param foundationModel answers {@code /{project}/{version}} if the project has the name of a foundation model
     */
    RequestRouter(ManagementHandlers management, Set<String> singleNames, Handler infer, Handler legacyInfer,
                  Handler foundationModel) {
        this.management = management;
        this.singleNames = Set.copyOf(singleNames);
        this.infer = infer;
        this.legacyInfer = legacyInfer;
        this.foundationModel = foundationModel;
    }

    /** Places where a request may show its key. */
    enum Key {
        /** Needs no key. */
        NONE,
        /** In the head. */
        IN_HEAD,
        /** In the head, or as {@code api_key} in the JSON of the body. */
        ALSO_IN_BODY,
        /** In the head, or as {@code api_key} in the body if the body is JSON. */
        PERHAPS_IN_BODY;

        boolean isSoughtInBody() {
            return this == ALSO_IN_BODY || this == PERHAPS_IN_BODY;
        }
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
         * Checks whether the model exists that the head of a request names, if it names one. Called before {@link #handle}, and
         * also if the body is refused. May block.
         *
         * @throws ResponseException or anything else that {@link ExceptionMapper} maps to a response
         */
        default void check(RequestHead request) {
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
        if (isWorkflow(request.segments())) {
            throw ResponseException.workflow();
        }
        Handler named = named(request);
        if (named != null) {
            return named;
        }
        boolean get = request.method().equals("GET");
        if (request.method().equals("HEAD")) {
            throw ResponseException.notFound();
        }
        // last, since its path matches most of the others
        if (isModel(request.segments()) && !isReserved(request)) {
            if (!get && !request.method().equals("POST")) {
                throw ResponseException.methodNotAllowed();
            }
            return FOUNDATION_MODELS.contains(request.segments().get(0)) ? foundationModel : legacyInfer;
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

    /** Returns whether the path has the form of a model's. */
    private boolean isModel(List<String> path) {
        return path.size() == 2 && !path.get(1).isEmpty()
                || path.size() == 1 && (PublicModels.hasAlias(path.get(0)) || singleNames.contains(path.get(0)));
    }

    /**
     * Returns whether the path is one for workflows: {@code /{workspace}/workflows/{id}}, {@code /infer/workflows},
     * {@code /workflows/run} and longer ones. A project may have the name {@code workflows}.
     */
    private static boolean isWorkflow(List<String> path) {
        boolean named = path.size() > 1 && path.get(1).equals("workflows");
        return named && (path.size() > 2 || path.get(0).equals("infer"))
                || path.size() > 1 && path.get(0).equals("workflows") && !VERSION.matcher(path.get(1)).matches();
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
     * Parses the id of a model. Returns the id by which servers know the model, also for an alias.
     *
     * @throws ResponseException if it is not the id of a model
     */
    static ModelId model(String value) {
        try {
            return new ModelId(value).canonical();
        } catch (IllegalArgumentException e) {
            throw ResponseException.unknownModel();
        }
    }
}
