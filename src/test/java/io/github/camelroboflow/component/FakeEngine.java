package io.github.camelroboflow.component;

import io.github.camelroboflow.condition.Results;
import io.github.camelroboflow.inference.ImageSize;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceEngine;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;

/** An engine in memory: says what it was asked, and answers at once, as told, or not before it is released. */
final class FakeEngine implements InferenceEngine {

    /** What one call asked for. */
    record Call(ModelId model, List<ImageSource> images, InferenceOptions options) {

        List<String> names() {
            return images.stream().map(ImageSource::name).toList();
        }

        /** The images' bytes as text. */
        List<String> texts() {
            List<String> texts = new ArrayList<>();
            for (ImageSource image : images) {
                texts.add(text(image));
            }
            return texts;
        }
    }

    final List<Call> calls = new CopyOnWriteArrayList<>();
    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger modelsClosed = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    final List<CompletableFuture<List<Inference>>> held = new CopyOnWriteArrayList<>();

    private volatile Function<ImageSource, Inference> answer = image -> Results.detections("gear/0.9");
    private volatile Predicate<ModelId> holding = model -> false;
    private volatile RuntimeException unopenable;

    /** From now on. A {@link io.github.camelroboflow.inference.RoboflowException} that the function throws fails the batch. */
    FakeEngine answers(Function<ImageSource, Inference> function) {
        answer = function;
        return this;
    }

    FakeEngine answers(Inference inference) {
        return answers(image -> inference);
    }

    FakeEngine fails(RuntimeException error) {
        return answers(image -> {
            throw error;
        });
    }

    /** Calls from now on stay unanswered: they come to {@link #held}. */
    FakeEngine holds() {
        holding = model -> true;
        return this;
    }

    /** Calls of this model from now on stay unanswered. */
    FakeEngine holdsOnly(String model) {
        holding = new ModelId(model)::equals;
        return this;
    }

    /** Answers what is held, and all from now on. */
    void release() {
        holding = model -> false;
        held.forEach(future -> future.complete(List.of(Results.detections("gear/0.9"))));
    }

    FakeEngine cannotOpen(RuntimeException error) {
        unopenable = error;
        return this;
    }

    /** How many calls wait for their answer. */
    long inFlight() {
        return held.stream().filter(future -> !future.isDone()).count();
    }

    Call onlyCall() {
        if (calls.size() != 1) {
            throw new AssertionError("calls: " + calls);
        }
        return calls.get(0);
    }

    @Override
    public OpenModel open(ModelId model) {
        if (unopenable != null) {
            throw unopenable;
        }
        opened.incrementAndGet();
        return new OpenModel() {

            @Override
            public ModelDescription description() {
                return new ModelDescription(model, Task.OBJECT_DETECTION, List.of("bolt", "gear"), new ImageSize(640, 640), "beef",
                        Duration.ZERO);
            }

            @Override
            public void close() {
                modelsClosed.incrementAndGet();
            }
        };
    }

    @Override
    public CompletionStage<List<Inference>> infer(ModelId model, List<ImageSource> images, InferenceOptions options) {
        calls.add(new Call(model, images, options));
        if (holding.test(model)) {
            CompletableFuture<List<Inference>> future = new CompletableFuture<>();
            held.add(future);
            return future;
        }
        try {
            return CompletableFuture.completedFuture(images.stream().map(answer).toList());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public void close() {
        closed.incrementAndGet();
    }

    static String text(ImageSource image) {
        try {
            return new String(image.bytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
