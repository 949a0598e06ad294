package io.github.camelroboflow.server;

import io.github.camelroboflow.inference.support.LogThrottle;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Decides what becomes of a request: whether it is let in, by its head alone, and then who answers it. */
final class Dispatcher {

    private final Admission admission;
    private final Access access;
    private final Executor threads;
    private final Routes routes;
    private final Metrics metrics;
    private final Failures failures = new Failures(new LogThrottle(Duration.ofMinutes(1)));

    Dispatcher(Admission admission, Access access, Executor threads, Routes routes, Metrics metrics) {
        this.admission = admission;
        this.access = access;
        this.threads = threads;
        this.routes = routes;
        this.metrics = metrics;
    }

    /** Whether no more requests are let in. */
    boolean isStopping() {
        return admission.isClosed();
    }

    /**
     * A request that was let in.
     *
     * @param route who answers it
     * @param slot  its place, held until it is answered
     */
    record Admitted(Route route, Admission.Slot slot) {
    }

    /** @throws Refusal if it is not let in, or there is nothing to do for it */
    Admitted admit(Call call) {
        // also for a page that gets no more than a refusal: otherwise the browser keeps the reason from it
        Optional<Reply> preflight = Cors.preflight(call);
        if (preflight.isPresent()) {
            throw new Refusal(preflight.get());
        }
        if (access.isOpen() && !OwnMachine.asks(call)) {
            throw Refusal.foreign();
        }
        Route route = routes.find(call);
        boolean keyInBody = route.key() == Route.Key.ALSO_IN_BODY && call.key().isEmpty();
        if (route.key() != Route.Key.NONE && !keyInBody) {
            access.enter(call.key());
        }
        if (route.isAtOnce()) {
            admission.check();
            throw new Refusal(route.answer(call, new byte[0], more -> {
            }).toCompletableFuture().join());
        }
        return new Admitted(route, admission.enter(!keyInBody || access.isOpen()));
    }

    /** Begins the work on a request that was let in. */
    Work work(Call call, Admitted admitted, byte[] body) {
        Work work = new Work();
        work.start(threads, admitted.slot(), () -> answer(call, admitted, body),
                failure -> failures.reply(call.id(), failure));
        return work;
    }

    /**
     * Counts an answer that is about to be sent.
     *
     * @param elapsed nanoseconds from the whole request to its answer; 0 if it was not waited for
     */
    void answers(Reply reply, long elapsed) {
        metrics.answered(reply.status(), elapsed);
    }

    private CompletionStage<Reply> answer(Call call, Admitted admitted, byte[] body) {
        if (admitted.route().key() == Route.Key.ALSO_IN_BODY && call.key().isEmpty()) {
            access.enter(JsonBody.key(body));
            admitted.slot().known();
        }
        return admitted.route().answer(call, body, admitted.slot()::grow);
    }

    /** An answer that is there already. */
    static CompletionStage<Reply> now(Reply reply) {
        return CompletableFuture.completedFuture(reply);
    }
}
