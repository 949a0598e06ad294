package io.github.camelroboflow.hosted.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelroboflow.hosted.http.ApiCall.TransientFailureException;
import io.github.camelroboflow.hosted.http.ApiResponse.ResponseJson;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.support.Advice;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Turns error responses into exceptions whose messages say how to fix the error. */
public final class ErrorResponses {

    /** Statuses for the key, the quota, or the right to use the target. Nothing changes until a person acts. */
    private static final Set<Integer> BLOCKING = Set.of(401, 402, 403, 423);
    private static final Set<Integer> TRANSIENT = Set.of(408, 429, 500, 502, 503, 504);

    private static final String BAD_IMAGE = "Could not load input image";
    private static final String BAD_INPUT = "Error with model input";
    private static final Pattern KEY = Pattern.compile("api[ _-]?key", Pattern.CASE_INSENSITIVE);
    /** Messages about the image behind a URL that the server fetched or could not parse. */
    private static final Pattern BAD_URL_IMAGE = Pattern.compile("malformed|empty|not (an )?image|url is invalid",
            Pattern.CASE_INSENSITIVE);
    /** A message that servers give both for an unreachable URL and for a URL without an image. */
    private static final Pattern NOTHING_OR_NO_IMAGE = Pattern.compile("could not be decoded", Pattern.CASE_INSENSITIVE);
    private static final Pattern FORBIDDEN_URL = Pattern.compile("not supported|FQDN", Pattern.CASE_INSENSITIVE);
    private static final int MAX_MESSAGE_LENGTH = 500;

    private ErrorResponses() {
    }

    /** Returns whether every image would get the same response. Some servers report a missing key with HTTP 400. */
    static boolean isBlocking(ApiResponse answer) {
        return BLOCKING.contains(answer.status()) || answer.status() == 400 && isAboutTheKey(message(answer, ApiKey.NONE));
    }

    private static boolean isAboutTheKey(String message) {
        return !message.contains(BAD_IMAGE) && !message.contains(BAD_INPUT) && KEY.matcher(message).find();
    }

    public static boolean isTransient(ApiResponse answer) {
        return TRANSIENT.contains(answer.status());
    }

    /** Returns the exception for an error response. */
    static RoboflowException exception(ApiResponse answer, ApiCall<?> call, HostedSettings settings) {
        String reason = withoutUrls(message(answer, settings.key()), call);
        String status = "HTTP " + answer.status() + (reason.isEmpty() ? "" : ": " + reason);
        int code = answer.status();
        if (TRANSIENT.contains(code)) {
            return new TransientFailureException(settings.host() + " could not answer for " + call.target()
                    + " (" + status + ")", null, answer.retryAfter().orElse(null));
        }
        if (code == 413) {
            return new InvalidImageException(settings.host() + " can't accept " + subject(call, settings) + " (" + status + "): "
                    + call.tooLargeAdvice());
        }
        if (code == 400 && reason.contains(BAD_IMAGE)) {
            return call.images().stream().anyMatch(ImageSource.OfUrl.class::isInstance) ? badUrl(reason, status, call, settings)
                    : new InvalidImageException(settings.host() + " can't read " + subject(call, settings) + " (" + status + ")");
        }
        if (code == 400 && reason.contains(BAD_INPUT)) {
            return new RoboflowException(settings.host() + " can't process " + subject(call, settings) + " (" + status + ")");
        }
        if (code >= 500) {
            return new RoboflowUnavailableException(settings.host() + " can't serve " + call.target() + " (" + status + ")");
        }
        // the message leaves out the image's name, because it is the same for every image
        return new RoboflowRejectedException(settings.host() + " refuses " + call.target() + " (" + status + "): "
                + advice(answer, settings, call.addressOption()), code);
    }

    /**
     * Returns the exception for an image URL. The server fetches the image and reports every failure as an image that
     * can't be loaded.
     */
    private static RoboflowException badUrl(String reason, String status, ApiCall<?> call, HostedSettings settings) {
        if (FORBIDDEN_URL.matcher(reason).find()) {
            return new RoboflowRejectedException(settings.host() + " does not fetch such URLs for " + call.target() + " (" + status
                    + "): send the image itself with imageInput=file, or change the server's settings");
        }
        if (BAD_URL_IMAGE.matcher(reason).find()) {
            return new InvalidImageException(settings.host() + " can't read " + subject(call, settings) + " (" + status + ")");
        }
        if (NOTHING_OR_NO_IMAGE.matcher(reason).find()) {
            return new RoboflowException(settings.host() + " found no image at the URL of " + subject(call, settings) + " ("
                    + status + "): check that the URL is an image and that the server can reach it");
        }
        return new RoboflowUnavailableException(settings.host() + " can't fetch " + subject(call, settings) + " now ("
                + status + ")");
    }

    /**
     * Returns the call's subject without the key, because the image's name is the user's and may be an address with a
     * key.
     */
    private static String subject(ApiCall<?> call, HostedSettings settings) {
        return settings.key().redact(call.subject());
    }

    /** Removes the URLs of images, which may hold a signature. */
    private static String withoutUrls(String reason, ApiCall<?> call) {
        String hidden = reason;
        for (ImageSource image : call.images()) {
            if (image instanceof ImageSource.OfUrl url) {
                hidden = hidden.replace(url.url().toString(), "…");
            }
        }
        return hidden;
    }

    private static String advice(ApiResponse answer, HostedSettings settings, String addressOption) {
        return switch (answer.status()) {
            case 301, 302, 303, 307, 308 -> "it redirects to " + settings.key().redact(server(answer.location()))
                    + ", where the key is not sent: set " + addressOption + " to that address if it is right";
            case 400 -> isAboutTheKey(message(answer, ApiKey.NONE)) ? checkKey(settings, addressOption)
                    : "change the request as the server says";
            case 401 -> checkKey(settings, addressOption);
            case 402 -> "the workspace has no credits left";
            case 403 -> "check that apiKey belongs to the workspace of the model and may use it, and that the model exists";
            case 404 -> "check the target, and that apiKey belongs to its workspace";
            case 405 -> "check " + addressOption + " and the target: project/version, or workspace/model";
            case 422 -> "it does not accept a parameter";
            case 423 -> "the API is paused for this workspace";
            default -> "check " + addressOption + " and the target";
        };
    }

    private static String checkKey(HostedSettings settings, String addressOption) {
        if (!settings.key().isPresent()) {
            return "set " + Advice.modelOption("apiKey") + ", or the environment variable ROBOFLOW_API_KEY";
        }
        boolean mayBeOld = settings.keyInHeader() && !settings.host().isRoboflows() && addressOption.equals("apiUrl");
        return "check apiKey" + (mayBeOld ? "; a server before 1.5.0 needs apiKeyTransport=query" : "");
    }

    /** Returns the scheme, host and port of the address only, because the rest may hold a key. */
    private static String server(String location) {
        try {
            URI target = URI.create(location);
            return target.getHost() == null ? "another path"
                    : target.getScheme() + "://" + target.getHost() + (target.getPort() < 0 ? "" : ":" + target.getPort());
        } catch (IllegalArgumentException e) {
            return "another address";
        }
    }

    /**
     * Returns the server's message on one line and without the key. Each layer of Roboflow's service names it
     * differently: {@code message}, {@code Message}, {@code detail} with text or a list of {@code msg}, {@code error}
     * as text or with a {@code message}, and a {@code hint} beside.
     */
    static String message(ApiResponse answer, ApiKey key) {
        JsonNode json;
        try {
            json = ResponseJson.MAPPER.readTree(answer.body());
        } catch (IOException e) {
            return answer.contentType().startsWith("text/plain") ? oneLine(new String(answer.body(), StandardCharsets.UTF_8), key)
                    : "";
        }
        if (json == null) {
            return "";
        }
        String text = Stream.of("message", "Message", "error", "detail").map(json::path).map(ErrorResponses::text)
                .filter(found -> !found.isEmpty()).findFirst().orElse("");
        text = text + blocks(json.path("blocks_errors"));
        String hint = text(json.path("hint").isMissingNode() ? json.path("error").path("hint") : json.path("hint"));
        return oneLine(hint.isEmpty() ? text : text + " " + hint, key);
    }

    /** Returns the messages of a workflow's blocks about an error in it. */
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

    /**
     * Makes the text one short line. Removes the key before the text is cut, because half a key would not be
     * recognized.
     */
    static String oneLine(String text, ApiKey key) {
        String line = MessageText.printable(key.redact(text).replaceAll("[\\p{Cntrl}\\s]+", " ").strip());
        return line.length() > MAX_MESSAGE_LENGTH ? line.substring(0, MAX_MESSAGE_LENGTH) + "…" : line;
    }
}
