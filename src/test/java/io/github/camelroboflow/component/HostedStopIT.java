package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.component.fixture.HostedModelTestBase;
import io.github.camelroboflow.hosted.fake.Behaviour;
import java.time.Duration;
import java.util.Collections;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheck;
import org.junit.jupiter.api.Test;

/** Requests of {@code runtime=hosted} when routes stop and start. */
class HostedStopIT extends HostedModelTestBase {

    /** The request continued until its deadline, and the health check stayed down for a route that had been removed. */
    @Test
    void stoppingARouteEndsItsRequestsThoughAnotherRouteUsesTheSameClient() throws Exception {
        context.getShutdownStrategy().setTimeout(1);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("seda:one").routeId("one").to(uri(""));
                from("direct:two").routeId("two").to(uri("confidence=0.2"));
            }
        });
        context.start();
        cloud.next(Behaviour.usual().delay(Duration.ofSeconds(60)));
        context.createProducerTemplate().sendBody("seda:one", PHOTO.toFile());
        await().until(() -> cloud.inFlight() == 1);

        context.getRouteController().stopRoute("one");

        await().until(() -> cloud.requests().get(0).wasAborted());
        context.createProducerTemplate().sendBody("direct:two", PHOTO.toFile());
        RoboflowEndpoint two = (RoboflowEndpoint) context.getEndpoint(uri("confidence=0.2"));
        await().until(() -> healthOf(two).getState() == HealthCheck.State.UP);
    }

    private HealthCheck.Result healthOf(RoboflowEndpoint endpoint) {
        return ((RoboflowComponent) endpoint.getComponent()).healthChecks().of(endpoint.getTarget()).call();
    }

    @Test
    void aRouteThatIsRestartedManyTimesKeepsItsLimit() throws Exception {
        cloud.holdUntil(2).delay(Duration.ofMillis(30));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:stays").to(uri("maxConcurrentRequests=2"));
                from("direct:restarted").routeId("restarted").to(uri("maxConcurrentRequests=3"));
            }
        });
        context.start();
        for (int i = 0; i < 10; i++) {
            context.getRouteController().stopRoute("restarted");
            context.getRouteController().startRoute("restarted");
        }

        context.createProducerTemplate().requestBody("direct:stays", Collections.nCopies(40, PHOTO.toFile()));

        assertThat(cloud.mostInFlight()).isBetween(2, 5);
    }

    @Test
    void stoppingEndsRequestsInFlightAfterTheShutdownTime() throws Exception {
        cloud.always(Behaviour.usual().delay(Duration.ofSeconds(60)));
        context.getShutdownStrategy().setTimeout(1);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("seda:in").to(uri(""));
            }
        });
        context.start();
        context.createProducerTemplate().sendBody("seda:in", PHOTO.toFile());
        await().until(() -> cloud.inFlight() == 1);

        context.stop();

        await().until(() -> cloud.requests().get(0).wasAborted());
    }
}
