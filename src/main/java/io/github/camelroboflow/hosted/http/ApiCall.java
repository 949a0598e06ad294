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

/** One thing to ask a server, perhaps several times. */
public interface ApiCall<T> {

    /** What the request is about, for messages: {@code image 'a.jpg' for my-project/3}. */
    String subject();

    /** What a refusal is about: a model, a workflow, a project. */
    String target();

    /**
     * A new request, without the key.
     *
     * @throws io.github.camelroboflow.inference.InvalidImageException if the image can't be sent
     */
    HttpUriRequestBase request() throws IOException;

    /** The images that go with it. */
    default List<ImageSource> images() {
        return List.of();
    }

    /** Whether the key goes with it. */
    default boolean sendsKey() {
        return true;
    }

    /**
     * Takes an answer in. May be called again, after a try that failed.
     *
     * @throws IOException if the connection breaks
     */
    default ApiResponse receive(ClassicHttpResponse response) throws IOException {
        return ApiResponse.read(response, maxResponseSize());
    }

    /** The most bytes that an answer may have. */
    default int maxResponseSize() {
        return ApiResponse.MAX_BODY;
    }

    /** Whether the answer is one that {@link #read} understands; any other is a refusal. */
    default boolean accepts(ApiResponse answer) {
        return answer.isSuccess();
    }

    /** The option that holds the server's address, for advice. */
    default String addressOption() {
        return "apiUrl";
    }

    /** The option that holds how long the call may take, for messages. */
    default String timeoutOption() {
        return "requestTimeout";
    }

    /** What to do when the image is too large for the server. */
    default String tooLargeAdvice() {
        return "send smaller images";
    }

    /**
     * What an accepted answer says.
     *
     * @throws io.github.camelroboflow.inference.RoboflowException if it says nothing of use
     */
    T read(ApiResponse answer);

    /** A try failed in a way that may pass. */
    final class TransientFailureException extends RoboflowUnavailableException {

        /** @param retryAfter how long the server asked to wait, or {@code null} if it did not say */
        public TransientFailureException(String message, Throwable cause, Duration retryAfter) {
            super(message, cause, retryAfter);
        }
    }

    /** What calls that are no inference by a model have in common: addresses, and answers in JSON. */
    final class PlatformCalls {

        /** Bytes; more than names and addresses take. */
        public static final int MAX_RESPONSE_SIZE = 4 << 20;

        private PlatformCalls() {
        }

        /** Below the server's base, each segment encoded. */
        public static URIBuilder address(RoboflowHost host, String... segments) {
            return new URIBuilder(host.base()).appendPathSegments(segments);
        }

        public static URI uri(URIBuilder address) {
            try {
                return address.build();
            } catch (URISyntaxException e) {
                throw new IllegalStateException(address + " makes no address", e);
            }
        }

        /**
         * The answer's JSON object.
         *
         * @throws RoboflowUnavailableException if it has none: something else than Roboflow's server answers at that address
         */
        public static ObjectNode json(ApiResponse answer, RoboflowHost host, String subject) {
            return answer.jsonObject().orElseThrow(() -> new RoboflowUnavailableException(
                    answer.unexpectedResponse(host, subject, "is no JSON", "apiUrl")));
        }

        /** The server says no in an answer that looks like a success. */
        public static RoboflowException rejection(ApiResponse answer, HostedSettings settings, String subject) {
            String said = ErrorResponses.message(answer, settings.key());
            return new RoboflowException(settings.host() + " does not take " + subject
                    + (said.isEmpty() ? ", and does not say why" : ": " + said));
        }

        /** Whether the JSON tells of a failure: {@code error}, or {@code success} that is not true. */
        public static boolean isFailure(JsonNode json) {
            return json.hasNonNull("error") || json.has("success") && !json.path("success").asBoolean();
        }
    }
}
