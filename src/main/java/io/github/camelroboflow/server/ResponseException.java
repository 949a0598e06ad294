package io.github.camelroboflow.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.time.Duration;

/** Ends the work on a request with a response, usually an error. */
final class ResponseException extends RuntimeException {

    private static final String IMAGE = "Could not load input image. Cause: ";

    private final transient ServerResponse response;

    ResponseException(ServerResponse response) {
        super("HTTP " + response.status(), null, false, false);
        this.response = response;
    }

    ServerResponse response() {
        return response;
    }

    static ResponseException message(int status, String message) {
        return new ResponseException(ServerResponse.message(status, message));
    }

    /** Makes the error of invalid parameters. */
    static ResponseException unprocessable(ArrayNode errors) {
        return new ResponseException(ServerResponse.json(422, ServerResponse.JSON.createObjectNode().set("detail", errors)));
    }

    static ResponseException image(String cause) {
        return message(400, IMAGE + cause);
    }

    static ResponseException malformedImage() {
        return image("Malformed base64 input image.");
    }

    static ResponseException methodNotAllowed() {
        return new ResponseException(ServerResponse.detail(405, "Method Not Allowed"));
    }

    static ResponseException notFound() {
        return new ResponseException(ServerResponse.detail(404, "Not Found"));
    }

    static ResponseException unknownModel() {
        return message(404, "Requested Roboflow resource not found. Make sure that workspace, project or"
                + " model you referred in request exists.");
    }

    static ResponseException workflow() {
        return message(501, "This server runs no workflows: Roboflow's servers do (runtime=hosted), so send the request to"
                + " https://serverless.roboflow.com, or from a Camel route to roboflow-workflow:workspace/id.");
    }

    static ResponseException unauthorized() {
        return message(401, "Unauthorized access to roboflow API - check API key and make sure the key is"
                + " valid for workspace you use. Visit https://docs.roboflow.com/api-reference/authentication#retrieve-an-api-key"
                + " to learn how to retrieve one.");
    }

    static ResponseException foreign() {
        return message(403, "This server has no keys, so it answers only programs and pages of its own"
                + " machine, as localhost. To use it from elsewhere, set a key on the server and send it.");
    }

    static ResponseException tooLarge(long limit) {
        return message(413, "The request is larger than the " + limit + " bytes that this server accepts. Send a"
                + " smaller image.");
    }

    static ResponseException tooMuchJson() {
        return message(413, "The JSON has more values, or is nested deeper, than this server accepts."
                + " Send fewer images at a time.");
    }

    static ResponseException busy() {
        return new ResponseException(ServerResponse.message(503, "The server is busy - retry request.")
                .retryAfter(Duration.ofSeconds(1)));
    }

    static ResponseException tooManyRequests(Duration pause) {
        return new ResponseException(ServerResponse.message(429, "Too many requests for this API key - retry request later.")
                .retryAfter(pause));
    }
}
