package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.app.fixture.Broker;
import io.github.camelroboflow.app.fixture.ScriptedEngine;
import io.github.camelroboflow.app.fixture.WebhookServer;
import io.github.camelroboflow.inference.Detection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table that the README shows does what the README says, put in the place of the shipped one. */
class RecipeIT {

    private static final Detection PERSON = ScriptedEngine.at(2, 2, "person");
    private static final Detection HELMET = ScriptedEngine.at(2, 2, "helmet");

    @TempDir
    Path data;

    private static String table() throws IOException {
        return Pattern.compile("```yaml\n(.*?)```\n", Pattern.DOTALL).matcher(Files.readString(Path.of("README.md"))).results()
                .map(block -> block.group(1)).filter(block -> block.contains("direct:by-class")).findFirst().orElseThrow();
    }

    @Test
    void aPersonWithoutAHelmetGoesToTheAlertsQueueAndTheWebhookAndEverythingElseToTheArchive() throws Exception {
        ScriptedEngine engine = ScriptedEngine.finding(image -> switch (image.name()) {
            case "unsafe.jpg" -> List.of(PERSON);
            case "safe.jpg" -> List.of(PERSON, HELMET);
            default -> List.of();
        });
        try (Broker broker = Broker.activeMq().start(); WebhookServer receiver = new WebhookServer().start()) {
            // as the README has it for an address with an ampersand
            Path table = Files.writeString(data.resolve("by-class.camel.yaml"),
                    table().replace("https://example.com/alerts", "RAW(" + receiver.address() + "/alerts?key=a%2Fb&list=x%20y)"));
            try (WatchedFolder folder = new WatchedFolder(data).with(engine).with("queue.broker", broker.address())
                    .with("camel.main.routesIncludePattern",
                            "file:routes/{{routes}}.camel.yaml,file:" + table).start()) {
                List.of("unsafe.jpg", "safe.jpg", "nobody.jpg").forEach(name -> folder.drop(new byte[] {1}, name));

                await().until(() -> folder.files("done").size() == 3);
                await().until(() -> receiver.received().size() == 1);

                assertThat(broker.messages("alerts")).hasSize(1);
                assertThat(broker.messages("alerts").get(0).getStringProperty("image")).isEqualTo("unsafe.jpg");
                assertThat(receiver.received().get(0).path()).isEqualTo("/alerts?key=a%2Fb&list=x%20y");
                assertThat(new ObjectMapper().readTree(receiver.received().get(0).body()).path("image").textValue())
                        .isEqualTo("unsafe.jpg");
                assertThat(folder.files("results")).containsExactly("archive/nobody.jpg", "archive/nobody.jpg.json",
                        "archive/safe.jpg", "archive/safe.jpg.json");
            }
        }
    }
}
