package io.github.camelroboflow.hosted.fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A response of the fake.
 *
 * @param headers the headers without those of the transfer
 * @param length the length of the body in bytes
 * @param body opens the body each time it is sent; a long body is never in memory as a whole
 * @param chunked whether the response is sent without its length
 */
public record Reply(int status, Map<String, String> headers, long length, Supplier<InputStream> body, boolean chunked) {

    private static final String UNAUTHORIZED = "Unauthorized access to roboflow API - check API key";
    private static final Map<Integer, String> MESSAGES = Map.ofEntries(
            Map.entry(400, "Could not load input image. Cause: Malformed base64 input image."),
            Map.entry(401, UNAUTHORIZED + " and make sure the key is valid for workspace you use."),
            Map.entry(402, "Not enough credits to perform this request. Verify your workspace billing page."),
            Map.entry(403, UNAUTHORIZED + " and make sure the key is valid and have required scopes."),
            Map.entry(404, "Requested Roboflow resource not found. Make sure that workspace, project or model you referred in "
                    + "request exists."),
            Map.entry(413, "Request Too Long"),
            Map.entry(423, "Roboflow API usage is paused. Please contact your workspace administrator to re-enable api keys."),
            Map.entry(429, "Too Many Requests"),
            Map.entry(500, "Internal error."),
            Map.entry(502, "Internal error. Request to Roboflow API failed."),
            Map.entry(503, "Model is temporarily not ready - retry request."),
            Map.entry(504, "Timeout when attempting to connect to Roboflow API."));

    public static Reply of(int status, String contentType, byte[] body) {
        return new Reply(status, Map.of("Content-Type", contentType), body.length, () -> new ByteArrayInputStream(body), false);
    }

    static Reply json(int status, String json) {
        return of(status, "application/json", json.getBytes(UTF_8));
    }

    /** Returns the status with the message of Roboflow's server for it. */
    static Reply refusal(int status) {
        return message(status, MESSAGES.getOrDefault(status, "Status " + status));
    }

    static Reply message(int status, String message) {
        return json(status, Json.object().put("message", message).toString());
    }

    public Reply header(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.keySet().removeIf(name::equalsIgnoreCase);
        more.put(name, value);
        return new Reply(status, more, length, body, chunked);
    }

    /** Returns the same status and headers with another body. */
    Reply body(byte[] bytes) {
        return new Reply(status, headers, bytes.length, () -> new ByteArrayInputStream(bytes), chunked);
    }

    /** Returns a response that ends properly after that number of bytes of the body. */
    Reply shortened(long bytes) {
        return new Reply(status, headers, bytes, body, chunked);
    }

    public Reply inChunks() {
        return new Reply(status, headers, length, body, true);
    }
}
