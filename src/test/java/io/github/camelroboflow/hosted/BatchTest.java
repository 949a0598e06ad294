package io.github.camelroboflow.hosted;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class BatchTest {

    @Test
    void aLongBatchWhoseAnswersAreAllKnownDoesNotOverflowTheStack() {
        List<Supplier<CompletableFuture<Integer>>> known = Collections.nCopies(100_000, () -> CompletableFuture.completedFuture(1));

        assertThat(Batch.run(known, 4).join()).hasSize(100_000);
    }

    @Test
    void oneThatHasFailedAlreadyEndsTheBatch() {
        CompletableFuture<Integer> waiting = new CompletableFuture<>();
        Supplier<CompletableFuture<Integer>> failed = () -> CompletableFuture.failedFuture(new IllegalStateException("no"));

        assertThat(Batch.run(List.of(() -> waiting, failed), 2)).isCompletedExceptionally();
        assertThat(waiting).isCancelled();
    }
}
