package io.github.camelroboflow;

import java.util.concurrent.Executor;

/** Where a test has something run that waits: a pool that all tests share may have but one thread, and that waits already. */
public final class Own {

    /** A thread of its own for each task. */
    public static final Executor THREAD = task -> new Thread(task).start();

    private Own() {
    }
}
