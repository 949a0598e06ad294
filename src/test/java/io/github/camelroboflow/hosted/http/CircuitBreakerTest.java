package io.github.camelroboflow.hosted.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.inference.InferenceEngine.InferenceListener;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {

    private final CircuitBreaker breaker = new CircuitBreaker(Duration.ofMinutes(1), InferenceListener.NONE);

    /** Messages may choose models, and so any number of targets. */
    @Test
    void itRemembersNoMoreThanTheLastTargets() {
        for (int i = 0; i <= CircuitBreaker.MAX_TARGETS; i++) {
            breaker.recordRejection("model/" + i, "no such model", 404);
        }

        assertThat(breaker.size()).isEqualTo(CircuitBreaker.MAX_TARGETS);
        assertThat(breaker.rejectionFor("model/0")).isEmpty();
        assertThat(breaker.rejectionFor("model/" + CircuitBreaker.MAX_TARGETS)).isPresent();
    }

    @Test
    void aTargetThatIsRefusedAgainIsRememberedLongest() {
        breaker.recordRejection("often", "no credits", 402);
        for (int i = 1; i <= CircuitBreaker.MAX_TARGETS; i++) {
            breaker.recordRejection("often", "no credits", 402);
            breaker.recordRejection("model/" + i, "no such model", 404);
        }

        assertThat(breaker.rejectionFor("often")).isPresent();
    }
}
