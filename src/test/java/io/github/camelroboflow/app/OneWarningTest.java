package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.WriterAppender;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An outage that lasts does not fill the log. */
class OneWarningTest {

    @TempDir
    Path data;
    private final StringWriter log = new StringWriter();
    private final LoggerContext logging = (LoggerContext) LogManager.getContext(false);
    private final String name = UUID.randomUUID().toString();

    @BeforeEach
    void listen() {
        PatternLayout layout = PatternLayout.newBuilder().withPattern("%p %m%n").build();
        WriterAppender appender = WriterAppender.createAppender(layout, null, log, name, false, true);
        appender.start();
        logging.getConfiguration().getRootLogger().addAppender(appender, Level.WARN, null);
    }

    @AfterEach
    void stopListening() {
        logging.getConfiguration().getRootLogger().removeAppender(name);
    }

    private List<String> linesWith(String text) {
        return log.toString().lines().filter(line -> line.contains(text)).toList();
    }

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

        assertThat(linesWith("waits, its images stay where they are: even " + name)).hasSize(1);
        assertThat(linesWith("waits, its images stay where they are: odd " + name)).hasSize(1);
    }
}
