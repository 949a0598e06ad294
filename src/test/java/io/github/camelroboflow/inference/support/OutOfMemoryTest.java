package io.github.camelroboflow.inference.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.ProgressDeadline;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Runs alone, because repeated work waits for all other such work. */
@Isolated
class OutOfMemoryTest {

    private static final OutOfMemoryError HEAP = new OutOfMemoryError("Java heap space");
    private static final OutOfMemoryError THREADS = new OutOfMemoryError("unable to create native thread: possibly out of memory");

    /** Regression: a small image failed because a large one had taken the memory. */
    @Test
    void whatRanOutBesideOthersIsDoneAgainWithoutThem() throws ExecutionException, InterruptedException, TimeoutException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        AtomicBoolean otherEnded = new AtomicBoolean();
        CompletableFuture<String> other = CompletableFuture.supplyAsync(() -> OutOfMemory.retryAlone(() -> {
            begun.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            // the future completes later, when the repeated work may run already
            otherEnded.set(true);
            return "other";
        }), OutOfMemoryTest::inThread);
        begun.await();
        AtomicInteger tries = new AtomicInteger();
        CompletableFuture<String> small = CompletableFuture.supplyAsync(() -> OutOfMemory.retryAlone(() -> {
            if (tries.incrementAndGet() == 1) {
                throw HEAP;
            }
            assertThat(otherEnded).isTrue();
            return "small";
        }), OutOfMemoryTest::inThread);
        await().until(() -> tries.get() == 1);

        assertThat(small).isNotDone();
        end.countDown();
        assertThat(small.get(ProgressDeadline.LAST.toSeconds(), TimeUnit.SECONDS)).isEqualTo("small");
        assertThat(other.get(ProgressDeadline.LAST.toSeconds(), TimeUnit.SECONDS)).isEqualTo("other");
    }

    /** Runs a task in a new thread, because the common pool may have only one. */
    private static void inThread(Runnable task) {
        Thread thread = new Thread(task, "test");
        thread.setDaemon(true);
        thread.start();
    }

    @Test
    void whatTakesTooMuchForItselfFailsAndOthersGoOn() {
        assertThatThrownBy(() -> OutOfMemory.retryAlone(() -> {
            throw HEAP;
        })).isSameAs(HEAP);
        assertThat(OutOfMemory.retryAlone(() -> OutOfMemory.retryAlone(() -> "goes on"))).isEqualTo("goes on");
    }

    @Test
    void whoIsToBlameIsToldWithWhatToRaise() {
        assertThat(OutOfMemory.failure("run image 'a.jpg'", HEAP)).isNotInstanceOf(RoboflowUnavailableException.class)
                .hasMessageContaining("run image 'a.jpg'").hasMessageContaining("-Xmx").hasCause(HEAP);
        assertThat(OutOfMemory.failure("run image 'a.jpg'", THREADS)).isInstanceOf(RoboflowUnavailableException.class)
                .hasMessageContaining("run image 'a.jpg'").hasMessageContaining("ulimit -u").hasCause(THREADS);
    }
}
