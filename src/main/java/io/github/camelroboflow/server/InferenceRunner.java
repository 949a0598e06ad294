package io.github.camelroboflow.server;

import static io.github.camelroboflow.inference.InferenceOption.DISABLE_PREPROC_AUTO_ORIENT;
import static io.github.camelroboflow.inference.InferenceOption.FORMAT;
import static io.github.camelroboflow.inference.InferenceOption.LABELS;
import static io.github.camelroboflow.inference.InferenceOption.MAX_PIXELS;
import static io.github.camelroboflow.inference.InferenceOption.STROKE;

import io.github.camelroboflow.annotate.Annotator.AnnotationStyle;
import io.github.camelroboflow.annotate.Annotator;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.InferenceOptions.ResultFormat;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.server.ModelService.Answer;
import io.github.camelroboflow.server.ModelService.InferenceRequest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongConsumer;

/** Runs a model on the images of a request, and makes responses of its answers. */
final class InferenceRunner {

    /** Size of a decoded pixel. */
    private static final long BYTES_PER_PIXEL = 3;

    private final ModelService models;
    private final Executor threads;

    InferenceRunner(ModelService models, Executor threads) {
        this.models = models;
        this.threads = threads;
    }

    /**
     * Runs a model that is ready. Cancelling the returned future cancels the inference.
     *
     * @param memory  reserves memory for visualizations before they are made; may refuse it
     * @param combine combines the responses for each image into one response
     */
    CompletableFuture<ServerResponse> run(RequestHead head, ModelDescription model, List<ImageSource> images,
                                          InferenceOptions options, LongConsumer memory,
                                          Function<List<ServerResponse>, ServerResponse> combine) {
        InferenceRequest request = new InferenceRequest(head.id(), model, images, options);
        // drawing and writing take time, and must not take the threads of the engine
        return map(models.infer(request), answers -> combine.apply(responses(request, answers, memory)), threads);
    }

    /**
     * Applies a function to the value of a stage, on that executor. Cancelling the result cancels the stage, which Java's own
     * futures do not do. The result completes only when the stage does, so nothing runs any more once it is complete.
     */
    private static <T, R> CompletableFuture<R> map(CompletionStage<T> stage, Function<T, R> function, Executor executor) {
        CompletableFuture<T> source = stage.toCompletableFuture();
        CompletableFuture<R> mapped = new CompletableFuture<>() {

            @Override
            public boolean cancel(boolean mayInterruptIfRunning) {
                return source.cancel(mayInterruptIfRunning);
            }
        };
        source.thenApplyAsync(function, executor).whenComplete((value, failure) -> {
            if (failure == null) {
                mapped.complete(value);
            } else {
                mapped.completeExceptionally(failure);
            }
        });
        return mapped;
    }

    private static List<ServerResponse> responses(InferenceRequest request, List<Answer> answers, LongConsumer memory) {
        if (answers.size() != request.images().size()) {
            throw new IllegalStateException(answers.size() + " answers for " + request.images().size() + " images");
        }
        if (request.options().get(FORMAT) != ResultFormat.JSON) {
            // images are decoded one after the other
            memory.accept(answers.stream().mapToLong(answer -> pixels(request, answer)).max().orElse(0) * BYTES_PER_PIXEL);
        }
        List<ServerResponse> responses = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            responses.add(response(request, request.images().get(i), answers.get(i))
                    .with("x-model-id", request.model().id().canonical().value()));
        }
        return responses;
    }

    /** Returns the number of pixels that are decoded to be drawn on. */
    private static long pixels(InferenceRequest request, Answer answer) {
        if (!(answer instanceof Answer.Result result) || !result.inference().info().visualization().isEmpty()) {
            return 0;
        }
        ImageSize size = result.inference().info().image();
        if (size.area() > request.options().get(MAX_PIXELS)) {
            // another server may have run the model, but the image is decoded here
            throw new InvalidImageException("An image has " + size + " pixels, which are too many to draw on");
        }
        return size.area();
    }

    private static ServerResponse response(InferenceRequest request, ImageSource image, Answer answer) {
        if (answer instanceof Answer.Picture picture) {
            return ServerResponse.jpeg(picture.jpeg());
        }
        Inference inference = ((Answer.Result) answer).inference();
        ResultFormat format = request.options().get(FORMAT);
        if (format == ResultFormat.JSON) {
            return ServerResponse.json(200, InferenceJson.bytes(inference));
        }
        byte[] drawing = drawing(request, image, inference);
        return format == ResultFormat.IMAGE ? ServerResponse.jpeg(drawing) : ServerResponse.json(200,
                InferenceJson.bytes(inference.withVisualization(Base64.getEncoder().encodeToString(drawing))));
    }

    private static byte[] drawing(InferenceRequest request, ImageSource image, Inference inference) {
        String made = inference.info().visualization();
        return made.isEmpty() ? Annotator.draw(image, inference, new AnnotationStyle(request.model().appearance(),
                request.options().get(LABELS), request.options().get(STROKE), !request.options().get(DISABLE_PREPROC_AUTO_ORIENT)))
                : Base64.getDecoder().decode(made);
    }
}
