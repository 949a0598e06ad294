package io.github.camelroboflow.hosted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.net.URI;
import java.net.URISyntaxException;
import org.apache.hc.core5.net.URIBuilder;

/** What calls that are no inference by a model have in common: addresses, and answers in JSON. */
final class PlatformCalls {

    /** Bytes; more than names and addresses take. */
    static final int LONGEST_ANSWER = 4 << 20;

    private PlatformCalls() {
    }

    /** Below the server's base, each segment encoded. */
    static URIBuilder address(RoboflowHost host, String... segments) {
        return new URIBuilder(host.base()).appendPathSegments(segments);
    }

    static URI uri(URIBuilder address) {
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
    static ObjectNode json(Answer answer, RoboflowHost host, String subject) {
        return answer.object().orElseThrow(() -> new RoboflowUnavailableException(
                answer.notUnderstood(host, subject, "is no JSON", "apiUrl")));
    }

    /** The server says no in an answer that looks like a success. */
    static RoboflowException refused(Answer answer, HostedSettings settings, String subject) {
        String said = Refusals.message(answer, settings.key());
        return new RoboflowException(settings.host() + " does not take " + subject
                + (said.isEmpty() ? ", and does not say why" : ": " + said));
    }

    /** Whether the JSON tells of a failure: {@code error}, or {@code success} that is not true. */
    static boolean isFailure(JsonNode json) {
        return json.hasNonNull("error") || json.has("success") && !json.path("success").asBoolean();
    }
}
