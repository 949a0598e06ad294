package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.component.fixture.HostedModelTestBase;
import io.github.camelroboflow.hosted.fake.Behaviour;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import io.github.camelroboflow.hosted.fake.UnresponsiveServer;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.HttpHost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Each connection option of {@code runtime=hosted} has its effect. */
class HostedConnectionOptionsIT extends HostedModelTestBase {

    @Test
    void maxRetriesAndTheirDelaysAreKept() {
        cloud.always(Behaviour.status(503));

        assertThat(send("maxRetries=1", PHOTO.toFile(), Map.of()).getException()).isInstanceOf(RoboflowUnavailableException.class);

        assertThat(cloud.requests()).hasSize(2);
    }

    @Test
    void readTimeoutEndsATry() {
        cloud.always(Behaviour.usual().delay(Duration.ofSeconds(20)));

        assertThat(send("maxRetries=0&readTimeout=100", PHOTO.toFile(), Map.of()).getException())
                .isInstanceOf(RoboflowUnavailableException.class).hasMessageContaining("SocketTimeoutException");
    }

    @Test
    void connectTimeoutEndsATry() throws IOException {
        try (UnresponsiveServer full = UnresponsiveServer.start()) {
            Exchange exchange = send("maxRetries=0&connectTimeout=100&requestTimeout=9s&apiUrl=" + full.address(), PHOTO.toFile(),
                    Map.of());

            assertThat(exchange.getException()).isInstanceOf(RoboflowUnavailableException.class)
                    .hasMessageContaining("ConnectTimeoutException");
        }
    }

    @Test
    void requestTimeoutHoldsForEverything() {
        cloud.always(Behaviour.usual().delay(Duration.ofSeconds(20)));

        assertThat(send("requestTimeout=200", PHOTO.toFile(), Map.of()).getException())
                .isInstanceOf(RoboflowUnavailableException.class).hasMessageContaining("requestTimeout=200 ms");
    }

    @Test
    void maxRequestsPerSecondSpacesRequests() {
        long begun = System.nanoTime();
        sendAll(10, "maxRequestsPerSecond=50");

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(170));
    }

    @Test
    void maxConcurrentRequestsLimitsTheRequestsInFlight() {
        cloud.holdUntil(3).delay(Duration.ofMillis(30));
        sendAll(12, "maxConcurrentRequests=3");

        assertThat(cloud.mostInFlight()).isEqualTo(3);
    }

    @Test
    void endpointsWithEqualOptionsShareTheirConnections() {
        request("confidence=0.2");
        request("confidence=0.3");

        assertThat(cloud.connections()).isEqualTo(1);
    }

    @Test
    void anHttpClientConfigurerChangesTheClientAndAProxyIsUsed() {
        context.getRegistry().bind("byProxy", (HttpClientConfigurer) builder ->
                builder.setProxy(new HttpHost("http", "127.0.0.1", cloud.port())));
        cloud.next(Behaviour.json(200, "{\"image\":{\"width\":1,\"height\":1},\"predictions\":[]}"));

        Exchange exchange = send("apiUrl=http://vision.example:9001&httpClientConfigurer=#byProxy", PHOTO.toFile(), Map.of());

        assertThat(exchange.getException()).isNull();
        assertThat(cloud.requests().get(0).target()).startsWith("http://vision.example:9001/my-project/3");
    }

    @Test
    void anHttpClientOfTheUsersOwnIsUsedAndNotClosed() throws Exception {
        try (CloseableHttpClient own = HttpClients.custom().setUserAgent("mine").build()) {
            context.getRegistry().bind("own", own);
            assertThat(request("httpClient=#own").header("User-Agent")).contains("mine");
            context.stop();

            int status = own.execute(new HttpGet(cloud.address() + "/info"),
                    response -> response.getCode());
            assertThat(status).isEqualTo(200);
        }
    }

    @Test
    void anHttpClientOfTheUsersOwnFollowsNoRedirectAndWaitsNoLonger() throws Exception {
        try (CloseableHttpClient own = HttpClients.createDefault()) {
            context.getRegistry().bind("own", own);
            cloud.next(Behaviour.redirect(302, cloud.address() + "/elsewhere"));
            assertThat(send("httpClient=#own", PHOTO.toFile(), Map.of()).getException())
                    .isInstanceOf(RoboflowRejectedException.class).hasMessageContaining("HTTP 302");

            cloud.always(Behaviour.usual().delay(Duration.ofSeconds(20)));
            assertThat(send("httpClient=#own&readTimeout=200&maxRetries=0", PHOTO.toFile(), Map.of()).getException())
                    .isInstanceOf(RoboflowUnavailableException.class).hasMessageContaining("SocketTimeoutException");
            assertThat(cloud.requests()).hasSize(2);
        }
    }

    @Test
    @DisabledIfEnvironmentVariable(named = "ROBOFLOW_API_KEY", matches = ".+", disabledReason = "then there is a key")
    void onlyRoboflowsOwnServersRequireAKey() {
        context.start();
        assertThatThrownBy(() -> context.createProducerTemplate().sendBody("roboflow:my-project/3", PHOTO.toFile())).rootCause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("https://serverless.roboflow.com wants an API key: set the option apiKey of the endpoint"
                        + " or the component, or the environment variable ROBOFLOW_API_KEY; or run models in this"
                        + " program, with runtime=embedded");
        assertThat(context.getEndpoint("roboflow:my-project/3?apiUrl=http://localhost:9001")).isNotNull();
    }

    @Test
    void theOlderHostsNeedToKnowTheTask() {
        assertThatThrownBy(() -> context.getEndpoint("roboflow:my-project/3?apiKey=k&apiUrl=v1"))
                .hasStackTraceContaining("set task for apiUrl=v1");
        assertThat(context.getEndpoint("roboflow:my-project/3?apiKey=k&apiUrl=v1&task=classification")).isNotNull();
    }

    @Test
    void theKeyMayBeInAFile(@TempDir Path secrets) throws IOException {
        Path file = Files.writeString(secrets.resolve("key"), FakeRoboflow.KEY + "\n");

        assertThat(request("apiKey=&apiKeyFile=" + file, Map.of()).header("Authorization"))
                .contains("Bearer " + FakeRoboflow.KEY);
    }

    @Test
    void aKeyThatIsGivenTwiceOrNotThereStopsTheStart(@TempDir Path secrets) throws IOException {
        Path file = Files.writeString(secrets.resolve("key"), FakeRoboflow.KEY);

        assertThatThrownBy(() -> context.getEndpoint("roboflow:my-project/3?apiKey=k&apiKeyFile=" + file))
                .hasStackTraceContaining("apiKey and apiKeyFile are both set");
        assertThatThrownBy(() -> context.getEndpoint("roboflow:my-project/3?apiKeyFile=" + secrets.resolve("none")))
                .hasStackTraceContaining("there is no such file");
    }
}
