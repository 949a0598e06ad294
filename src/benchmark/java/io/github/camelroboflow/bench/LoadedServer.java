package io.github.camelroboflow.bench;

import io.github.camelroboflow.component.RoboflowComponent;
import io.github.camelroboflow.component.RoboflowConfiguration;
import io.github.camelroboflow.component.RoboflowConfiguration.InferenceRuntime;
import io.github.camelroboflow.component.server.RoboflowServerEndpoint;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.server.fixture.Wire;
import java.util.Base64;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** Two servers in this JVM: one in front of the embedded engine with a net, one in front of a route that answers at once. */
final class LoadedServer implements AutoCloseable {

    private final DefaultCamelContext context = new DefaultCamelContext();

    LoadedServer(BenchNet net) throws Exception {
        RoboflowConfiguration defaults = new RoboflowConfiguration();
        defaults.setRuntime(InferenceRuntime.EMBEDDED);
        defaults.setModelsDirectory(net.directory().toString());
        component().setConfiguration(defaults);
        Inference nothing =
                InferenceJson.read("{\"inference_id\":\"i\",\"time\":0.1,\"image\":{\"width\":9,\"height\":9},\"predictions\":[]}");
        context.addRoutes(new RouteBuilder() {

            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("roboflow-server:localhost:0").routeId("server")
                        .setHeader("CamelRoboflowModel", header("CamelRoboflowRequestedModel"))
                        .to("roboflow:*?allowedModels=*,*/*");
                from("roboflow-server:127.0.0.1:0").routeId("nothing").process(exchange -> exchange.getMessage().setBody(nothing));
            }
        });
        context.start();
    }

    RoboflowComponent component() {
        return context.getComponent("roboflow", RoboflowComponent.class);
    }

    /** Returns the address of a route's server. */
    String url(String route) {
        return ((RoboflowServerEndpoint) context.getRoute(route).getEndpoint()).url().orElseThrow();
    }

    /** Returns a client of the route that posts this image as documented: as base64 with the content type of a form. */
    Load.Client client(String route, String model, byte[] image) {
        String url = url(route);
        Wire wire = new Wire(Integer.parseInt(url.substring(url.lastIndexOf(':') + 1)));
        byte[] body = Base64.getEncoder().encode(image);
        String[] headers = {"Content-Type: application/x-www-form-urlencoded"};
        return new Load.Client() {

            @Override
            public boolean ask() {
                return wire.request("POST", "/" + model, headers, body).status() == 200;
            }

            @Override
            public void close() {
                wire.close();
            }
        };
    }

    @Override
    public void close() throws Exception {
        context.close();
    }
}
