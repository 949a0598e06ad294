package io.github.camelroboflow.app.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.MqttBroker;
import io.github.camelroboflow.app.fixture.Relay;
import io.github.camelroboflow.app.fixture.RoutingTable;
import io.github.camelroboflow.app.fixture.ScriptedEngine;
import io.github.camelroboflow.inference.Detection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.camel.health.HealthCheckRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The destination kamelet:mqtt, against Artemis. */
class MqttIT {

    private static MqttBroker broker;

    @TempDir
    Path data;

    @BeforeAll
    static void startBroker(@TempDir Path folder) {
        broker = new MqttBroker(folder, "camera", "s3cret").start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    private WatchedFolder program(String destination) {
        return new WatchedFolder(data).with(new RoutingTable().when("*", destination)).with("outbox.retryAfter", "200")
                .with("mqtt.broker", broker.address()).with("mqtt.user", "camera").with("mqtt.password", "s3cret")
                .with("mqtt.clientId", data.getFileName().toString());
    }

    private static String health(WatchedFolder folder) {
        return HealthCheckRegistry.get(folder.context()).getCheck("outbox")
                .flatMap(check -> check.callReadiness().getMessage()).orElse("");
    }

    @Test
    void aTopicGetsTheResultWithTheIdsAsPropertiesAndKeepsTheLast() throws Exception {
        List<Mqtt5Publish> read = broker.read("first/#");
        try (WatchedFolder folder = program("kamelet:mqtt?topic=first/${folder}/${class}&retained=true&expiry=1h").start()) {
            folder.drop("gears.jpg", "line 1/gears.jpg");
            await().until(() -> folder.files("done").equals(List.of("line 1/gears.jpg")) && read.size() == 1);
        }

        Mqtt5Publish message = read.get(0);
        assertThat(message.getTopic()).hasToString("first/line 1/gear");
        assertThat(new ObjectMapper().readTree(MqttBroker.text(message)).at("/predictions/0/class").textValue()).isEqualTo("gear");
        assertThat(message.getContentType()).hasToString("Optional[application/json]");
        assertThat(message.getMessageExpiryInterval().orElse(0)).isBetween(1L, 3600L);
        assertThat(message.getUserProperties().asList()).extracting(property -> property.getName().toString())
                .containsExactlyInAnyOrder("deliveryId", "resultKey", "model", "image", "source");
        String id = StandardCharsets.UTF_8.decode(message.getCorrelationData().orElseThrow()).toString();
        assertThat(id).matches("[0-9a-f]{64}");
        assertThat(message.getUserProperties().asList()).anyMatch(property -> property.getValue().toString().equals(id));
        List<Mqtt5Publish> later = broker.read("first/#");
        await().until(() -> later.size() == 1);
        assertThat(later.get(0).isRetain()).isTrue();
    }

    @Test
    void namesThatOthersChoseAddNoLevelsAndAreNoWildcards() {
        List<Mqtt5Publish> read = broker.read("names/#");
        try (WatchedFolder folder = program("kamelet:mqtt?topic=names/${class}")
                .with(ScriptedEngine.finding(ScriptedEngine.at(1, 1, "a/b+#\u0000c"))).start()) {
            folder.drop(new byte[] {1}, "a.jpg");
            await().until(() -> read.size() == 1);
        }

        assertThat(read.get(0).getTopic()).hasToString("names/a_b___c");
    }

    @Test
    void theStatusTopicTellsThatTheProgramRunsAndThatItStopped() {
        List<Mqtt5Publish> read = broker.read("status/one");
        try (WatchedFolder folder = program("kamelet:mqtt?topic=any").with("mqtt.statusTopic", "status/one").start()) {
            await().until(() -> read.size() == 1);
        }

        await().until(() -> read.size() == 2);
        assertThat(read).extracting(MqttBroker::text).containsExactly("online", "offline");
        List<Mqtt5Publish> later = broker.read("status/one");
        await().until(() -> later.size() == 1);
        assertThat(MqttBroker.text(later.get(0))).isEqualTo("offline");
    }

    @Test
    void theBrokerSetsTheStatusWhenTheConnectionDiesAndTheProgramConnectsAgain() throws Exception {
        List<Mqtt5Publish> read = broker.read("status/two");
        try (Relay relay = new Relay(broker.port());
             WatchedFolder folder = program("kamelet:mqtt?topic=any").with("mqtt.broker", "mqtt://127.0.0.1:" + relay.port())
                     .with("mqtt.statusTopic", "status/two").start()) {
            await().until(() -> read.size() == 1);
            relay.cut();

            await().until(() -> read.size() == 3);
            assertThat(read).extracting(MqttBroker::text).containsExactly("online", "offline", "online");
        }
    }

    @Test
    void imagesAreDoneWhileTheBrokerIsDownOrRefusesTheLoginAndItGetsThemWhenThatIsCorrected() throws Exception {
        List<Mqtt5Publish> read = broker.read("outage");
        Files.createDirectories(data);
        try (WatchedFolder folder = program("kamelet:mqtt?topic=outage&qos=2").with("mqtt.broker", "mqtt://127.0.0.1:1").start()) {
            IntStream.range(0, 3).forEach(i -> folder.drop("gears.jpg", i + ".jpg"));
            await().until(() -> folder.files("done").size() == 3);
            await().untilAsserted(() -> assertThat(health(folder)).contains("mqtt:outage", "Connection refused"));
        }
        try (WatchedFolder folder = program("kamelet:mqtt?topic=outage&qos=2").with("mqtt.password", "wr0ng").start()) {
            await().untilAsserted(() -> assertThat(health(folder)).contains("mqtt:outage", "refuses the login")
                    .doesNotContain("wr0ng"));
            assertThat(folder.files("failed")).isEmpty();
        }
        try (WatchedFolder folder = program("kamelet:mqtt?topic=outage&qos=2").start()) {
            await().until(() -> read.size() == 3);
        }
    }

    @Test
    void aResultThatIsLargerThanThePacketsOfTheBrokerFailsItsImageAtOnceAndStopsNoOther() {
        List<Mqtt5Publish> read = broker.read("large");
        Detection[] many = IntStream.range(0, 2000).mapToObj(i -> ScriptedEngine.at(i, i, "gear")).toArray(Detection[]::new);
        try (WatchedFolder folder = program("kamelet:mqtt?topic=large").with(ScriptedEngine.finding(image ->
                image.name().contains("large") ? List.of(many) : List.of(ScriptedEngine.at(1, 1, "gear")))).start()) {
            folder.drop(new byte[] {1}, "large.jpg");
            folder.drop(new byte[] {1, 2}, "small.jpg");

            await().until(() -> folder.files("failed").contains("large.jpg") && folder.files("done").equals(List.of("small.jpg")));
            assertThat(folder.read("failed/large.jpg.error.json")).contains("raise its largest packet size", "\"attempts\" : 1");
            await().until(() -> read.size() == 1);
        }
    }
}
