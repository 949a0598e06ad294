package io.github.camelroboflow.delivery.bucket;

import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * What is kept with a copy of an object.
 *
 * @param metadata the user's own, and the etag of the original, since a copy's can be another
 */
record ObjectFacts(String contentType, String contentDisposition, String cacheControl, Map<String, String> metadata) {

    static final String ORIGINAL_ETAG = "camel-roboflow-etag";

    static ObjectFacts of(GetObjectResponse response, String etag) {
        Map<String, String> metadata = new HashMap<>(response.metadata());
        metadata.put(ORIGINAL_ETAG, etag);
        return new ObjectFacts(response.contentType(), response.contentDisposition(), response.cacheControl(),
                Map.copyOf(metadata));
    }

    static ObjectFacts json() {
        return new ObjectFacts("application/json", null, null, Map.of());
    }

    void describe(PutObjectRequest.Builder request) {
        request.contentType(contentType).contentDisposition(contentDisposition).cacheControl(cacheControl).metadata(metadata);
    }
}
