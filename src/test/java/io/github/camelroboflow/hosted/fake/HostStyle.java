package io.github.camelroboflow.hosted.fake;

/** The hosts of Roboflow, which differ in their errors. */
public enum HostStyle {

    /** The host {@code serverless.roboflow.com}, with at most 20 MB for a request. */
    SERVERLESS(FakeRequest.KEPT) {
        @Override
        Reply wrongKey(boolean given) {
            return Reply.refusal(401);
        }

        @Override
        Reply unknownModel() {
            return Reply.refusal(404);
        }
    },

    /**
     * The older hosts behind a separate gateway, such as {@code detect.roboflow.com}, with at most 5 MB for a request.
     */
    V1(5_000_000) {
        @Override
        Reply wrongKey(boolean given) {
            return given ? FORBIDDEN : Reply.json(401, "{\"message\":\"Unauthorized\"}");
        }

        @Override
        Reply unknownModel() {
            return FORBIDDEN;
        }
    },

    /** A self-hosted server. Roboflow's has no limit; the fake keeps at most 20 MB. */
    LOCAL(FakeRequest.KEPT) {
        @Override
        Reply wrongKey(boolean given) {
            return Reply.refusal(403);
        }

        @Override
        Reply unknownModel() {
            return Reply.refusal(404);
        }
    };

    private static final Reply FORBIDDEN = Reply.json(403, "{\"Message\":\"User is not authorized to access this resource\"}");

    private final long longestBody;

    HostStyle(long longestBody) {
        this.longestBody = longestBody;
    }

    long longestBody() {
        return longestBody;
    }

    abstract Reply wrongKey(boolean given);

    abstract Reply unknownModel();
}
