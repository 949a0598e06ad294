package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.component.fixture.PrintedOutput;
import io.github.camelroboflow.hosted.fake.Behaviour;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** For all answers of a server and all readers, the API key is in no log, exception, URI, health report or MBean. */
@Isolated("changes what is logged, and needs JMX")
class ApiKeyLeakTest {

    private static final String KEY = "nW7sEcrEtKeY42";
    @Test
    void theKeyIsInNoLogExceptionUriHealthReportOrMBean() throws Exception {
        try (PrintedOutput seen = new PrintedOutput(); FakeRoboflow cloud = FakeRoboflow.start()) {
            runAllFailures(cloud, seen);

            assertThat(seen.text()).contains("roboflow:", "org.apache.camel", "EndpointUri", "HTTP 401");
            assertThat(seen.lines(KEY)).isEmpty();
        }
    }

    private void runAllFailures(FakeRoboflow cloud, PrintedOutput seen) throws Exception {
        DefaultCamelContext context = new DefaultCamelContext();
        List<String> targets = List.of("roboflow:my-project/3?apiKey={{key}}", "roboflow:my-project/3?apiKey=RAW({{key}})",
                "roboflow:my-project/3?apiKeyTransport=query&apiKey={{key}}", "roboflow:my-project/4",
                // other spellings that Camel accepts
                "roboflow:my-project/5?apikey={{key}}", "roboflow:my-project/5?api-key={{key}}",
                "roboflow:my-project/5?configuration.apiKey={{key}}", "roboflow:my-project/5?APIKEY={{key}}",
                "roboflow-workflow:acme/find?maxRetries=0&readTimeout=200&apiKey={{key}}",
                "roboflow:my-project/4?runtime=embedded&modelsDirectory=target/no-key-models&lazyStartProducer=true&apiKey={{key}}",
                "roboflow-upload:my-project?maxRetries=0&readTimeout=200&apiUrl=" + cloud.address(),
                "roboflow-upload:my-project?maxRetries=0&readTimeout=200&apiKey={{key}}&apiUrl=" + cloud.address());
        // a placeholder, since Camel shows a route's source to anyone who manages it
        context.getPropertiesComponent().setInitialProperties(properties());
        RoboflowComponent component = new RoboflowComponent();
        component.getConfiguration().setApiKey(KEY);
        component.getConfiguration().setApiUrl(cloud.address());
        component.getConfiguration().setWeightsUrl(cloud.address());
        component.getConfiguration().setMaxRetries(0);
        component.getConfiguration().setReadTimeout(200);
        context.addComponent("roboflow", component);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                for (int i = 0; i < targets.size(); i++) {
                    from("direct:" + i).to(targets.get(i)).to("log:result?showAll=true");
                }
            }
        });
        context.start();
        try {
            List<Behaviour> answers = List.of(Behaviour.usual(), Behaviour.json(400, "{\"message\":\"bad " + KEY + "\"}"),
                    Behaviour.redirect(302, "http://elsewhere.example/?api_key=" + KEY), Behaviour.cut(),
                    Behaviour.usual().stallHalfway(), Behaviour.status(503), Behaviour.body(200, "text/html", KEY.getBytes()),
                    Behaviour.json(401, "{\"message\":\"key " + KEY + " is wrong\"}"));
            for (int i = 0; i < targets.size(); i++) {
                for (Behaviour answer : answers) {
                    cloud.next(answer);
                    seen.add(context.createProducerTemplate().send("direct:" + i,
                            exchange -> exchange.getMessage().setBody(Path.of("config/samples/bolts-and-nuts.jpg").toFile())));
                }
            }
            context.getEndpoints().forEach(endpoint -> seen.add(endpoint + endpoint.getEndpointUri()));
            HealthCheckRegistry.get(context).stream().forEach(check -> seen.add(check.call()));
            seen.add(component.getConfiguration());
            seen.addMBeans();
        } finally {
            context.stop();
        }
    }

    private static Properties properties() {
        Properties properties = new Properties();
        properties.setProperty("key", KEY);
        return properties;
    }
}
