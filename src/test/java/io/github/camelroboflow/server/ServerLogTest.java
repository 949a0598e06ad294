package io.github.camelroboflow.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.LogLines;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.RoboflowRejectedException.UnknownModelException;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.support.LogThrottle;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The log lines of a server, with the levels of the shipped logging and without stack traces. Other tests log at the same time. */
class ServerLogTest {

    @RegisterExtension
    final LogLines log = new LogLines();
    private final AtomicLong clock = new AtomicLong();
    private final ExceptionMapper failures = new ExceptionMapper(new LogThrottle(Duration.ofMinutes(1), clock::get));

    @Test
    void aServerBehindThatIsDownIsLoggedOnceAMinute() {
        assertThat(failures.response("down-1", new RoboflowUnavailableException("the cloud can't be reached")).status())
                .isEqualTo(503);
        failures.response("down-2", new RoboflowUnavailableException("the cloud can't be reached"));
        clock.addAndGet(TimeUnit.SECONDS.toNanos(61));
        failures.response("down-3", new RoboflowUnavailableException("the cloud can't be reached"));

        assertThat(log.with("Request down-")).containsExactly(
                "WARN Request down-1: HTTP 503: the cloud can't be reached (logged once a minute)",
                "WARN Request down-3: HTTP 503: the cloud can't be reached (logged once a minute)");
    }

    @Test
    void eachKindOfRefusalOfTheServerBehindIsLogged() {
        failures.response("refused-1", new RoboflowRejectedException("no credits", 402));
        failures.response("refused-2", new RoboflowRejectedException("key refused", 401));

        assertThat(log.with("Request refused-")).containsExactly(
                "WARN Request refused-1: HTTP 402: no credits (logged once a minute)",
                "WARN Request refused-2: HTTP 502: key refused (logged once a minute)");
    }

    @Test
    void faultsOfARequestAreNoWarnings() {
        failures.response("blame-1", new InvalidImageException("no image"));
        failures.response("blame-2", new UnknownModelException("no such model"));
        failures.response("blame-3", new RoboflowRejectedException("no such model", 404));

        assertThat(log.with("Request blame-")).isEmpty();
    }

    @Test
    void anExceptionOfARouteIsInTheLogLineItself() {
        failures.response("route-1", new IllegalStateException("the archive is full"));

        assertThat(log.with("Request route-")).containsExactly(
                "ERROR Request route-1: HTTP 500: java.lang.IllegalStateException: the archive is full");
    }

    @Test
    void aFullServerIsLoggedOnceWithTheOptionToChange() {
        AdmissionControl admission = new AdmissionControl(7, 1000);
        for (int i = 0; i < 7; i++) {
            admission.enter(true);
        }
        assertThatThrownBy(() -> admission.enter(true)).isInstanceOf(ResponseException.class);
        assertThatThrownBy(() -> admission.enter(true)).isInstanceOf(ResponseException.class);

        assertThat(log.with("7 requests are in progress")).containsExactly(
                "WARN Further requests get HTTP 503: 7 requests are in progress, the most allowed (maxRequests=7)"
                        + " (logged once a minute)");
    }
}
