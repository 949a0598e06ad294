package io.github.camelroboflow.app.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.delivery.source.ImageTally.Failure;
import java.time.Duration;
import java.time.Instant;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RecentWorkTest {

    private static final Duration SHORT = Duration.ofMillis(1);
    private static final Duration LONG = Duration.ofHours(1);

    private final CamelContext context = new DefaultCamelContext();
    private final RecentWork work = RecentWork.of(context);

    @AfterEach
    void close() {
        context.stop();
    }

    private int end() {
        work.failed(new Failure(Instant.now(), "a.jpg", "it is damaged"), null);
        return 1;
    }

    /** On a slow machine the page started before the first result, and delayed it. */
    @Test
    void aFirstImageThatIsInWorkIsWaitedFor() throws InterruptedException {
        assertThat(work.awaitFirst(SHORT, LONG, this::end)).isTrue();
    }

    @Test
    void withoutAnImageThePageWaitsForNothing() throws InterruptedException {
        assertThat(work.awaitFirst(SHORT, LONG, () -> 0)).isFalse();
    }

    @Test
    void anImageThatEndsEndsTheWait() throws InterruptedException {
        end();

        assertThat(work.awaitFirst(LONG, LONG, () -> 0)).isTrue();
    }
}
