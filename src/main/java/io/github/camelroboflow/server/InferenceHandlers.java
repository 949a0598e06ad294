package io.github.camelroboflow.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.server.ImageBodyReader.Multipart;
import io.github.camelroboflow.server.RequestParameters.JsonBody;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;

/** Answers requests to run a model. */
final class InferenceHandlers {

    private static final List<String> IMAGE_TYPES = List.of("base64", "url");
    private static final String NUMPY = "NumPy image type is not supported in this configuration of `inference`.";
    private static final String UNKNOWN_TYPE = "Image declaration contains not recognised image type.";

    private final ModelService models;
    private final InferenceRunner runner;
    private final ImageFetcher fetcher;

    InferenceHandlers(ModelService models, InferenceRunner runner, ImageFetcher fetcher) {
        this.models = models;
        this.runner = runner;
        this.fetcher = fetcher;
    }

    /** Returns the handler of {@code GET|POST /{project}/{version}}: one image, in the body or by URL, and options in the query. */
    RequestRouter.Handler legacyInfer(RequestRouter.Key key) {
        return new RequestRouter.Handler() {

            @Override
            public RequestRouter.Key key() {
                return key;
            }

            @Override
            public void check(RequestHead request) {
                models.check(model(request));
            }

            @Override
            public CompletionStage<ServerResponse> handle(RequestHead request, byte[] body, LongConsumer memory) {
                return legacyInfer(request, body, memory);
            }
        };
    }

    private static ModelId model(RequestHead request) {
        return RequestRouter.model(request.path().substring(1));
    }

    private CompletionStage<ServerResponse> legacyInfer(RequestHead request, byte[] body, LongConsumer memory) {
        RequestParameters query = RequestParameters.ofQuery(request.query());
        InferenceOptions options = RequestedOptions.ofQuery(query);
        boolean counted = query.flag("countinference", true);
        query.check();
        if (!counted) {
            throw ResponseException.message(500, "Service misconfiguration.");
        }
        ModelDescription model = models.open(model(request));
        List<ImageSource> images = List.of(ImageSource.of("request-" + request.id(), image(request, body, memory)));
        return runner.run(request, model, images, options, memory, responses -> responses.get(0));
    }

    private byte[] image(RequestHead request, byte[] body, LongConsumer memory) {
        boolean form = request.header("content-type").filter(Multipart::matches).isPresent();
        if (request.parameter("image").isPresent() && !form) {
            return fetcher.forRequest(memory).fetch(request.parameter("image").get());
        }
        if (!form) {
            switch (request.parameter("image_type").orElse("base64")) {
                case "base64", "multipart" -> {
                }
                case "numpy" -> throw ResponseException.image(NUMPY);
                // types that exist only within a Python program, or would read files of this machine
                case "url", "file", "pil", "numpy_object" -> throw ResponseException.message(500, "Internal error.");
                default -> throw ResponseException.image(UNKNOWN_TYPE);
            }
        }
        return ImageBodyReader.read(request, body);
    }

    /**
     * Returns the handler of {@code POST /infer/{task}}: one image or a list of images, with model and options, as JSON. As on
     * Roboflow's server the model determines the task, whatever the path says.
     */
    RequestRouter.Handler infer() {
        return new RequestRouter.Handler() {

            @Override
            public RequestRouter.Key key() {
                return RequestRouter.Key.ALSO_IN_BODY;
            }

            @Override
            public int bytesPerByte() {
                // the parsed JSON is kept besides the body and the image
                return 4;
            }

            @Override
            public CompletionStage<ServerResponse> handle(RequestHead request, byte[] body, LongConsumer memory) {
                return infer(request, JsonBody.read(body), memory);
            }
        };
    }

    private CompletionStage<ServerResponse> infer(RequestHead request, ObjectNode json, LongConsumer memory) {
        RequestParameters parameters = RequestParameters.ofJson(json);
        JsonNode images = parameters.value("image");
        if (parameters.value("model_id") == null) {
            parameters.missing("model_id", JsonBody.echo(json));
        } else {
            models.check(model(json));
        }
        if (images == null) {
            parameters.missing("image", JsonBody.echo(json));
        } else if (!images.isArray()) {
            check(parameters, images);
        } else {
            images.forEach(image -> check(parameters, image));
        }
        InferenceOptions options = RequestedOptions.ofJson(parameters);
        parameters.check();
        ModelDescription model = models.open(model(json));
        ImageFetcher.Fetching fetching = fetcher.forRequest(memory);
        List<ImageSource> sources = new ArrayList<>();
        for (JsonNode image : images.isArray() ? images : ServerResponse.JSON.createArrayNode().add(images)) {
            sources.add(ImageSource.of("request-" + request.id() + "-" + sources.size(), read(image, fetching)));
        }
        if (sources.isEmpty()) {
            return ServerResponse.json(ServerResponse.JSON.createArrayNode()).completed();
        }
        return runner.run(request, model, sources, options, memory,
                responses -> images instanceof ArrayNode ? list(responses) : responses.get(0));
    }

    private static ModelId model(ObjectNode json) {
        return RequestRouter.model(json.get("model_id").asText());
    }

    private static void check(RequestParameters parameters, JsonNode image) {
        if (!image.path("type").isTextual()) {
            parameters.wrongImage();
        }
    }

    private static byte[] read(JsonNode image, ImageFetcher.Fetching fetching) {
        String type = image.get("type").asText();
        if (!IMAGE_TYPES.contains(type)) {
            // numpy, pil and similar types are Python objects; a file would be one of this machine
            throw ResponseException.image(type.equals("numpy") ? NUMPY : UNKNOWN_TYPE);
        }
        String value = image.path("value").asText("");
        if (type.equals("url")) {
            return fetching.fetch(value);
        }
        if (value.isEmpty()) {
            throw ResponseException.image("Empty image payload.");
        }
        return ImageBodyReader.base64(value.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static ServerResponse list(List<ServerResponse> responses) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ServerResponse response : responses) {
            all.write(all.size() == 0 ? '[' : ',');
            all.writeBytes(response.body());
        }
        all.write(']');
        return ServerResponse.json(200, all.toByteArray()).with("x-model-id", responses.get(0).headers().get("x-model-id"));
    }
}
