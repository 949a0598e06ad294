package io.github.camelroboflow.hosted.fake;

/** The hosts of Roboflow differ in how they refuse. */
public enum HostStyle {

    /** {@code serverless.roboflow.com}: at most 20 MB. */
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

    /** The older hosts behind a gateway of their own, such as {@code detect.roboflow.com}: at most 5 MB. */
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

    /** A server of one's own: the vendor's has no limit, the fake keeps no more than 20 MB. */
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
