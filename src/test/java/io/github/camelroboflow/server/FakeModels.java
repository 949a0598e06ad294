package io.github.camelroboflow.server;

import io.github.camelroboflow.condition.Results;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.RoboflowRejectedException.UnknownModelException;
import io.github.camelroboflow.inference.Task;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Models that are always ready. They answer at once, or when they are released. */
final class FakeModels implements ModelService {

    final List<CompletableFuture<List<Answer>>> held = new CopyOnWriteArrayList<>();
    final CountDownLatch slowModelMayOpen = new CountDownLatch(1);
    private final Consumer<byte[]> images;
    private volatile Set<String> projects = Set.of();
    private volatile List<ModelId> ready = List.of();
    private volatile boolean holding;
    private volatile Error failure;
    private volatile Inference result = Results.detections("gear/0.9");

    FakeModels() {
        this(image -> {
        });
    }

    /** @param images gets every image that is run */
    FakeModels(Consumer<byte[]> images) {
        this.images = images;
    }

    /** Sets the models in the list of open models. */
    void ready(String... models) {
        ready = Stream.of(models).map(ModelId::new).toList();
    }

    /** Sets the error that the list of open models throws; {@code null} for none. */
    void failsWith(Error error) {
        failure = error;
    }

    /** Sets the only projects that have models. */
    FakeModels only(String... names) {
        projects = Set.of(names);
        return this;
    }

    FakeModels holds() {
        holding = true;
        return this;
    }

    FakeModels answers(Inference inference) {
        result = inference;
        return this;
    }

    void release() {
        holding = false;
        held.forEach(answer -> answer.complete(answers()));
    }

    private List<Answer> answers() {
        return List.of(new Answer.Result(result));
    }

    @Override
    public void check(ModelId model) {
        if (!projects.isEmpty() && !projects.contains(model.project())) {
            throw new UnknownModelException("no " + model);
        }
    }

    @Override
    public ModelDescription open(ModelId model) {
        check(model);
        if (model.value().equals("slow/1")) {
            try {
                slowModelMayOpen.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        return new ModelDescription(model, Task.OBJECT_DETECTION, List.of("gear"), new ImageSize(640, 640), "", Duration.ZERO);
    }

    @Override
    public List<ModelId> offered() {
        return List.of(new ModelId("parts/1"), new ModelId("single"));
    }

    @Override
    public List<ModelDescription> opened() {
        if (failure != null) {
            throw failure;
        }
        return ready.stream().map(this::open).toList();
    }

    @Override
    public void close(ModelId model) {
        // the models stay ready
    }

    @Override
    public CompletionStage<List<Answer>> infer(InferenceRequest request) {
        for (ImageSource image : request.images()) {
            try {
                images.accept(image.bytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        if (!holding) {
            return CompletableFuture.completedFuture(answers());
        }
        CompletableFuture<List<Answer>> answer = new CompletableFuture<>();
        held.add(answer);
        return answer;
    }
}
