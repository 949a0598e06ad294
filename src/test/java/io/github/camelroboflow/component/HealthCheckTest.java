package io.github.camelroboflow.component;

import static io.github.camelroboflow.condition.Results.detections;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.component.fixture.FakeEngine;
import io.github.camelroboflow.component.fixture.FakeEngineContext;
import io.github.camelroboflow.component.fixture.HealthChecks;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.util.List;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheck.Result;
import org.apache.camel.health.HealthCheck.State;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthCheckTest {

    private final FakeEngine engine = new FakeEngine();
    private Main main;

    private void start(String... properties) {
        main = new Main();
        HealthChecks.start(main, engine, new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:one").routeId("one").to(FakeEngineContext.ENDPOINT);
                from("direct:two").routeId("two").to(FakeEngineContext.ENDPOINT + "&confidence=0.5");
            }
        }, properties);
    }

    @AfterEach
    void stop() {
        main.stop();
    }

    private void send(String uri) {
        main.getCamelContext().createProducerTemplate().send(uri, exchange -> exchange.getMessage().setBody(new byte[] {1}));
    }

    private List<Result> results() {
        return HealthChecks.of(main, "parts/1");
    }

    private Result result() {
        assertThat(results()).hasSize(1);
        return results().get(0);
    }

    @Test
    void itIsDownWithTheReasonUntilACallSucceeds() {
        start();
        assertThat(result().getState()).isEqualTo(State.UP);
        assertThat(result().getDetails()).containsEntry("roboflow.model", "parts/1");

        engine.fails(new RoboflowRejectedException("the key is refused: set apiKey"));
        send("direct:one");
        assertThat(result().getState()).isEqualTo(State.DOWN);
        assertThat(result().getMessage()).hasValue("the key is refused: set apiKey");

        engine.answers(detections("gear/0.9"));
        send("direct:one");
        assertThat(result().getState()).isEqualTo(State.UP);
    }

    @Test
    void aBadImageOrMessageDoesNotChangeTheHealth() {
        start();
        engine.fails(new InvalidImageException("damaged"));
        send("direct:one");
        main.getCamelContext().createProducerTemplate().send("direct:one", exchange -> exchange.getMessage().setBody("text"));

        assertThat(result().getState()).isEqualTo(State.UP);
    }

    @Test
    void oneProducersSuccessDoesNotHideTheOthersFailure() {
        start();
        engine.fails(new RoboflowUnavailableException("down"));
        send("direct:two");
        engine.answers(detections("gear/0.9"));
        send("direct:one");

        assertThat(result().getState()).isEqualTo(State.DOWN);
    }

    @Test
    void itStaysUntilTheLastRouteOfItsModelStops() throws Exception {
        start();
        engine.fails(new RoboflowUnavailableException("down"));
        send("direct:two");

        main.getCamelContext().getRouteController().stopRoute("two");
        assertThat(result().getState()).isEqualTo(State.UP);

        main.getCamelContext().getRouteController().stopRoute("one");
        assertThat(results()).isEmpty();
    }

    @Test
    void itIsNoReasonToRestartTheProgram() {
        start();
        assertThat(HealthCheckHelper.invokeLiveness(main.getCamelContext())).map(Result::getCheck).extracting(HealthCheck::getId)
                .doesNotContain("producer:roboflow-parts/1");
    }

    @Test
    void theComponentsOptionTurnsItOff() {
        start("camel.component.roboflow.healthCheckProducerEnabled", "false");
        engine.fails(new RoboflowUnavailableException("down"));
        send("direct:one");

        assertThat(results()).allSatisfy(result -> assertThat(result.getState()).isNotEqualTo(State.DOWN));
    }
}
