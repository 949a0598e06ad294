package io.github.camelroboflow.hosted.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.net.URIBuilder;

/** One request to a server, described so that it can be sent again after a transient failure. */
public interface ApiCall<T> {

    /** Returns the subject of the request for messages, such as {@code image 'a.jpg' for my-project/3}. */
    String subject();

    /** Returns the target that a rejection concerns: a model, a workflow or a project. */
    String target();

    /**
     * Returns a new request without the API key.
     *
     * @throws io.github.camelroboflow.inference.InvalidImageException if the image can't be sent
     */
    HttpUriRequestBase request() throws IOException;

    /** Returns the images that the request contains. */
    default List<ImageSource> images() {
        return List.of();
    }

    /** Returns whether the API key is sent with the request. */
    default boolean sendsKey() {
        return true;
    }

    /**
     * Reads a response. May be called again after a failed attempt.
     *
     * @throws IOException if the connection breaks
     */
    default ApiResponse receive(ClassicHttpResponse response) throws IOException {
        return ApiResponse.read(response, maxResponseSize());
    }

    /** Returns the maximum size of a response in bytes. */
    default int maxResponseSize() {
        return ApiResponse.MAX_BODY;
    }

    /** Returns whether {@link #read} can read the response. Any other response is a failure. */
    default boolean accepts(ApiResponse answer) {
        return answer.isSuccess();
    }

    /** Returns the name of the option that holds the server's address, for advice. */
    default String addressOption() {
        return "apiUrl";
    }

    /** Returns the name of the option that holds the timeout of the call, for messages. */
    default String timeoutOption() {
        return "requestTimeout";
    }

    /** Returns the advice for an image that is too large for the server. */
    default String tooLargeAdvice() {
        return "send smaller images";
    }

    /**
     * Returns the result in an accepted response.
     *
     * @throws io.github.camelroboflow.inference.RoboflowException if the response holds no usable result
     */
    T read(ApiResponse answer);

    /** A failed attempt that may succeed when the call is sent again. */
    final class TransientFailureException extends RoboflowUnavailableException {

        /** @param retryAfter the wait that the server asked for, or {@code null} if it asked for none */
        public TransientFailureException(String message, Throwable cause, Duration retryAfter) {
            super(message, cause, retryAfter);
        }
    }

    /** Shared parts of calls that are no inference by a model: addresses and JSON responses. */
    final class PlatformCalls {

        /** The maximum response size in bytes, more than names and addresses need. */
        public static final int MAX_RESPONSE_SIZE = 4 << 20;

        private PlatformCalls() {
        }

        /** Returns an address below the server's base address, each segment encoded. */
        public static URIBuilder address(RoboflowHost host, String... segments) {
            return new URIBuilder(host.base()).appendPathSegments(segments);
        }

        public static URI uri(URIBuilder address) {
            try {
                return address.build();
            } catch (URISyntaxException e) {
                throw new IllegalStateException(address + " is no valid address", e);
            }
        }

        /**
         * Returns the response's JSON object.
         *
         * @throws RoboflowUnavailableException if the response is no JSON, because something other than Roboflow's
         *                                      server responded
         */
        public static ObjectNode json(ApiResponse answer, RoboflowHost host, String subject) {
            return answer.jsonObject().orElseThrow(() -> new RoboflowUnavailableException(
                    answer.unexpectedResponse(host, subject, "is not JSON", "apiUrl")));
        }

        /** Returns the exception for a rejection that looks like a success (HTTP 2xx). */
        public static RoboflowException rejection(ApiResponse answer, HostedSettings settings, String subject) {
            String reason = ErrorResponses.message(answer, settings.key());
            return new RoboflowException(settings.host() + " rejects " + subject
                    + (reason.isEmpty() ? " and gives no reason" : ": " + reason));
        }

        /** Returns whether the JSON reports a failure: {@code error}, or {@code success} that is not true. */
        public static boolean isFailure(JsonNode json) {
            return json.hasNonNull("error") || json.has("success") && !json.path("success").asBoolean();
        }
    }
}
