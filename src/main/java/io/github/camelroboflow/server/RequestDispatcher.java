package io.github.camelroboflow.server;

import io.github.camelroboflow.inference.support.LogThrottle;
import io.github.camelroboflow.server.AccessControl.Cors;
import io.github.camelroboflow.server.AccessControl.LoopbackAddresses;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/** Admits requests by their head alone, and then has them handled on the worker threads. */
final class RequestDispatcher {

    private final AdmissionControl admission;
    private final AccessControl access;
    private final Executor threads;
    private final RequestRouter router;
    private final ServerMetrics metrics;
    private final ExceptionMapper exceptions = new ExceptionMapper(new LogThrottle(Duration.ofMinutes(1)));

    RequestDispatcher(AdmissionControl admission, AccessControl access, Executor threads, RequestRouter router,
                      ServerMetrics metrics) {
        this.admission = admission;
        this.access = access;
        this.threads = threads;
        this.router = router;
        this.metrics = metrics;
    }

    /** Returns whether no more requests are accepted. */
    boolean isStopping() {
        return admission.isClosed();
    }

    /**
     * An admitted request.
     *
     * @param handler answers it
     * @param slot    its slot, held until it is answered
     */
    record Admitted(RequestRouter.Handler handler, AdmissionControl.Slot slot) {
    }

    /**
     * Decides by its head whether a request is admitted.
     *
     * @throws ResponseException if it is refused, or can be answered at once
     */
    Admitted admit(RequestHead request) {
        // also for a page that is refused afterwards: otherwise the browser hides the reason from it
        Optional<ServerResponse> preflight = Cors.preflight(request);
        if (preflight.isPresent()) {
            throw new ResponseException(preflight.get());
        }
        if (access.isOpen() && !LoopbackAddresses.areUsedBy(request)) {
            throw ResponseException.foreign();
        }
        RequestRouter.Handler handler = router.find(request);
        boolean keyInBody = handler.key().isSoughtInBody() && request.key().isEmpty();
        if (handler.key() != RequestRouter.Key.NONE && !keyInBody) {
            access.enter(request.key());
        }
        if (handler.isImmediate()) {
            admission.check();
            throw new ResponseException(handler.handle(request, new byte[0], bytes -> {
            }).toCompletableFuture().join());
        }
        return new Admitted(handler, admission.enter(!keyInBody || access.isOpen()));
    }

    /**
     * Starts the work on an admitted request.
     *
     * @param body returns the body, or throws the reason why it is refused
     */
    Work work(RequestHead request, Admitted admitted, Supplier<byte[]> body) {
        Work work = new Work();
        work.start(threads, admitted.slot(), () -> handle(request, admitted, body),
                failure -> exceptions.response(request.id(), failure));
        return work;
    }

    /**
     * Counts a response that is about to be sent.
     *
     * @param elapsed nanoseconds from the complete request to its response; 0 if the request was refused or answered at once
     */
    void count(ServerResponse response, long elapsed) {
        metrics.count(response.status(), elapsed);
    }

    private CompletionStage<ServerResponse> handle(RequestHead request, Admitted admitted, Supplier<byte[]> body) {
        RequestRouter.Key place = admitted.handler().key();
        if (place.isSoughtInBody() && request.key().isEmpty()) {
            access.enter(key(place, body));
            admitted.slot().authenticated();
        }
        // first, so that a model that does not exist is the reason of the response, whatever the body
        admitted.handler().check(request);
        return admitted.handler().handle(request, body.get(), admitted.slot()::grow);
    }

    private static Optional<String> key(RequestRouter.Key place, Supplier<byte[]> body) {
        try {
            return JsonBody.key(body.get());
        } catch (ResponseException e) {
            if (place == RequestRouter.Key.PERHAPS_IN_BODY) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * The work on one request, off the I/O threads. Its slot is held until nothing runs for it any more, even if the client has
     * disconnected, and for a response until the client has read it: so threads and memory stay bounded.
     */
    static final class Work {

        private final CompletableFuture<ServerResponse> response = new CompletableFuture<>();
        private CompletableFuture<?> running;

        private Work() {
        }

        /** Returns the response, also to a failed request. Cancelling it cancels the work. */
        CompletableFuture<ServerResponse> response() {
            return response;
        }

        private void start(Executor threads, AdmissionControl.Slot slot, Supplier<CompletionStage<ServerResponse>> work,
                           Function<Throwable, ServerResponse> exceptions) {
            try {
                threads.execute(() -> {
                    if (response.isDone()) {
                        slot.close();
                        return;
                    }
                    begin(work).whenComplete((result, failure) ->
                            end(slot, () -> failure == null ? result : exceptions.apply(failure)));
                });
            } catch (RuntimeException e) {
                slot.close();
                response.complete(exceptions.apply(e));
            }
            response.whenComplete((result, failure) -> {
                slot.abandon();
                cancelRunning();
            });
        }

        private void end(AdmissionControl.Slot slot, Supplier<ServerResponse> result) {
            if (!response.isDone()) {
                ServerResponse made = result.get();
                slot.answered(made.body().length);
                if (response.complete(made)) {
                    // the slot is closed when the response is sent
                    return;
                }
            }
            slot.close();
        }

        private CompletableFuture<ServerResponse> begin(Supplier<CompletionStage<ServerResponse>> work) {
            CompletableFuture<ServerResponse> begun;
            try {
                begun = work.get().toCompletableFuture();
            } catch (Throwable e) {
                return CompletableFuture.failedFuture(e);
            }
            synchronized (this) {
                running = begun;
            }
            if (response.isDone()) {
                cancelRunning();
            }
            return begun;
        }

        private void cancelRunning() {
            CompletableFuture<?> begun;
            synchronized (this) {
                begun = running;
            }
            if (begun != null) {
                begun.cancel(true);
            }
        }
    }
}
