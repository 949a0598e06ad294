package io.github.camelroboflow.hosted.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.InferenceJson;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.apache.hc.client5.http.utils.DateUtils;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;

/**
 * A server's answer, read to its end.
 *
 * @param status      the HTTP status
 * @param contentType in lower case; empty if there is none
 * @param retryAfter  how long the server asked to wait, where it did
 * @param location    where a redirect leads to; empty if it is none
 * @param body        empty if there is none
 */
public record ApiResponse(int status, String contentType, Optional<Duration> retryAfter, String location, byte[] body) {

    /** More than any result needs; an answer that does not end must not take all memory. */
    public static final int MAX_BODY = 64 << 20;

    /** Bytes that are read of a refusal or a redirect: its words, and no more. */
    private static final int MAX_ERROR_BODY = 1 << 16;

    /**
     * Reads an answer; the stream is left open, since a close would read on to its end.
     *
     * @param most bytes of a result
     * @throws IOException if the connection breaks, or a result is larger
     */
    public static ApiResponse read(ClassicHttpResponse response, int most) throws IOException {
        boolean success = response.getCode() / 100 == 2;
        InputStream stream = response.getEntity() == null ? null : response.getEntity().getContent();
        byte[] body = stream == null ? new byte[0] : stream.readNBytes(success ? most + 1 : MAX_ERROR_BODY);
        if (success && body.length > most) {
            throw new AnswerTooLargeException(most);
        }
        return new ApiResponse(response.getCode(), header(response, HttpHeaders.CONTENT_TYPE).toLowerCase(Locale.ROOT),
                retryAfter(header(response, HttpHeaders.RETRY_AFTER)), header(response, HttpHeaders.LOCATION), body);
    }

    /** The same without the key in its content type, which is told to people. */
    ApiResponse redacted(ApiKey key) {
        return new ApiResponse(status, key.redact(contentType), retryAfter, location, body);
    }

    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** The JSON object that it is; empty if it is none. */
    public Optional<ObjectNode> jsonObject() {
        try {
            return ResponseJson.MAPPER.readTree(body) instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (IOException e) {
            // whose words quote the answer
            return Optional.empty();
        }
    }

    /**
     * What to say of an answer that only something else than Roboflow's server gives.
     *
     * @param asked  what it is an answer for
     * @param what   what is wrong with it, after its kind and size
     * @param option that holds the server's address
     */
    public String unexpectedResponse(RoboflowHost host, String asked, String what, String option) {
        return host + " answered for " + asked + " with " + (contentType.isEmpty() ? "no content type" : contentType) + " of "
                + body.length + " bytes that " + what + ": is " + option + " right, and does nothing stand in between?";
    }

    private static String header(ClassicHttpResponse response, String name) {
        Header header = response.getFirstHeader(name);
        return header == null || header.getValue() == null ? "" : header.getValue().strip();
    }

    /** Seconds, or a date (RFC 9110, section 10.2.3); anything else is as good as nothing. */
    static Optional<Duration> retryAfter(String value) {
        if (value.matches("\\d{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
        }
        Instant date = value.isEmpty() ? null : DateUtils.parseStandardDate(value);
        if (date == null) {
            return Optional.empty();
        }
        Duration wait = Duration.between(Instant.now(), date);
        return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
    }

    /** The server sends without an end. */
    static final class AnswerTooLargeException extends IOException {

        AnswerTooLargeException(int most) {
            super("the answer is larger than " + (most >> 20) + " MB");
        }
    }

    /** Reads the JSON of answers: a drawing or a mask in it may be as long as the answer itself, and all has to fit into memory. */
    static final class ResponseJson {

        static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(ApiResponse.MAX_BODY)
                        .maxTokenCount(InferenceJson.MAX_TOKENS).build()).build());

        private ResponseJson() {
        }
    }
}
