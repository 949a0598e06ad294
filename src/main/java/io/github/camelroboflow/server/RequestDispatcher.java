package io.github.camelroboflow.server;

import io.github.camelroboflow.inference.support.LogThrottle;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;

/** Admits requests by their head alone, and then has them handled on the worker threads. */
final class RequestDispatcher {

    private final AdmissionControl admission;
    private final Executor threads;
    private final Rules rules;
    private final ServerMetrics metrics;
    private final ExceptionMapper exceptions = new ExceptionMapper(new LogThrottle(Duration.ofMinutes(1)));

    RequestDispatcher(AdmissionControl admission, Executor threads, Rules rules, ServerMetrics metrics) {
        this.admission = admission;
        this.threads = threads;
        this.rules = rules;
        this.metrics = metrics;
    }

    /** Decides which requests a server answers, and how. */
    interface Rules {

        /**
         * Finds the handler of a request by its head alone.
         *
         * @throws ResponseException if the request is refused, or can be answered at once
         */
        RequestRouter.Handler admit(RequestHead request);

        /** Returns whether the client has shown its key in the head, or needs none. */
        default boolean isAuthenticated(RequestHead request, RequestRouter.Handler handler) {
            return true;
        }

        /**
         * Checks a key that is sought in the body.
         *
         * @throws ResponseException if it is missing or wrong
         */
        default void authenticate(RequestHead request, RequestRouter.Handler handler, Supplier<byte[]> body) {
            // the head is enough
        }

        /** Returns the headers that every response has. */
        Map<String, String> headers(RequestHead request);
    }

    /** Returns whether no more requests are accepted. */
    boolean isStopping() {
        return admission.isClosed();
    }

    /** Returns the headers that every response has. */
    Map<String, String> headers(RequestHead request) {
        return rules.headers(request);
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
        RequestRouter.Handler handler = rules.admit(request);
        if (handler.isImmediate()) {
            admission.check();
            throw new ResponseException(handler.handle(request, new byte[0], bytes -> {
            }).toCompletableFuture().join());
        }
        return new Admitted(handler, admission.enter(rules.isAuthenticated(request, handler)));
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
        rules.authenticate(request, admitted.handler(), body);
        admitted.slot().authenticated();
        // first, so that a model that does not exist is the reason of the response, whatever the body
        admitted.handler().check(request);
        return admitted.handler().handle(request, body.get(), admitted.slot()::grow);
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

    /** Counts responses, and writes the metrics as text for Prometheus. */
    static final class ServerMetrics {

        private final Map<Integer, LongAdder> responses = new TreeMap<>();
        private final LongAdder timed = new LongAdder();
        private final LongAdder nanos = new LongAdder();

        /**
         * Counts a response.
         *
         * @param elapsed nanoseconds from the complete request to its response; 0 if the request was refused or answered at once
         */
        void count(int status, long elapsed) {
            LongAdder responsesOfStatus;
            synchronized (responses) {
                responsesOfStatus = responses.computeIfAbsent(status, key -> new LongAdder());
            }
            responsesOfStatus.increment();
            timed.add(elapsed > 0 ? 1 : 0);
            nanos.add(elapsed);
        }

        /** Writes the metrics, with these current values. */
        String text(int requests, int connections, int models) {
            StringBuilder text = new StringBuilder();
            text.append("# HELP roboflow_server_requests_total Answered requests.\n"
                    + "# TYPE roboflow_server_requests_total counter\n");
            synchronized (responses) {
                for (Map.Entry<Integer, LongAdder> entry : responses.entrySet()) {
                    text.append("roboflow_server_requests_total{status=\"").append(entry.getKey()).append("\"} ")
                            .append(entry.getValue().sum()).append('\n');
                }
            }
            text.append("# HELP roboflow_server_request_seconds Time from a complete request to its response.\n"
                    + "# TYPE roboflow_server_request_seconds summary\n")
                    .append("roboflow_server_request_seconds_sum ").append(nanos.sum() / 1e9).append('\n')
                    .append("roboflow_server_request_seconds_count ").append(timed.sum()).append('\n');
            gauge(text, "requests", "Requests in progress.", requests);
            gauge(text, "connections", "Connected clients.", connections);
            gauge(text, "models", "Models that are ready.", models);
            return text.toString();
        }

        private static void gauge(StringBuilder text, String name, String help, int value) {
            text.append("# HELP roboflow_server_").append(name).append(' ').append(help)
                    .append("\n# TYPE roboflow_server_").append(name)
                    .append(" gauge\nroboflow_server_").append(name).append(' ').append(value).append('\n');
        }
    }
}
