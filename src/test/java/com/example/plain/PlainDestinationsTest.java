package com.example.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.app.fixture.Broker;
import io.github.camelroboflow.app.fixture.FreePorts;
import io.github.camelroboflow.app.fixture.WebhookServer;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The destinations in somebody else's application: with the library and Camel's own parts, and without our program. */
class PlainDestinationsTest {

    private static final String MODEL = "roboflow:parts-detect/1?runtime=embedded&modelsDirectory=config/models";
    private static final File GEARS = new File("config/samples/gears.jpg");

    @TempDir
    Path data;

    private final Properties properties = new Properties();

    private void send(String... destinations) throws Exception {
        try (CamelContext context = context(destinations)) {
            context.start();
            context.createProducerTemplate().sendBodyAndHeader("direct:images", GEARS, "CamelFileName", "line 1/gears.jpg");
        }
    }

    private CamelContext context(String... destinations) throws Exception {
        CamelContext context = new DefaultCamelContext();
        context.getPropertiesComponent().setInitialProperties(properties);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:images").setVariable("image", body()).to(MODEL).to(destinations);
            }
        });
        return context;
    }

    private static void assertGear(String json) throws Exception {
        assertThat(new ObjectMapper().readTree(json).at("/predictions/0/class").textValue()).isEqualTo("gear");
    }

    @Test
    void aFolderGetsTheResultAndACopyOfTheImage() throws Exception {
        properties.setProperty("results", data.toString());
        send("kamelet:folder?name=gears&image=true");

        assertGear(Files.readString(data.resolve("gears/line 1/gears.jpg.json")));
        assertThat(data.resolve("gears/line 1/gears.jpg")).hasBinaryContent(Files.readAllBytes(GEARS.toPath()));
        assertThat(data.resolve("gears/line 1").toFile().list()).hasSize(2);
    }

    @Test
    void aQueueGetsTheResult() throws Exception {
        try (Broker broker = Broker.activeMq().start()) {
            properties.setProperty("queue.broker", broker.address());
            send("kamelet:queue?name=#alerts", "kamelet:queue?name=all");

            assertThat(broker.messages("all")).hasSize(1);
            assertThat(broker.messages("#alerts")).singleElement().satisfies(message -> {
                assertGear(message.getText());
                assertThat(message.getStringProperty("image")).isEqualTo("line 1/gears.jpg");
            });
        }
    }

    @Test
    void aWebhookGetsTheResultSigned() throws Exception {
        properties.setProperty("webhook.secret", "#s3cret");
        try (WebhookServer receiver = new WebhookServer().start()) {
            send("kamelet:webhook?url=" + receiver.address() + "/hook");

            assertThat(receiver.received()).singleElement().satisfies(request -> {
                assertThat(request.headers().getFirst("Webhook-Signature")).startsWith("t=");
                assertGear(new ObjectMapper().readTree(request.body()).path("result").toString());
            });
        }
    }

    @Test
    void aDestinationThatIsDownFailsTheRouteThatUsesIt() throws Exception {
        properties.setProperty("queue.broker", "tcp://127.0.0.1:" + FreePorts.free());
        properties.setProperty("results", Files.createFile(data.resolve("no-folder")).toString());
        for (String destination : new String[] {"kamelet:queue?name=alerts", "kamelet:folder?name=gears",
                "kamelet:webhook?url=http://127.0.0.1:" + FreePorts.free()}) {
            assertThatThrownBy(() -> send(destination)).isInstanceOf(CamelExecutionException.class);
        }
    }

    @Test
    void aKameletOfTheSameNameThatComesBeforeOursWins() throws Exception {
        Path own = Files.createDirectory(data.resolve("own"));
        Files.writeString(own.resolve("folder.kamelet.yaml"), """
                apiVersion: camel.apache.org/v1
                kind: Kamelet
                metadata:
                  name: folder
                spec:
                  definition:
                    title: Own
                    properties:
                      name:
                        type: string
                  template:
                    from:
                      uri: kamelet:source
                      steps:
                        - toD: "file:%s?fileName={{name}}"
                """.formatted(data.resolve("mine")));
        try (CamelContext context = context("kamelet:folder?name=one.json")) {
            context.getComponent("kamelet", KameletComponent.class).setLocation("file:" + own + ",classpath:kamelets");
            context.start();
            context.createProducerTemplate().sendBody("direct:images", GEARS);
        }

        assertGear(Files.readString(data.resolve("mine/one.json")));
    }
}
