package io.github.camelroboflow.server;

import io.github.camelroboflow.inference.ModelId;
import java.util.Set;

/** Finds who answers a request. */
final class Routes {

    private static final Set<String> TASKS = Set.of("object_detection", "instance_segmentation", "keypoints_detection",
            "classification", "semantic_segmentation");

    private final Information information;
    private final ModelRoutes models;
    private final Route start;
    private final Route infer;
    private final Route legacy;

    Routes(Information information, ModelRoutes models, Route start, Route infer, Route legacy) {
        this.information = information;
        this.models = models;
        this.start = start;
        this.infer = infer;
        this.legacy = legacy;
    }

    /** @throws Refusal if there is no such path, or not with this method */
    Route find(Call call) {
        Route named = named(call);
        if (named != null) {
            return named;
        }
        boolean get = call.method().equals("GET");
        if (call.method().equals("HEAD")) {
            throw Refusal.notFound();
        }
        // last, since the others look like it
        if (call.segments().size() == 2 && !call.segments().get(1).isEmpty() && !isReserved(call)) {
            if (!get && !call.method().equals("POST")) {
                throw Refusal.methodNotAllowed();
            }
            return legacy;
        }
        throw get && !isReserved(call) ? Refusal.notFound() : Refusal.methodNotAllowed();
    }

    /** {@code null} if the path is no name. */
    private Route named(Call call) {
        if (call.method().equals("GET")) {
            boolean starts = call.segments().size() == 3 && call.segments().get(0).equals("start");
            return starts ? start : information.find(call.path());
        }
        if (call.method().equals("POST") && isInfer(call)) {
            return infer;
        }
        return models.find(call.method(), call.path());
    }

    private static boolean isInfer(Call call) {
        return call.segments().size() == 2 && call.segments().get(0).equals("infer") && TASKS.contains(call.segments().get(1));
    }

    /** Whether the path has a meaning with another method. */
    private boolean isReserved(Call call) {
        return isInfer(call) || models.find("POST", call.path()) != null || information.find(call.path()) != null;
    }

    /** @throws Refusal if it is no name of a model */
    static ModelId model(String value) {
        try {
            return new ModelId(value);
        } catch (IllegalArgumentException e) {
            throw Refusal.unknownModel();
        }
    }
}
