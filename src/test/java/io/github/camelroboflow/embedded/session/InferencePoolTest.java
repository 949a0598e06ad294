package io.github.camelroboflow.embedded.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Runs alone, since it counts the tasks of the whole JVM. */
@Isolated
class InferencePoolTest {

    private static final int TASKS = InferencePool.SIZE + 3;

    private final CountDownLatch gate = new CountDownLatch(1);
    private final List<Integer> counts = Collections.synchronizedList(new ArrayList<>());

    private void fail() {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        counts.add(InferencePool.unfinished());
        throw new IllegalStateException("thrown by InferencePoolTest");
    }

    private static void awaitNothingToDo() {
        await().dontCatchUncaughtExceptions().until(() -> InferencePool.unfinished() == 0);
    }

    @Test
    void runningAndWaitingTasksAreUnfinishedEvenIfTheyFail() {
        awaitNothingToDo();
        for (int i = 0; i < TASKS; i++) {
            InferencePool.execute(this::fail);
        }

        assertThat(InferencePool.unfinished()).isEqualTo(TASKS);
        gate.countDown();
        awaitNothingToDo();
        assertThat(counts).hasSize(TASKS).allSatisfy(count -> assertThat(count).isBetween(1, TASKS));
    }
}
