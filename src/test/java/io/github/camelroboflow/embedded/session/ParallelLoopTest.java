package io.github.camelroboflow.embedded.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Runs alone, since it fills the pool of the whole JVM. */
@Isolated
class ParallelLoopTest {

    @Test
    void eachPieceIsDoneOnce() {
        AtomicIntegerArray done = new AtomicIntegerArray(1000);
        ParallelLoop.run(1000, done::incrementAndGet, () -> false);

        assertThat(IntStream.range(0, 1000).map(done::get)).containsOnly(1);
    }

    @Test
    void idleThreadsHelp() {
        CyclicBarrier together = new CyclicBarrier(InferencePool.SIZE);
        ParallelLoop.run(InferencePool.SIZE, i -> {
            try {
                together.await(2, TimeUnit.MINUTES);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }, () -> false);

        assertThat(together.isBroken()).isFalse();
    }

    @Test
    void tasksThatFillThePoolDoNotWaitForEachOther() {
        List<CompletableFuture<Integer>> tasks = IntStream.range(0, 4 * InferencePool.SIZE).mapToObj(task -> {
            CompletableFuture<Integer> future = new CompletableFuture<>();
            InferencePool.execute(() -> {
                AtomicInteger sum = new AtomicInteger();
                ParallelLoop.run(20, sum::addAndGet, () -> false);
                future.complete(sum.get());
            });
            return future;
        }).toList();

        assertThat(tasks).allMatch(task -> task.join() == 190);
    }

    @Test
    void noPieceStartsAfterCancellation() {
        AtomicBoolean cancelled = new AtomicBoolean();
        AtomicInteger begun = new AtomicInteger();

        assertThatThrownBy(() -> ParallelLoop.run(1_000_000, i -> {
            begun.incrementAndGet();
            cancelled.set(i == 5 || cancelled.get());
        }, cancelled::get)).isInstanceOf(CancellationException.class);
        assertThat(begun.get()).isBetween(6, 6 + 1000);
    }

    @Test
    void theFirstFailureEndsItAndIsThrown() {
        AtomicInteger begun = new AtomicInteger();

        assertThatThrownBy(() -> ParallelLoop.run(1_000_000, i -> {
            begun.incrementAndGet();
            if (i == 3) {
                throw new IllegalStateException("no. 3");
            }
        }, () -> false)).isInstanceOf(IllegalStateException.class).hasMessage("no. 3");
        assertThat(begun.get()).isLessThan(1_000_000);
        assertThatThrownBy(() -> ParallelLoop.run(2, i -> {
            throw new OutOfMemoryError("x");
        }, () -> false)).isInstanceOf(OutOfMemoryError.class);
    }
}
