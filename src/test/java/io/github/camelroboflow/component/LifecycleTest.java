package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.component.fixture.FakeEngine;
import io.github.camelroboflow.component.fixture.FakeEngineContext;
import io.github.camelroboflow.inference.ModelPackageException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import org.apache.camel.Exchange;
import org.apache.camel.Producer;
import org.apache.camel.ServiceStatus;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LifecycleTest {

    private static final byte[] IMAGE = {1};

    private final FakeEngine engine = new FakeEngine();
    private final DefaultCamelContext context = new DefaultCamelContext();

    private void start(String uri) throws Exception {
        context.getRegistry().bind("fake", engine);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").routeId("route").to(uri);
            }
        });
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private Exchange send() {
        return context.createProducerTemplate().send("direct:in", exchange -> exchange.getMessage().setBody(IMAGE));
    }

    @Test
    void aModelOpensBeforeTheFirstMessageAndClosesWithItsRoute() throws Exception {
        start(FakeEngineContext.ENDPOINT);
        assertThat(engine.opened).hasValue(1);
        assertThat(context.getEndpoint(FakeEngineContext.ENDPOINT, RoboflowEndpoint.class).modelDescription().orElseThrow()
                .classes())
                .containsExactly("bolt", "gear");

        context.getRouteController().stopRoute("route");
        assertThat(engine.modelsClosed).hasValue(1);

        context.getRouteController().startRoute("route");
        assertThat(engine.opened).hasValue(2);
        assertThat(send().getException()).isNull();
    }

    @Test
    void anEngineThatTheUserSuppliesIsNeverClosed() throws Exception {
        start(FakeEngineContext.ENDPOINT);
        context.stop();

        assertThat(engine.modelsClosed).hasValue(1);
        assertThat(engine.closed).hasValue(0);
    }

    @Test
    void aModelThatCanNotBeOpenedStopsTheRouteFromStarting() {
        engine.cannotOpen(new ModelPackageException("weights.onnx is missing"));

        assertThatThrownBy(() -> start(FakeEngineContext.ENDPOINT)).rootCause().isInstanceOf(ModelPackageException.class)
                .hasMessage("weights.onnx is missing");
    }

    @Test
    void withLazyStartProducerTheRouteStartsAndTheMessageFails() throws Exception {
        engine.cannotOpen(new RoboflowUnavailableException("the server is down"));
        start(FakeEngineContext.ENDPOINT + "&lazyStartProducer=true");

        assertThat(context.getRouteController().getRouteStatus("route")).isEqualTo(ServiceStatus.Started);
        assertThat(send().getException()).hasMessage("the server is down");

        engine.cannotOpen(null);
        assertThat(send().getException()).isNull();
    }

    @Test
    void aMessageAfterTheStopFails() throws Exception {
        start(FakeEngineContext.ENDPOINT);
        Producer producer = context.getEndpoint(FakeEngineContext.ENDPOINT).createProducer();
        producer.start();
        producer.stop();
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(IMAGE);
        producer.process(exchange);

        assertThat(exchange.getException()).isInstanceOf(RoboflowUnavailableException.class).hasMessageEndingWith("is stopped");
    }

    /** Camel does not start the endpoint of a dynamic step while it stops. The result was a NullPointerException. */
    @ParameterizedTest
    @ValueSource(strings = {FakeEngineContext.ENDPOINT, "roboflow-upload:my-project?apiKey=k",
        "roboflow-workflow:my-workspace/my-workflow?apiKey=k"})
    void aMessageForAnEndpointThatIsNotStartedFails(String uri) throws Exception {
        context.getRegistry().bind("fake", engine);
        Producer producer = context.getEndpoint(uri).createProducer();
        producer.start();
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(IMAGE);

        assertThatThrownBy(() -> producer.process(exchange)).isInstanceOf(RoboflowUnavailableException.class)
                .hasMessageEndingWith("is not started");
        producer.stop();
    }

    @Test
    void engineBeansAreTakenOnlyWhereTheyAreNamed() throws Exception {
        start("roboflow:parts-detect/1?runtime=embedded&modelsDirectory=config/models&lazyStartProducer=true");

        assertThat(engine.opened).hasValue(0);
        assertThat(context.getEndpoint("roboflow:parts-detect/1?runtime=embedded", RoboflowEndpoint.class)
                .getConfiguration().getEngine()).isNull();
    }
}
