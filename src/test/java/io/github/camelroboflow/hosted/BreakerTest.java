package io.github.camelroboflow.hosted;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BreakerTest {

    private final Breaker breaker = new Breaker(Duration.ofMinutes(1));

    /** Messages may choose among models, and so among any number of names. */
    @Test
    void itRemembersNoMoreThanTheLastTargets() {
        for (int i = 0; i <= Breaker.MOST_TARGETS; i++) {
            breaker.refuse("model/" + i, "no such model", 404);
        }

        assertThat(breaker.size()).isEqualTo(Breaker.MOST_TARGETS);
        assertThat(breaker.closedFor("model/0")).isEmpty();
        assertThat(breaker.closedFor("model/" + Breaker.MOST_TARGETS)).isPresent();
    }

    @Test
    void aTargetThatIsRefusedAgainIsRememberedLongest() {
        breaker.refuse("often", "no credits", 402);
        for (int i = 1; i <= Breaker.MOST_TARGETS; i++) {
            breaker.refuse("often", "no credits", 402);
            breaker.refuse("model/" + i, "no such model", 404);
        }

        assertThat(breaker.closedFor("often")).isPresent();
    }
}
