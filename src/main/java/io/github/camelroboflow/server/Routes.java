package io.github.camelroboflow.server;

import io.github.camelroboflow.inference.ModelId;

/** Finds who answers a request. */
final class Routes {

    private final Route legacy;
    private final Information information;

    Routes(Route legacy, Information information) {
        this.legacy = legacy;
        this.information = information;
    }

    /** @throws Refusal if there is no such path, or not with this method */
    Route find(Call call) {
        boolean get = call.method().equals("GET");
        boolean post = call.method().equals("POST");
        if (get) {
            Route found = information.find(call.path());
            if (found != null) {
                return found;
            }
        }
        if (call.method().equals("HEAD")) {
            throw Refusal.notFound();
        }
        if (call.segments().size() == 2 && !call.segments().get(1).isEmpty()) {
            if (!get && !post) {
                throw Refusal.methodNotAllowed();
            }
            return legacy;
        }
        throw get ? Refusal.notFound() : Refusal.methodNotAllowed();
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
