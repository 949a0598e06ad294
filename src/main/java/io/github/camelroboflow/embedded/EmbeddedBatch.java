package io.github.camelroboflow.embedded;

import static io.github.camelroboflow.inference.InferenceOption.REQUEST_TIMEOUT;

import io.github.camelroboflow.embedded.LoadedModels.InferenceModel;
import io.github.camelroboflow.embedded.session.CancellationToken;
import io.github.camelroboflow.embedded.session.InferencePool;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.support.OutOfMemory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * The images of one call, each a task of its own. Ends with the last image, the first failure, the deadline, or when it is
 * cancelled; tasks that have not begun by then never do, and the net of those that have is stopped. Uses the model until then,
 * and from its start on: tasks begin when it is loaded.
 */
final class EmbeddedBatch {

    private final ModelId model;
    private final List<ImageSource> images;
    private final InferenceOptions options;
    private final Supplier<LoadedModels.Hold> use;
    private final Inference[] results;
    private final CompletableFuture<List<Inference>> future = new CompletableFuture<>();
    private final CancellationToken stop = new CancellationToken();
    private final CompletableFuture<Void> finished = new CompletableFuture<>();
    private volatile LoadedModels.Hold hold;
    private RoboflowException failure;
    private int begun;
    private int running;
    /** By the index of each image that runs: when that began, by {@link System#nanoTime()}. */
    private final Map<Integer, Long> runs = new TreeMap<>();

    EmbeddedBatch(ModelId model, List<ImageSource> images, InferenceOptions options, Supplier<LoadedModels.Hold> use) {
        this.model = model;
        this.images = List.copyOf(images);
        this.options = options;
        this.use = use;
        this.results = new Inference[images.size()];
    }

    /** The answer. Whoever completes it ends the batch. */
    CompletableFuture<List<Inference>> future() {
        return future;
    }

    /** Completes when there is an answer and nothing runs any more. */
    CompletableFuture<Void> finished() {
        return finished;
    }

    void start() {
        try {
            Future<?> deadline = InferencePool.schedule(options.get(REQUEST_TIMEOUT), this::timeOut);
            future.whenComplete((result, error) -> {
                stop.cancel();
                deadline.cancel(false);
                finishIfIdle();
            });
            if (images.isEmpty()) {
                future.complete(List.of());
                return;
            }
            hold = use.get();
            hold.model().whenComplete((loaded, error) -> {
                if (error != null) {
                    future.completeExceptionally(toException(images.get(0).name(), error));
                } else {
                    runAll(loaded);
                }
            });
            finishIfIdle();
        } catch (RuntimeException | Error e) {
            future.completeExceptionally(toException(images.get(0).name(), e));
        }
    }

    private void runAll(InferenceModel loaded) {
        try {
            for (int i = 0; i < images.size(); i++) {
                int index = i;
                InferencePool.execute(() -> run(loaded, index));
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            future.completeExceptionally(toException(images.get(0).name(), e));
        }
    }

    private void run(InferenceModel loaded, int index) {
        if (!begin(index)) {
            return;
        }
        Throwable error = null;
        try {
            results[index] = OutOfMemory.retryAlone(() -> loaded.infer(images.get(index), options, stop));
        } catch (Throwable e) {
            error = e;
        }
        end(index, error);
    }

    private synchronized boolean begin(int index) {
        if (future.isDone()) {
            return false;
        }
        runs.put(index, System.nanoTime());
        begun++;
        running++;
        return true;
    }

    private void end(int index, Throwable error) {
        RoboflowException failed;
        boolean last;
        synchronized (this) {
            runs.remove(index);
            if (error != null && failure == null) {
                failure = toException(images.get(index).name(), error);
            }
            failed = failure;
            last = --running == 0 && begun == images.size();
            notifyAll();
        }
        if (last) {
            release();
        }
        if (failed != null) {
            future.completeExceptionally(failed);
        } else if (last) {
            future.complete(Arrays.asList(results));
        }
        finishIfIdle();
    }

    private void finishIfIdle() {
        synchronized (this) {
            if (!future.isDone() || running > 0) {
                return;
            }
        }
        release();
        finished.complete(null);
    }

    private void release() {
        if (hold != null) {
            hold.close();
        }
    }

    private RoboflowException toException(String image, Throwable error) {
        if (error instanceof RoboflowException e) {
            return e;
        }
        if (error instanceof OutOfMemoryError e) {
            return OutOfMemory.failure("run image '" + image + "' through model '" + model + "'", e);
        }
        return new RoboflowException("Model '" + model + "' failed on image '" + image + "': " + error, error);
    }

    /** An image that has run for most of its time, where others take none of it, is itself what takes so long. */
    private Optional<RoboflowException> endlessRun() {
        long limit = options.get(REQUEST_TIMEOUT).toNanos();
        CompletableFuture<InferenceModel> loaded = hold == null ? new CompletableFuture<>() : hold.model();
        if (!loaded.isDone() || loaded.isCompletedExceptionally() || loaded.join().warmUpTime().toNanos() > limit / 4) {
            return Optional.empty();
        }
        long now = System.nanoTime();
        synchronized (this) {
            return runs.entrySet().stream().filter(run -> now - run.getValue() > limit / 2).findFirst()
                    .map(run -> new RoboflowException("Image '" + images.get(run.getKey()).name() + "' was run through model '"
                            + model + "' for " + (now - run.getValue()) / 1_000_000 + " ms without an end, and that was stopped, as"
                            + " requestTimeout=" + options.get(REQUEST_TIMEOUT).toMillis() + " ms was over: raise that if the image"
                            + " is large or in many tiles; else the net may hold a loop that does not end for such an image"));
        }
    }

    private void timeOut() {
        Optional<RoboflowException> endless = endlessRun();
        if (endless.isPresent()) {
            future.completeExceptionally(endless.get());
            return;
        }
        String what = images.size() == 1 ? "Image '" + images.get(0).name() + "'" : "A batch of " + images.size() + " images";
        future.completeExceptionally(new RoboflowUnavailableException(what + " did not get through model '" + model
                + "' within requestTimeout=" + options.get(REQUEST_TIMEOUT).toMillis()
                + " ms: raise that, or send fewer images at a time"));
    }

    /** Fails unless all its images have begun; then no more will. */
    void stop() {
        int waiting;
        synchronized (this) {
            waiting = images.size() - begun;
        }
        if (waiting > 0) {
            future.completeExceptionally(new RoboflowUnavailableException("Model '" + model + "' was stopped before " + waiting
                    + " of " + images.size() + " images were begun: send them again when it runs"));
        }
    }

    /** After {@link #stop}: waits until nothing runs and the model is let go, not until everybody was told of the answer. */
    void awaitIdle() throws InterruptedException {
        synchronized (this) {
            while (running > 0) {
                wait();
            }
        }
        release();
    }
}
