package io.github.camelroboflow.delivery.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.github.camelroboflow.app.fixture.MqttBroker;
import io.github.camelroboflow.app.fixture.Relay;
import io.github.camelroboflow.delivery.destination.MqttConnection.MqttSettings;
import io.github.camelroboflow.delivery.outbox.DestinationSender.Delivery;
import io.github.camelroboflow.http.Certificates;
import io.github.camelroboflow.http.SystemProperties;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Messages go to a broker whose certificate Java's properties trust, and to no other. */
@Isolated
class MqttTlsIT {

    private static final String STORE = "javax.net.ssl.";

    private static MqttBroker broker;

    @TempDir
    Path folder;

    private final SystemProperties properties = new SystemProperties();

    @BeforeAll
    static void startBroker(@TempDir Path data) {
        broker = new MqttBroker(data).start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @AfterEach
    void reset() {
        properties.close();
    }

    private static Throwable send(String address) {
        try (MqttConnection connection = new MqttConnection(new MqttSettings(address, "", "", "tls", "", Duration.ofSeconds(30)))) {
            return catchThrowable(() -> connection.send(new Delivery("mqtt:tls", "one",
                    "{}".getBytes(StandardCharsets.UTF_8), true, Map.of("topic", "tls", "qos", "1"))));
        }
    }

    private static ServerSocketFactory tls(Path key, Path trust) {
        SSLContext context = Certificates.server(key, trust);
        return context.getServerSocketFactory();
    }

    private void trust(Path store) {
        properties.set(STORE + "trustStore", store).set(STORE + "trustStorePassword", Certificates.PASSWORD);
    }

    @Test
    void aBrokerWithATrustedCertificateGetsTheMessage() throws Exception {
        Path key = Certificates.key(folder, "broker", "-ext", "san=dns:localhost");
        Path trust = Certificates.trust(key);
        List<Mqtt5Publish> read = broker.read("tls");
        try (Relay relay = new Relay(tls(key, trust), broker.port())) {
            String address = "mqtts://localhost:" + relay.port();
            assertThat(send(address)).hasMessageContaining("localhost:" + relay.port()).hasMessageContaining(
                    "its certificate, of CN=broker,O=Test").hasMessageContaining("-Djavax.net.ssl.trustStore=");

            trust(trust);
            assertThat(send(address.replace("localhost", "127.0.0.1"))).hasMessageContaining("127.0.0.1");
            assertThat(read).isEmpty();
            assertThat(send(address)).isNull();
            await().until(() -> read.size() == 1);
        }
    }
}
