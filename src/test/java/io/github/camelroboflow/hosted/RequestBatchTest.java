package io.github.camelroboflow.hosted;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.ProgressDeadline;
import io.github.camelroboflow.hosted.HostedEngine.RequestBatch;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class RequestBatchTest {

    @Test
    void aLongBatchWhoseAnswersAreAllKnownDoesNotOverflowTheStack() {
        List<Supplier<CompletableFuture<Integer>>> known = Collections.nCopies(100_000, () -> CompletableFuture.completedFuture(1));

        assertThat(RequestBatch.run(known, 4).join()).hasSize(100_000);
    }

    @Test
    void oneThatHasFailedAlreadyEndsTheBatch() {
        CompletableFuture<Integer> waiting = new CompletableFuture<>();
        Supplier<CompletableFuture<Integer>> failed = () -> CompletableFuture.failedFuture(new IllegalStateException("no"));

        assertThat(RequestBatch.run(List.of(() -> waiting, failed), 2)).isCompletedExceptionally();
        assertThat(waiting).isCancelled();
    }

    /** With shared results, one batch may wait for a request of another. */
    @Test
    void twoBatchesWhoseRequestsAnswerEachOthersDontWaitForEachOther() {
        CompletableFuture<Integer> ofFirst = new CompletableFuture<>();
        CompletableFuture<Integer> ofSecond = new CompletableFuture<>();
        CyclicBarrier bothSubmit = new CyclicBarrier(2);

        CompletableFuture<List<Integer>> first = CompletableFuture.supplyAsync(() -> RequestBatch.run(
                List.of(() -> ofFirst, answers(ofSecond, bothSubmit)), 2), RequestBatchTest::inThread)
                .thenCompose(results -> results);
        CompletableFuture<List<Integer>> second = CompletableFuture.supplyAsync(() -> RequestBatch.run(
                List.of(() -> ofSecond, answers(ofFirst, bothSubmit)), 2), RequestBatchTest::inThread)
                .thenCompose(results -> results);

        assertThat(first).succeedsWithin(ProgressDeadline.LAST).isEqualTo(List.of(1, 2));
        assertThat(second).succeedsWithin(ProgressDeadline.LAST).isEqualTo(List.of(1, 2));
    }

    private static void inThread(Runnable work) {
        Thread thread = new Thread(work, "batch-test");
        thread.setDaemon(true);
        thread.start();
    }

    private static Supplier<CompletableFuture<Integer>> answers(CompletableFuture<Integer> other, CyclicBarrier bothSubmit) {
        return () -> {
            try {
                bothSubmit.await(ProgressDeadline.LAST.toSeconds(), TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            other.complete(1);
            return CompletableFuture.completedFuture(2);
        };
    }
}
