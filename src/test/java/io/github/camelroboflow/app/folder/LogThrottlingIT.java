package io.github.camelroboflow.app.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.LogLines;
import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.ScriptedEngine;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** An outage that lasts does not fill the log. */
class LogThrottlingIT {

    @TempDir
    Path data;
    @RegisterExtension
    final LogLines log = new LogLines();
    private final String name = UUID.randomUUID().toString();

    /** Each try that met another of two reasons was told of. */
    @Test
    void eachReasonOfAnOutageIsToldOnce() {
        AtomicInteger tries = new AtomicInteger();
        ScriptedEngine engine = new ScriptedEngine(image -> {
            throw new RoboflowUnavailableException((tries.incrementAndGet() % 2 == 0 ? "even " : "odd ") + name);
        });
        try (WatchedFolder folder = new WatchedFolder(data).with(engine).with("outage.retryAfter", "20")
                .with("outage.maxRetryAfter", "20").start()) {
            folder.drop(new byte[] {1}, "a.jpg");
            await().until(() -> tries.get() > 5);
        }

        assertThat(log.with("waits, its images stay where they are: even " + name)).hasSize(1);
        assertThat(log.with("waits, its images stay where they are: odd " + name)).hasSize(1);
    }
}
