package io.github.camelroboflow.component;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The answers that a producer waits for, to be given up when it stops, whoever else uses the same engine. */
final class InFlight {

    private final Set<CompletableFuture<?>> answers = ConcurrentHashMap.newKeySet();

    <T> CompletableFuture<T> add(CompletableFuture<T> answer) {
        answers.add(answer);
        answer.whenComplete((value, error) -> answers.remove(answer));
        return answer;
    }

    void cancel() {
        answers.forEach(answer -> answer.cancel(true));
    }
}
