package io.github.camelroboflow.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class TimeLimitTest {

    private static boolean hasThread() {
        return Thread.getAllStackTraces().keySet().stream().anyMatch(thread -> thread.getName().equals("roboflow-http-clock"));
    }

    /** It stayed as long as the JVM, and held the classes of an application that had sent a webhook. */
    @Test
    void theThreadEndsWhenNothingIsLimited() {
        try (TimeLimit limit = new TimeLimit(new HttpGet("http://localhost")::abort, Duration.ofMinutes(5))) {
            assertThat(hasThread()).isTrue();
            assertThat(limit.isOver()).isFalse();
        }

        await().until(() -> !hasThread());
    }

    @Test
    void aRequestIsAbortedWhenItsTimeIsOver() {
        HttpGet request = new HttpGet("http://localhost");
        try (TimeLimit limit = new TimeLimit(request::abort, Duration.ofMillis(1))) {
            await().until(limit::isOver);
            await().until(request::isAborted);
        }
    }
}
