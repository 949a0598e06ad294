package io.github.camelroboflow.server;

import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.RoboflowRejectedException.UnknownModelException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/** Runs the models that a server's clients ask for. Called by many threads, never by an I/O thread. */
public interface ModelService {

    /**
     * Checks that clients may use a model, without making it ready.
     *
     * @throws UnknownModelException if there is no such model for clients
     */
    void check(ModelId model);

    /**
     * Makes a model ready, if clients may use it. May take as long as it takes to load. The description has the id by which the
     * service knows the model, which may be another of its {@link ModelId#synonyms}.
     *
     * @throws UnknownModelException if there is no such model for clients
     * @throws io.github.camelroboflow.inference.RoboflowException if the model exists but can't be used
     */
    ModelDescription open(ModelId model);

    /** Returns the models that clients may use, as far as they are known by name. They need not be ready. May block. */
    List<ModelId> offered();

    /** Returns the models that are ready. */
    List<ModelDescription> opened();

    /** Releases a model that is ready; does nothing for other models. */
    void close(ModelId model);

    /**
     * Runs a model. The stage completes with one answer for each image, in order, or exceptionally, best with a
     * {@link io.github.camelroboflow.inference.RoboflowException}. Its future is cancelled when the client disconnects; the request
     * counts as one in progress until the stage completes, which may be later.
     */
    CompletionStage<List<Answer>> infer(InferenceRequest request);

    /**
     * A client's request to run a model.
     *
     * @param id      id of the request, as in the header {@code x-request-id} of its response
     * @param model   the model, which is ready
     * @param images  one or more
     * @param options how to run the model; the server itself makes the visualization that a format may require
     */
    record InferenceRequest(String id, ModelDescription model, List<ImageSource> images, InferenceOptions options) {

        public InferenceRequest {
            images = List.copyOf(images);
        }
    }

    /** The answer for one image. */
    sealed interface Answer {

        /** A result; sent as JSON, or drawn on the image if the request asks for that. */
        record Result(Inference inference) implements Answer {

            public Result {
                Objects.requireNonNull(inference, "inference");
            }
        }

        /** A picture; sent as it is, whatever the request asks for. The array is not copied, so it must not be changed. */
        record Picture(byte[] jpeg) implements Answer {

            public Picture {
                Objects.requireNonNull(jpeg, "jpeg");
            }
        }
    }
}
