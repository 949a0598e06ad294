package io.github.camelroboflow.server;

import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelId;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;

/** {@code GET|POST /{project}/{version}}: one image, in the body or by its URL, with its options in the query. */
final class LegacyRoute implements Route {

    private final Inferring inferring;
    private final RemoteImages remoteImages;

    LegacyRoute(Inferring inferring, RemoteImages remoteImages) {
        this.inferring = inferring;
        this.remoteImages = remoteImages;
    }

    @Override
    public CompletionStage<Reply> answer(Call call, byte[] body, LongConsumer room) {
        Parameters query = Parameters.ofQuery(call.query());
        InferenceOptions options = RequestedOptions.ofQuery(query);
        boolean counted = query.flag("countinference", true);
        query.check();
        if (!counted) {
            throw new Refusal(Reply.message(500, "Service misconfiguration."));
        }
        ModelId model = Routes.model(call.path().substring(1));
        byte[] image = image(call, body, room);
        List<ImageSource> images = List.of(ImageSource.of("request-" + call.id(), image));
        return Stages.map(inferring.answer(call, model, images, options, room), replies -> replies.get(0), Runnable::run);
    }

    private byte[] image(Call call, byte[] body, LongConsumer room) {
        boolean form = call.header("content-type").filter(Multipart::is).isPresent();
        if (call.parameter("image").isPresent() && !form) {
            return remoteImages.forRequest(room).fetch(call.parameter("image").get());
        }
        if (!form) {
            switch (call.parameter("image_type").orElse("base64")) {
                case "base64", "multipart" -> {
                }
                case "numpy" -> throw Refusal.image("NumPy image type is not supported in this configuration of `inference`.");
                // what only makes sense within a program, or would read this machine's files
                case "url", "file", "pil", "numpy_object" -> throw new Refusal(Reply.message(500, "Internal error."));
                default -> throw Refusal.image("Image declaration contains not recognised image type.");
            }
        }
        return BodyImage.read(call, body);
    }
}
