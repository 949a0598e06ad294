package io.github.camelroboflow.hosted.http;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.http.RetryAfter;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.support.Json;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;

/**
 * A server's response, completely read.
 *
 * @param status the HTTP status
 * @param contentType the content type in lower case; empty if there is none
 * @param retryAfter the wait that the server asked for, if any
 * @param location the target of a redirect; empty if there is none
 * @param body the bytes of the body; empty if there is none
 */
public record ApiResponse(int status, String contentType, Optional<Duration> retryAfter, String location, byte[] body) {

    /**
     * The maximum body size in bytes: more than any result needs, so that an endless response does not fill the memory.
     */
    public static final int MAX_BODY = 64 << 20;

    /** The bytes that are read of an error or a redirect: enough for its message. */
    private static final int MAX_ERROR_BODY = 1 << 16;

    /**
     * Reads a response. Leaves the stream open, because closing it would read it to its end.
     *
     * @param most the maximum size of a result in bytes
     * @throws IOException if the connection breaks or a result is larger
     */
    public static ApiResponse read(ClassicHttpResponse response, int most) throws IOException {
        boolean success = response.getCode() / 100 == 2;
        InputStream stream = response.getEntity() == null ? null : response.getEntity().getContent();
        byte[] body = stream == null ? new byte[0] : stream.readNBytes(success ? most + 1 : MAX_ERROR_BODY);
        if (success && body.length > most) {
            throw new AnswerTooLargeException(most);
        }
        return new ApiResponse(response.getCode(), header(response, HttpHeaders.CONTENT_TYPE).toLowerCase(Locale.ROOT),
                RetryAfter.parse(header(response, RetryAfter.HEADER), Instant.now())
                .map(pause -> pause.isNegative() ? Duration.ZERO : pause), header(response, HttpHeaders.LOCATION), body);
    }

    /** Returns the response without the key in its content type, which appears in messages. */
    ApiResponse redacted(ApiKey key) {
        return new ApiResponse(status, key.redact(contentType), retryAfter, location, body);
    }

    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** Returns the body as a JSON object; empty if it is none. */
    public Optional<ObjectNode> jsonObject() {
        try {
            return ResponseJson.MAPPER.readTree(body) instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (IOException e) {
            // the exception is dropped because its message quotes the response
            return Optional.empty();
        }
    }

    /**
     * Returns a message about a response that Roboflow's server would not give.
     *
     * @param subject the subject of the request
     * @param problem the error, after the type and the size of the body
     * @param option the option that holds the server's address
     */
    public String unexpectedResponse(RoboflowHost host, String subject, String problem, String option) {
        return host + " answered for " + subject + " with " + (contentType.isEmpty() ? "no content type" : contentType) + " of "
                + body.length + " bytes that " + problem + ": check " + option + ", and that no proxy answers instead of Roboflow";
    }

    private static String header(ClassicHttpResponse response, String name) {
        Header header = response.getFirstHeader(name);
        return header == null || header.getValue() == null ? "" : header.getValue().strip();
    }

    /** A response that is larger than the limit. */
    static final class AnswerTooLargeException extends IOException {

        AnswerTooLargeException(int most) {
            super("the response is larger than " + (most >> 20) + " MB");
        }
    }

    /**
     * Reads the JSON of responses. A visualization or a mask in it may be as long as the response itself, and all has
     * to fit into memory.
     */
    static final class ResponseJson {

        static final JsonMapper MAPPER = Json.limited(ApiResponse.MAX_BODY, InferenceJson.MAX_TOKENS);

        private ResponseJson() {
        }
    }
}
