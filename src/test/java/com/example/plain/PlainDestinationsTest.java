package com.example.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.app.fixture.Broker;
import io.github.camelroboflow.app.fixture.FreePorts;
import io.github.camelroboflow.app.fixture.SmtpServer;
import io.github.camelroboflow.app.fixture.WebhookServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.component.kamelet.KameletComponent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The destinations in somebody else's application: with the library and Camel's own parts, and without our program. */
class PlainDestinationsTest {

    @TempDir
    Path data;

    private final PlainApplication application = new PlainApplication();

    @Test
    void aFolderGetsTheResultAndACopyOfTheImage() throws Exception {
        application.set("results", data.toString());
        application.send("kamelet:folder?name=gears&image=true");

        PlainApplication.assertGear(Files.readString(data.resolve("gears/line 1/gears.jpg.json")));
        assertThat(data.resolve("gears/line 1/gears.jpg")).hasBinaryContent(Files.readAllBytes(PlainApplication.GEARS.toPath()));
        assertThat(data.resolve("gears/line 1").toFile().list()).hasSize(2);
    }

    @Test
    void aQueueGetsTheResult() throws Exception {
        try (Broker broker = Broker.activeMq().start()) {
            application.set("queue.broker", broker.address());
            application.send("kamelet:queue?name=#alerts", "kamelet:queue?name=all");

            assertThat(broker.messages("all")).hasSize(1);
            assertThat(broker.messages("#alerts")).singleElement().satisfies(message -> {
                PlainApplication.assertGear(message.getText());
                assertThat(message.getStringProperty("image")).isEqualTo("line 1/gears.jpg");
            });
        }
    }

    @ParameterizedTest
    @CsvSource({"'', 'v1,'", "standard, 'v1,'", "stripe, t="})
    void aWebhookGetsTheResultSigned(String scheme, String start) throws Exception {
        application.set("webhook.secret", "#s3cret");
        application.set("webhook.scheme", scheme);
        try (WebhookServer receiver = new WebhookServer().start()) {
            application.send("kamelet:webhook?url=" + receiver.address() + "/hook");

            assertThat(receiver.received()).singleElement().satisfies(request -> {
                assertThat(request.headers().getFirst("Webhook-Signature")).startsWith(start);
                PlainApplication.assertGear(new ObjectMapper().readTree(request.body()).path("result").toString());
            });
        }
    }

    @Test
    void aWebhookOfDiscordGetsTheAnnotatedPicture() throws Exception {
        try (WebhookServer receiver = new WebhookServer().start()) {
            application.send("kamelet:webhook?body=discord&annotated=true&url=" + receiver.address() + "/hook");

            assertThat(receiver.received()).singleElement().satisfies(request -> assertThat(new String(request.body(),
                    StandardCharsets.ISO_8859_1)).contains("name=\"payload_json\"", " gear", "name=\"files[0]\"", "image/jpeg"));
        }
    }

    @Test
    void eachRecipientGetsAMail() throws Exception {
        try (SmtpServer server = new SmtpServer().start()) {
            application.set("mail.server", server.address());
            application.set("mail.security", "none");
            application.send("kamelet:mail?to=ops@example.com,night@example.com&from=camera@example.com&subject=#1 ${image}");

            assertThat(server.received()).extracting(SmtpServer.Received::recipient)
                    .containsExactly("ops@example.com", "night@example.com");
            assertThat(server.received().get(0).message().getSubject()).isEqualTo("#1 line 1/gears.jpg");
            assertThat(server.received().get(0).content()).asString().contains("image/jpeg");
        }
    }

    @Test
    void aWebhookThatCanNotBeStopsTheStart() {
        assertThatThrownBy(() -> application.send("kamelet:webhook?body=slack&annotated=true&url=http://127.0.0.1/"))
                .hasRootCauseInstanceOf(IllegalArgumentException.class)
                .hasStackTraceContaining("annotated=true can't go with body=slack");
    }

    @Test
    void aDestinationThatIsDownFailsTheRouteThatUsesIt() throws Exception {
        application.set("queue.broker", "tcp://127.0.0.1:" + FreePorts.free());
        application.set("results", Files.createFile(data.resolve("no-folder")).toString());
        application.set("mail.server", "localhost:" + FreePorts.free());
        application.set("mqtt.broker", "mqtt://127.0.0.1:" + FreePorts.free());
        for (String destination : new String[] {"kamelet:queue?name=alerts", "kamelet:folder?name=gears",
                "kamelet:mail?to=ops@example.com&from=camera@example.com", "kamelet:mqtt?topic=gears",
                "kamelet:webhook?url=http://127.0.0.1:" + FreePorts.free()}) {
            assertThatThrownBy(() -> application.send(destination)).isInstanceOf(CamelExecutionException.class)
                    .satisfies(PlainApplication::assertTellsNothingOfTheProgram);
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
        try (CamelContext context = application.context("kamelet:folder?name=one.json")) {
            context.getComponent("kamelet", KameletComponent.class).setLocation("file:" + own + ",classpath:kamelets");
            context.start();
            context.createProducerTemplate().sendBody("direct:images", PlainApplication.GEARS);
        }

        PlainApplication.assertGear(Files.readString(data.resolve("mine/one.json")));
    }
}
