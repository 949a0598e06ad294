package io.github.camelroboflow.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.github.camelroboflow.delivery.failure.FailureClassifier;
import io.github.camelroboflow.delivery.outbox.Outbox.WebhookScheme;
import io.github.camelroboflow.delivery.outbox.Outbox.WebhookSettings;
import io.github.camelroboflow.http.Certificates;
import io.github.camelroboflow.http.HostileServer;
import io.github.camelroboflow.http.SystemProperties;
import io.github.camelroboflow.http.TunnelProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Webhooks use proxies, trust certificates and present their own, as the properties of this JVM say. */
@Isolated
class WebhookNetworkIT {

    private static final String STORE = "javax.net.ssl.";

    @TempDir
    Path folder;

    private final SystemProperties properties = new SystemProperties();

    @AfterEach
    void reset() {
        properties.close();
    }

    private static Throwable send(String url) {
        Duration timeout = Duration.ofSeconds(20);
        try (WebhookSender webhooks = new WebhookSender(new WebhookSettings(timeout, timeout, WebhookScheme.STANDARD, ""),
                Clock.systemUTC())) {
            return catchThrowable(() -> webhooks.send(new OutboxMessage(url, "one", "", Payload.of(new byte[] {'{', '}'}), true,
                    Map.of(), Map.of(), "a.jpg")));
        }
    }

    private static String words(String url) {
        return FailureClassifier.describe(send(url));
    }

    /** @param clients the trusted certificates of clients; {@code null} if none is needed */
    private static HttpsServer server(Path key, Path clients) throws IOException {
        SSLContext context = Certificates.server(key, clients == null ? key : clients);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {

            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters wanted = context.getDefaultSSLParameters();
                wanted.setNeedClientAuth(clients != null);
                parameters.setSSLParameters(wanted);
            }
        });
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static String url(HttpsServer server) {
        return "https://localhost:" + server.getAddress().getPort() + "/T0KEN";
    }

    private void trust(Path key) {
        properties.set(STORE + "trustStore", Certificates.trust(key)).set(STORE + "trustStorePassword", Certificates.PASSWORD)
                .set(STORE + "trustStoreType", "PKCS12");
    }

    @Test
    void aCertificateOfAnAuthorityOfOnesOwnIsTrusted() throws IOException {
        Path key = Certificates.key(folder, "receiver", "-ext", "san=dns:localhost");
        HttpsServer server = server(key, null);
        try {
            assertThat(words(url(server))).contains(
                    "its certificate, of CN=receiver,O=Test, issued by CN=receiver,O=Test, valid from 2",
                    "Java trusts nobody who issued it", "give Java the certificate of the issuer, with -Djavax.net.ssl.trustStore=")
                            .doesNotContain("T0KEN");

            trust(key);
            assertThat(send(url(server))).isNull();
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aCertificateForAnotherNameIsToldWithWhatToDo() throws IOException {
        Path key = Certificates.key(folder, "receiver", "-ext", "san=dns:other.example");
        HttpsServer server = server(key, null);
        try {
            trust(key);
            Throwable failure = send(url(server));
            assertThat(FailureClassifier.describe(failure)).contains("other.example", "write a name that its certificate is for");
            assertThat(FailureClassifier.outage(failure)).isPresent();
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aClientShowsItsCertificate() throws IOException {
        Path key = Certificates.key(folder, "receiver", "-ext", "san=dns:localhost");
        Path client = Certificates.key(folder, "client");
        HttpsServer server = server(key, Certificates.trust(client));
        try {
            trust(key);
            assertThat(send(url(server))).isInstanceOf(IOException.class);

            properties.set(STORE + "keyStore", client).set(STORE + "keyStorePassword", Certificates.PASSWORD)
                    .set(STORE + "keyStoreType", "PKCS12");
            assertThat(send(url(server))).isNull();
        } finally {
            server.stop(0);
        }
    }

    @ParameterizedTest
    @CsvSource({"keyStore", "trustStore"})
    void aStoreThatIsNotThereIsNamed(String store) {
        properties.set(STORE + store, folder.resolve("no.p12"));

        assertThatIllegalArgumentException().isThrownBy(() -> send("https://localhost/"))
                .withMessageContainingAll("javax.net.ssl." + store + "=", "no.p12");
    }

    private void proxy(String scheme, int port) {
        properties.set(scheme + ".proxyHost", "127.0.0.1").set(scheme + ".proxyPort", port);
    }

    /** Names of containers and international names, in the form in which they are resolved. */
    @ParameterizedTest
    @CsvSource({"http://home_assistant:8123/api/webhook/x, home_assistant:8123",
            "http://münchen.example/a, xn--mnchen-3ya.example"})
    void plainRequestsGoByAProxy(String url, String host) {
        try (Receiver proxy = new Receiver()) {
            proxy("http", Integer.parseInt(proxy.url("").replaceFirst(".*:", "")));

            assertThat(send(url)).isNull();
            assertThat(proxy.requests()).singleElement().satisfies(request -> {
                assertThat(request.path()).startsWith("http://" + host + "/a");
                assertThat(request.headers().getFirst("Host")).isEqualTo(host);
            });
        }
    }

    @Test
    void encryptedRequestsGoByAProxyThatWantsAUser() throws IOException {
        Path key = Certificates.key(folder, "receiver", "-ext", "san=dns:receiver.example");
        HttpsServer server = server(key, null);
        try (TunnelProxy proxy = new TunnelProxy(server.getAddress().getPort(), "Basic dXNlcjpwYXNz")) {
            trust(key);
            proxy("https", proxy.port());
            assertThat(words("https://receiver.example/T0KEN")).contains("the proxy does not connect to https://receiver.example"
                    + " (HTTP status 407, who, you?): check https.proxyHost, and https.proxyUser").doesNotContain("T0KEN");

            properties.set("https.proxyUser", "user").set("https.proxyPassword", "pass");
            assertThat(send("https://receiver.example/T0KEN")).isNull();
            assertThat(proxy.asked()).containsExactly("CONNECT receiver.example:443 HTTP/1.1");
        } finally {
            server.stop(0);
        }
    }

    /** A proxy's own response counted as the receiver's, and the result was given up. */
    @Test
    void aRefusalOfTheProxyIsAnOutage() {
        try (HostileServer proxy = new HostileServer(HostileServer.text("HTTP/1.1 400 No\r\nContent-Length: 0\r\n\r\n"))) {
            proxy("https", proxy.port());
            Throwable failure = send("https://receiver.example/");

            assertThat(FailureClassifier.isRefusal(failure)).isFalse();
            assertThat(FailureClassifier.outage(failure)).isPresent();
        }
    }

    @Test
    void hostsThatAreToBeReachedWithoutItAre() {
        try (Receiver receiver = new Receiver();
                HostileServer proxy = new HostileServer(HostileServer.text("HTTP/1.1 500 No\r\n\r\n"))) {
            proxy("http", proxy.port());
            properties.set("http.nonProxyHosts", "127.*");

            assertThat(send(receiver.url("/"))).isNull();
        }
    }
}
