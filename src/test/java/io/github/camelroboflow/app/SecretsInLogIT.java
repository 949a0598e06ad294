package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.fixture.Broker;
import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.app.fixture.RoutingTable;
import io.github.camelroboflow.app.fixture.S3Server;
import io.github.camelroboflow.app.fixture.WebhookServer;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With the root logger at debug, as an operator has it who looks for a fault, keys and passwords were in the log. */
class SecretsInLogIT {

    @TempDir
    Path data;

    @ParameterizedTest
    @ValueSource(strings = {"debug", "trace"})
    void noSecretIsThereWhateverTheRootLoggersLevel(String level) throws Exception {
        Path logging = Files.writeString(data.resolve("log4j2.properties"), Files.readString(Path.of("config/log4j2.properties"))
                .replace("rootLogger.level = warn", "rootLogger.level = " + level));
        WatchedFolder folder = new WatchedFolder(data);
        folder.drop("gears.jpg", "a.jpg");
        try (FakeRoboflow cloud = FakeRoboflow.start(); WebhookServer receiver = new WebhookServer().start();
                Broker broker = Broker.activeMq().start(); S3Server s3 = new S3Server(data).start();
                ProgramProcess program = ProgramProcess
                        .start(data, properties(cloud, receiver, broker, s3, logging), environment(s3))) {
            await().until(() -> !receiver.received().isEmpty()
                    || !program.isAlive());
            program.interrupt();
            program.exitCode();

            assertThat(program.output()).contains("camel-roboflow runs").doesNotContain(FakeRoboflow.KEY, "T0KEN", "S1GN",
                    "QU3UE", "K3Y0FSERVER", "D8PASS", S3Server.SECRET, "S4SS1GN");
        }
    }

    private Map<String, String> properties(FakeRoboflow cloud, WebhookServer receiver, Broker broker, S3Server s3, Path logging)
            throws IOException {
        Path table = new RoutingTable().when("* or none", "kamelet:webhook?url=" + receiver.address() + "/T0KEN?key=T0KEN",
                "kamelet:queue?name=q", "kamelet:s3?bucket=none", "kamelet:azure?container=none").write(data);
        Map<String, String> properties = new HashMap<>(Map.of("log4j2.configurationFile", logging.toString(), "model",
                FakeRoboflow.MODEL, "camel.component.roboflow.runtime", "hosted", "camel.component.roboflow.apiUrl",
                cloud.address(), "queue.broker", broker.address(), "queue.user", "someone", "inbox.unchangedFor", "0"));
        properties.put("queue.passwordFile", file("password", "QU3UE"));
        properties.put("server.keysFile", file("keys", "K3Y0FSERVER"));
        properties.putAll(Map.of("s3.overrideEndpoint", "true", "s3.endpoint", s3.address(), "s3.forcePathStyle", "true"));
        properties.put("camel.main.routesIncludePattern", "file:routes/{{routes}}.camel.yaml,file:" + table);
        return properties;
    }

    /** S3Proxy refuses what Azure's client sends, which is logged. */
    private static Map<String, String> environment(S3Server s3) {
        return Map.of("AZURE_STORAGE_CONNECTION_STRING", "BlobEndpoint=" + s3.address()
                + "/account;SharedAccessSignature=sv=2026-01-01&sig=S4SS1GN", "ROBOFLOW_API_KEY", FakeRoboflow.KEY,
                "WEBHOOK_SECRET", "S1GN", "DELIVERY_DATABASE_PASSWORD", "D8PASS", "AWS_ACCESS_KEY_ID", S3Server.KEY_ID,
                "AWS_SECRET_ACCESS_KEY", S3Server.SECRET);
    }

    private String file(String name, String secret) throws IOException {
        return Files.writeString(data.resolve(name), secret + "\n").toString();
    }
}
