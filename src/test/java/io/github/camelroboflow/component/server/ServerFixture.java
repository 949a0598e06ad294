package io.github.camelroboflow.component.server;

import io.github.camelroboflow.component.RoboflowComponent;
import io.github.camelroboflow.component.RoboflowConfiguration;
import io.github.camelroboflow.component.RoboflowConfiguration.InferenceRuntime;
import io.github.camelroboflow.server.fixture.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.language.HeaderExpression;

/** An application with one route that serves the shipped model. */
final class ServerFixture implements AutoCloseable {

    static final String MODEL = "/parts-detect/1";
    static final String REQUESTED = "roboflow:${header.CamelRoboflowRequestedModel}";

    final CamelContext context = new DefaultCamelContext();

    /** The steps of a route. */
    interface Steps {
        void add(RouteDefinition route);
    }

    ServerFixture(String options, Steps steps) {
        this(options, defaults -> {
        }, steps);
    }

    /** @param configurer changes the options of the component that runs the models */
    ServerFixture(String options, Consumer<RoboflowConfiguration> configurer, Steps steps) {
        context.getShutdownStrategy().setTimeout(20);
        RoboflowConfiguration defaults = new RoboflowConfiguration();
        defaults.setRuntime(InferenceRuntime.EMBEDDED);
        defaults.setModelsDirectory("config/models");
        configurer.accept(defaults);
        context.getComponent("roboflow", RoboflowComponent.class).setConfiguration(defaults);
        try {
            context.addRoutes(new RouteBuilder() {

                @Override
                public void configure() {
                    errorHandler(noErrorHandler());
                    steps.add(from("roboflow-server:localhost:0" + options).routeId("server"));
                }
            });
            context.start();
        } catch (Exception e) {
            context.stop();
            throw new IllegalStateException(e);
        }
    }

    /** Starts a server with the steps of the shipped route. */
    static ServerFixture shipped(String options) {
        return new ServerFixture(options, route -> route
                .setHeader("CamelRoboflowModel", new HeaderExpression("CamelRoboflowRequestedModel"))
                .to("roboflow:*?allowedModels=*,*/*"));
    }

    RoboflowServerEndpoint endpoint() {
        return (RoboflowServerEndpoint) context.getRoute("server").getEndpoint();
    }

    int port() {
        String url = endpoint().url().orElseThrow();
        return Integer.parseInt(url.substring(url.lastIndexOf(':') + 1));
    }

    static byte[] image() {
        try {
            return Base64.getEncoder().encode(Files.readAllBytes(Path.of("config/samples/gears-and-bolts-progressive.jpg")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Wire.Response post(String target) {
        return Wire.ask(port(), "POST", target, "application/x-www-form-urlencoded", image());
    }

    @Override
    public void close() {
        context.stop();
    }
}
