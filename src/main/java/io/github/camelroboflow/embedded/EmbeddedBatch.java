package io.github.camelroboflow.embedded;

import static io.github.camelroboflow.inference.InferenceOption.REQUEST_TIMEOUT;

import io.github.camelroboflow.embedded.LoadedModels.InferenceModel;
import io.github.camelroboflow.embedded.session.Backlog.ImageTime;
import io.github.camelroboflow.embedded.session.Backlog;
import io.github.camelroboflow.embedded.session.CancellationToken;
import io.github.camelroboflow.embedded.session.InferencePool;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceEngine.InferenceListener;
import io.github.camelroboflow.inference.InferenceEngine.InferenceListener.Stage;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.support.OutOfMemory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * The images of one call. Each image is a task of its own. The batch ends with the last image, with the first failure, at the
 * deadline, or when it is cancelled. Tasks that have not started by then never start, and the runs of the others are cancelled. The
 * tasks start when the model is loaded. The batch holds a lease on the model from its start to its end.
 */
final class EmbeddedBatch {

    private final ModelId model;
    private final List<ImageSource> images;
    private final InferenceOptions options;
    private final Supplier<LoadedModels.Lease> openLease;
    private final InferenceListener listener;
    private final ImageTime imageTime;
    private final long created = System.nanoTime();
    private final Inference[] results;
    private final CompletableFuture<List<Inference>> future = new CompletableFuture<>();
    private final CancellationToken cancellation = new CancellationToken();
    private final CompletableFuture<Void> finished = new CompletableFuture<>();
    private volatile LoadedModels.Lease lease;
    private RoboflowException failure;
    /** The part of this batch in the work of all; {@code null} until its images wait for threads. */
    private Backlog.Share share;
    private int started;
    private int running;
    /** Start times of the running images, by {@link System#nanoTime()}; keys are indexes of images. */
    private final Map<Integer, Long> startTimes = new TreeMap<>();

    EmbeddedBatch(ModelId model, List<ImageSource> images, InferenceOptions options, Supplier<LoadedModels.Lease> openLease,
                  InferenceListener listener, ImageTime imageTime) {
        this.model = model;
        this.images = List.copyOf(images);
        this.options = options;
        this.openLease = openLease;
        this.listener = listener;
        this.imageTime = imageTime;
        this.results = new Inference[images.size()];
    }

    /** Returns the results. Completing this future from outside ends the batch. */
    CompletableFuture<List<Inference>> future() {
        return future;
    }

    /** Returns a future that completes when there are results or a failure, and no image runs any more. */
    CompletableFuture<Void> finished() {
        return finished;
    }

    void start() {
        try {
            Future<?> deadline = InferencePool.schedule(options.get(REQUEST_TIMEOUT), this::timeOut);
            future.whenComplete((result, error) -> {
                cancellation.cancel();
                deadline.cancel(false);
                dropWaiting();
                finishIfIdle();
            });
            if (images.isEmpty()) {
                future.complete(List.of());
                return;
            }
            lease = openLease.get();
            listener.waiting(model.value(), images.size());
            lease.model().whenComplete((loaded, error) -> {
                if (error != null) {
                    listener.waiting(model.value(), -images.size());
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

    private synchronized void dropWaiting() {
        if (share != null) {
            share.drop();
        }
    }

    private void runAll(InferenceModel loaded) {
        imageTime.assume(loaded.warmUpTime());
        synchronized (this) {
            if (!future.isDone()) {
                share = Backlog.OF_THIS_JVM.add(imageTime, images.size());
            }
        }
        int queued = 0;
        try {
            while (queued < images.size()) {
                int index = queued;
                InferencePool.execute(() -> run(loaded, index));
                queued++;
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            listener.waiting(model.value(), queued - images.size());
            future.completeExceptionally(toException(images.get(0).name(), e));
        }
    }

    private void run(InferenceModel loaded, int index) {
        listener.waiting(model.value(), -1);
        if (!start(index)) {
            return;
        }
        long begun = System.nanoTime();
        Throwable error = null;
        try {
            listener.ended(model.value(), Stage.WAIT, begun - created);
            results[index] = OutOfMemory.retryAlone(() -> loaded.infer(images.get(index), options, cancellation, listener));
            if (InferencePool.isShared()) {
                imageTime.add(Duration.ofNanos(System.nanoTime() - begun));
            }
        } catch (Throwable e) {
            error = e;
        }
        end(index, error);
    }

    private synchronized boolean start(int index) {
        if (future.isDone()) {
            return false;
        }
        startTimes.put(index, System.nanoTime());
        share.start();
        started++;
        running++;
        return true;
    }

    private void end(int index, Throwable error) {
        RoboflowException failed;
        boolean last;
        synchronized (this) {
            startTimes.remove(index);
            share.end();
            if (error != null && failure == null) {
                failure = toException(images.get(index).name(), error);
            }
            failed = failure;
            last = --running == 0 && started == images.size();
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
        if (lease != null) {
            lease.close();
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

    /** Returns a failure if one image has run for most of the timeout on a model whose images usually take a small part of it. */
    private Optional<RoboflowException> endlessRun() {
        long limit = options.get(REQUEST_TIMEOUT).toNanos();
        CompletableFuture<InferenceModel> loaded = lease == null ? new CompletableFuture<>() : lease.model();
        if (!loaded.isDone() || loaded.isCompletedExceptionally()
                || Math.max(loaded.join().warmUpTime().toNanos(), imageTime.nanos()) > limit / 4) {
            return Optional.empty();
        }
        long now = System.nanoTime();
        synchronized (this) {
            return startTimes.entrySet().stream().filter(run -> now - run.getValue() > limit / 2).findFirst()
                    .map(run -> new RoboflowException("Image '" + images.get(run.getKey()).name() + "' was stopped after "
                            + (now - run.getValue()) / 1_000_000 + " ms in model '" + model + "', because requestTimeout="
                            + options.get(REQUEST_TIMEOUT).toMillis() + " ms was over: raise requestTimeout if the image is large"
                            + " or has many tiles; otherwise the net may hold a loop that does not end for this image"));
        }
    }

    private void timeOut() {
        Optional<RoboflowException> endless = endlessRun();
        if (endless.isPresent()) {
            future.completeExceptionally(endless.get());
            return;
        }
        String subject = images.size() == 1 ? "Image '" + images.get(0).name() + "'" : "A batch of " + images.size() + " images";
        future.completeExceptionally(new RoboflowUnavailableException(subject + " did not get through model '" + model
                + "' within requestTimeout=" + options.get(REQUEST_TIMEOUT).toMillis()
                + " ms: raise requestTimeout, or send fewer images at a time"));
    }

    /** Fails the batch unless all its images have started. No further image starts after that. */
    void stop() {
        int waiting;
        synchronized (this) {
            waiting = images.size() - started;
        }
        if (waiting > 0) {
            future.completeExceptionally(new RoboflowUnavailableException("Model '" + model + "' was stopped before " + waiting
                    + " of " + images.size() + " images started: send them again when it runs"));
        }
    }

    /**
     * Waits until no image runs and the lease is closed. Call it after {@link #stop}. It does not wait for callbacks of the future.
     */
    void awaitIdle() throws InterruptedException {
        synchronized (this) {
            while (running > 0) {
                wait();
            }
        }
        release();
    }
}
