package io.github.camelroboflow.server;

import io.github.camelroboflow.annotate.AnnotationStyle;
import io.github.camelroboflow.annotate.Annotator;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InferenceOptions.ResultFormat;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;

/** Has images run, and makes replies of the answers. */
final class Inferring {

    /** A decoded image has so many. */
    private static final long BYTES_PER_PIXEL = 3;

    private final ModelService models;
    private final Executor threads;

    Inferring(ModelService models, Executor threads) {
        this.models = models;
        this.threads = threads;
    }

    /**
     * One reply for each image. Cancelling the stage's future gives the work up.
     *
     * @param room told of the bytes that drawings take, before they do; may refuse them
     */
    CompletableFuture<List<Reply>> answer(Call call, ModelId model, List<ImageSource> images, InferenceOptions options,
                                          LongConsumer room) {
        ModelDescription description = models.open(model);
        InferenceRequest request = new InferenceRequest(call.id(), description, images, options);
        // drawing and writing take their time, which is not the engine's
        return Stages.map(models.infer(request), answers -> replies(request, answers, room), threads);
    }

    private static List<Reply> replies(InferenceRequest request, List<Answer> answers, LongConsumer room) {
        if (answers.size() != request.images().size()) {
            throw new IllegalStateException(answers.size() + " answers for " + request.images().size() + " images");
        }
        if (request.options().format() != ResultFormat.JSON) {
            // one after the other
            room.accept(answers.stream().mapToLong(answer -> pixels(request, answer)).max().orElse(0) * BYTES_PER_PIXEL);
        }
        List<Reply> replies = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            replies.add(reply(request, request.images().get(i), answers.get(i)).with("x-model-id", request.model().id().value()));
        }
        return replies;
    }

    /** Those that are decoded to be drawn on. */
    private static long pixels(InferenceRequest request, Answer answer) {
        if (!(answer instanceof Answer.Result result) || !result.inference().info().visualization().isEmpty()) {
            return 0;
        }
        ImageSize size = result.inference().info().image();
        if (size.area() > request.options().maxPixels()) {
            // another server may have run it, but here it is decoded
            throw new InvalidImageException("An image has " + size + " pixels, which are too many to draw on");
        }
        return size.area();
    }

    private static Reply reply(InferenceRequest request, ImageSource image, Answer answer) {
        if (answer instanceof Answer.Picture picture) {
            return Reply.jpeg(picture.jpeg());
        }
        Inference inference = ((Answer.Result) answer).inference();
        ResultFormat format = request.options().format();
        if (format == ResultFormat.JSON) {
            return Reply.json(200, InferenceJson.bytes(inference));
        }
        byte[] drawing = drawing(request, image, inference);
        return format == ResultFormat.IMAGE ? Reply.jpeg(drawing)
                : Reply.json(200, InferenceJson.bytes(inference.withVisualization(Base64.getEncoder().encodeToString(drawing))));
    }

    private static byte[] drawing(InferenceRequest request, ImageSource image, Inference inference) {
        String made = inference.info().visualization();
        return made.isEmpty() ? Annotator.draw(image, inference, new AnnotationStyle(request.model().colors(),
                request.options().labels(), request.options().stroke(), !request.options().disablePreprocAutoOrient()))
                : Base64.getDecoder().decode(made);
    }
}
