package io.github.camelroboflow.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.LogLines;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.support.LogThrottle;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the owner of a server reads, with the levels and without the stack traces of the shipped logging; other tests log, too. */
class ServerLogTest {

    @RegisterExtension
    final LogLines log = new LogLines();
    private final AtomicLong clock = new AtomicLong();
    private final Failures failures = new Failures(new LogThrottle(Duration.ofMinutes(1), clock::get));

    @Test
    void thatAServerBehindIsDownIsSaidOnceAMinute() {
        assertThat(failures.reply("down-1", new RoboflowUnavailableException("the cloud can't be reached")).status())
                .isEqualTo(503);
        failures.reply("down-2", new RoboflowUnavailableException("the cloud can't be reached"));
        clock.addAndGet(TimeUnit.SECONDS.toNanos(61));
        failures.reply("down-3", new RoboflowUnavailableException("the cloud can't be reached"));

        assertThat(log.with("Request down-")).containsExactly(
                "WARN Request down-1: HTTP 503: the cloud can't be reached (said once a minute)",
                "WARN Request down-3: HTTP 503: the cloud can't be reached (said once a minute)");
    }

    @Test
    void eachWayInWhichAServerBehindRefusesIsSaid() {
        failures.reply("refused-1", new RoboflowRejectedException("no credits", 402));
        failures.reply("refused-2", new RoboflowRejectedException("key refused", 401));

        assertThat(log.with("Request refused-")).containsExactly(
                "WARN Request refused-1: HTTP 402: no credits (said once a minute)",
                "WARN Request refused-2: HTTP 502: key refused (said once a minute)");
    }

    @Test
    void whatARequestIsToBlameForIsNot() {
        failures.reply("blame-1", new InvalidImageException("no image"));
        failures.reply("blame-2", new UnknownModelException("no such model"));
        failures.reply("blame-3", new RoboflowRejectedException("no such model", 404));

        assertThat(log.with("Request blame-")).isEmpty();
    }

    @Test
    void anExceptionOfARouteIsSaidInTheLineItself() {
        failures.reply("route-1", new IllegalStateException("the archive is full"));

        assertThat(log.with("Request route-")).containsExactly(
                "ERROR Request route-1: HTTP 500: java.lang.IllegalStateException: the archive is full");
    }

    @Test
    void thatTheServerIsFullIsSaidOnceWithTheOptionThatWouldHelp() {
        Admission admission = new Admission(7, 1000);
        for (int i = 0; i < 7; i++) {
            admission.enter(true);
        }
        assertThatThrownBy(() -> admission.enter(true)).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> admission.enter(true)).isInstanceOf(Refusal.class);

        assertThat(log.with("7 are worked on")).containsExactly(
                "WARN Further requests get HTTP 503: 7 are worked on, of 7 that may be (maxRequests) (said once a minute)");
    }
}
