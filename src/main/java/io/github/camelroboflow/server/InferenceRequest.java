package io.github.camelroboflow.server;

import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelDescription;
import java.util.List;

/**
 * What a client asks for.
 *
 * @param id      of the request, as in its answer's header {@code x-request-id}
 * @param model   the model, which is ready
 * @param images  one or more
 * @param options how to run them; a format with a drawing is for the server itself, which draws
 */
public record InferenceRequest(String id, ModelDescription model, List<ImageSource> images, InferenceOptions options) {

    public InferenceRequest {
        images = List.copyOf(images);
    }
}
