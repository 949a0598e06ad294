package io.github.camelroboflow.hosted;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Makes of an answer that is no success what it means to us, in words that say what to do. */
final class Refusals {

    /** The key, the quota, or the right to use the target: nothing changes until a person acts. */
    private static final Set<Integer> BLOCKING = Set.of(401, 402, 403, 423);
    private static final Set<Integer> TRANSIENT = Set.of(408, 429, 500, 502, 503, 504);

    private static final String BAD_IMAGE = "Could not load input image";
    private static final int LONGEST_MESSAGE = 500;
    private static final ObjectMapper MAPPER = new ObjectMapper(new JsonFactory());

    private Refusals() {
    }

    static boolean isBlocking(Answer answer) {
        return BLOCKING.contains(answer.status());
    }

    static boolean isTransient(Answer answer) {
        return TRANSIENT.contains(answer.status());
    }

    /** The exception that an answer stands for which is no success. */
    static RoboflowException exception(Answer answer, Call<?> call, HostedSettings settings) {
        String said = settings.key().hideIn(message(answer));
        String status = "HTTP " + answer.status() + (said.isEmpty() ? "" : ": " + said);
        int code = answer.status();
        if (TRANSIENT.contains(code)) {
            return new TransientFailureException(settings.host() + " could not answer for " + call.target() + " (" + status + ")", null,
                    answer.retryAfter().orElse(null));
        }
        if (code == 413 || code == 400 && said.contains(BAD_IMAGE)) {
            return new InvalidImageException(settings.host() + " can't take " + call.subject() + " (" + status + ")"
                    + (code == 413 ? ": " + call.whenTooLarge() : ""));
        }
        if (code == 400 && call.mayBeTheImage()) {
            return new RoboflowException(settings.host() + " can't process " + call.subject() + " (" + status + ")");
        }
        if (code >= 500) {
            return new RoboflowUnavailableException(settings.host() + " can't serve " + call.target() + " (" + status + ")");
        }
        // without the image's name: it is the same for every image
        return new RoboflowRejectedException(settings.host() + " refuses " + call.target() + " (" + status + "): "
                + advice(answer, settings, call.addressOption()), code);
    }

    private static String advice(Answer answer, HostedSettings settings, String addressOption) {
        return switch (answer.status()) {
            case 301, 302, 303, 307, 308 -> "it sends to " + server(answer.location()) + " instead, where the key is not sent without"
                    + " your word: set " + addressOption + " to that if it is right";
            case 400 -> "it can't be done as it is asked for";
            case 401 -> settings.key().isPresent()
                    ? "check apiKey" + (settings.keyInHeader() && !settings.host().isRoboflows() && addressOption.equals("apiUrl")
                            ? "; a server before 1.5.0 takes it with apiKeyTransport=query only" : "")
                    : "set apiKey";
            case 402 -> "the credits of the workspace are spent";
            case 403 -> "check that apiKey belongs to the workspace of the model and may use it, and that the model exists";
            case 404 -> "check the target, and that apiKey belongs to its workspace";
            case 405 -> "check " + addressOption + " and the target: project/version, or workspace/model";
            case 422 -> "it does not understand a parameter";
            case 423 -> "the use of the API is paused for this workspace";
            default -> "check " + addressOption + " and the target";
        };
    }

    /** Without the rest of the address, which may hold a key. */
    private static String server(String location) {
        try {
            URI target = URI.create(location);
            return target.getHost() == null ? "another path" : target.getScheme() + "://" + target.getAuthority();
        } catch (IllegalArgumentException e) {
            return "another address";
        }
    }

    /**
     * What the server says, on one line. Each layer of Roboflow's service names it differently: {@code message}, {@code Message},
     * {@code detail} with text or a list of {@code msg}, {@code error} as text or with a {@code message}, and a {@code hint} beside.
     */
    static String message(Answer answer) {
        JsonNode json;
        try {
            json = MAPPER.readTree(answer.body());
        } catch (IOException e) {
            return answer.contentType().startsWith("text/plain") ? oneLine(new String(answer.body(), StandardCharsets.UTF_8))
                    : "";
        }
        if (json == null) {
            return "";
        }
        String text = Stream.of("message", "Message", "error", "detail").map(json::path).map(Refusals::text)
                .filter(found -> !found.isEmpty()).findFirst().orElse("");
        text = text + blocks(json.path("blocks_errors"));
        String hint = text(json.path("hint").isMissingNode() ? json.path("error").path("hint") : json.path("hint"));
        return oneLine(hint.isEmpty() ? text : text + " " + hint);
    }

    /** What a workflow's blocks have to say of an error in it. */
    private static String blocks(JsonNode errors) {
        StringBuilder all = new StringBuilder();
        errors.forEach(error -> all.append("; block '").append(error.path("block_id").asText()).append("' (")
                .append(error.path("block_type").asText()).append(") ")
                .append(error.path("property_details").asText(error.path("message").asText(""))));
        return all.toString();
    }

    private static String text(JsonNode node) {
        if (node.isTextual()) {
            return node.asText();
        }
        if (node.isArray()) {
            List<String> parts = node.findValuesAsText("msg");
            String parameter = node.path(0).path("loc").path(1).asText("");
            return (parameter.isEmpty() ? "" : parameter + ": ") + String.join(", ", parts.stream().distinct().toList());
        }
        return node.path("message").asText("");
    }

    private static String oneLine(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() > LONGEST_MESSAGE ? line.substring(0, LONGEST_MESSAGE) + "…" : line;
    }
}
