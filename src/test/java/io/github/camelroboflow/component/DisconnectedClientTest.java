package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.component.fixture.FakeEngine;
import io.github.camelroboflow.component.server.RoboflowServerEndpoint;
import io.github.camelroboflow.server.fixture.Wire;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests requests whose client has disconnected, in the route behind a server. */
class DisconnectedClientTest {

    private static final byte[] BODY = "aGVsbG8=".getBytes(StandardCharsets.US_ASCII);

    private final FakeEngine engine = new FakeEngine();
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final AtomicInteger after = new AtomicInteger();

    @BeforeEach
    void start() throws Exception {
        RoboflowConfiguration defaults = new RoboflowConfiguration();
        defaults.setEngine(engine);
        context.getComponent("roboflow", RoboflowComponent.class).setConfiguration(defaults);
        context.addRoutes(new RouteBuilder() {

            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("roboflow-server:localhost:0?maxRequests=1").routeId("server")
                        .toD("roboflow:${header.CamelRoboflowRequestedModel}").process(exchange -> {
                            after.incrementAndGet();
                            mayEnd.await();
                        });
            }
        });
        context.start();
    }

    @AfterEach
    void stop() {
        mayEnd.countDown();
        engine.release();
        context.stop();
    }

    private int port() {
        String url = ((RoboflowServerEndpoint) context.getRoute("server").getEndpoint()).url().orElseThrow();
        return Integer.parseInt(url.substring(url.lastIndexOf(':') + 1));
    }

    private Wire request() {
        Wire wire = new Wire(port());
        wire.send("POST /parts/1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8\r\n\r\n");
        wire.send(BODY);
        return wire;
    }

    private int status() {
        return Wire.ask(port(), "POST", "/parts/1", "text/plain", BODY).status();
    }

    @Test
    void keepsItsSlotUntilItsRouteEnds() {
        try (Wire wire = request()) {
            await().until(() -> after.get() == 1);
        }
        // longer than the server needs to notice that the client has disconnected
        await().during(Duration.ofSeconds(1)).until(() -> status() == 503);
        mayEnd.countDown();

        await().until(() -> status() == 200);
    }

    @Test
    void isCancelledByTheEngineAndTheModelStaysHealthy() {
        engine.holds();
        mayEnd.countDown();
        try (Wire wire = request()) {
            await().until(() -> engine.held.size() == 1);
        }

        await().until(() -> engine.held.get(0).isCancelled());
        await().until(() -> Wire.ask(port(), "GET", "/metrics", "text/plain", null).text()
                .contains("roboflow_server_requests 0\n"));
        RoboflowHealthCheck check = context.getComponent("roboflow", RoboflowComponent.class).healthChecks().of("parts/1");
        assertThat(check.call().getState()).hasToString("UP");
        assertThat(after).hasValue(0);
        engine.release();
        assertThat(status()).isEqualTo(200);
    }
}
