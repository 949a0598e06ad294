package io.github.camelroboflow.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelId;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import java.util.stream.StreamSupport;

/**
 * {@code POST /infer/{task}}: one image or a list of them, with the model and the options, as JSON. As on Roboflow's server the
 * model says what it does, whatever the path says.
 */
final class InferRoute implements Route {

    private static final List<String> IMAGE_TYPES = List.of("base64", "url");

    private final Inferring inferring;
    private final RemoteImages remoteImages;

    InferRoute(Inferring inferring, RemoteImages remoteImages) {
        this.inferring = inferring;
        this.remoteImages = remoteImages;
    }

    @Override
    public Key key() {
        return Key.ALSO_IN_BODY;
    }

    @Override
    public int bytesPerByte() {
        // JSON's texts stand between the body and the image
        return 4;
    }

    @Override
    public CompletionStage<Reply> answer(Call call, byte[] body, LongConsumer room) {
        ObjectNode json = JsonBody.read(body);
        Parameters parameters = Parameters.ofJson(json);
        JsonNode images = parameters.value("image");
        if (parameters.value("model_id") == null) {
            parameters.missing("model_id", JsonBody.echo(json));
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
        ModelId model = Routes.model(json.get("model_id").asText());
        RemoteImages.Fetching remote = remoteImages.forRequest(room);
        List<ImageSource> sources = new ArrayList<>();
        for (JsonNode image : images.isArray() ? images : Reply.JSON.createArrayNode().add(images)) {
            sources.add(ImageSource.of("request-" + call.id() + "-" + sources.size(), read(image, remote)));
        }
        if (sources.isEmpty()) {
            return Dispatcher.now(Reply.json(Reply.JSON.createArrayNode()));
        }
        return Stages.map(inferring.answer(call, model, sources, options, room),
                replies -> images.isArray() ? list(replies) : replies.get(0), Runnable::run);
    }

    private static void check(Parameters parameters, JsonNode image) {
        if (!image.path("type").isTextual()) {
            parameters.wrongImage();
        }
    }

    private static byte[] read(JsonNode image, RemoteImages.Fetching remote) {
        String type = image.get("type").asText();
        if (!IMAGE_TYPES.contains(type)) {
            // numpy, pil and the like are Python's own; a file would be one of this machine's
            throw type.equals("numpy") ? Refusal.image("NumPy image type is not supported in this configuration of `inference`.")
                    : Refusal.image("Image declaration contains not recognised image type.");
        }
        String value = image.path("value").asText("");
        if (type.equals("url")) {
            return remote.fetch(value);
        }
        if (value.isEmpty()) {
            throw Refusal.image("Empty image payload.");
        }
        return BodyImage.base64(value.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static Reply list(List<Reply> replies) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Reply reply : replies) {
            all.write(all.size() == 0 ? '[' : ',');
            all.writeBytes(reply.body());
        }
        all.write(']');
        Reply list = Reply.json(200, all.toByteArray());
        return list.with("x-model-id", replies.get(0).headers().get("x-model-id"));
    }

    /** The texts of a list, or of a single one. */
    static List<String> texts(JsonNode json) {
        return json == null ? List.of() : json instanceof ArrayNode ? StreamSupport.stream(json.spliterator(), false)
                .map(JsonNode::asText).toList() : List.of(json.asText());
    }
}
