package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import java.nio.file.Path;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cached answers ({@code cacheTtl}, {@code cacheSize}). */
class CachedResultsTest {

    private static final Path PHOTO = Path.of("config/samples/bolts-and-nuts.jpg");

    private final FakeRoboflow cloud = FakeRoboflow.start();
    private final DefaultCamelContext context = new DefaultCamelContext();

    @AfterEach
    void stop() {
        context.stop();
        cloud.close();
    }

    private String send(String options) {
        context.start();
        return context.createProducerTemplate().requestBody("roboflow:my-project/3?apiKey=" + FakeRoboflow.KEY + "&apiUrl="
                + cloud.address() + options, PHOTO.toFile(), String.class);
    }

    @Test
    void theSameImageIsRequestedOnceAndGetsTheSameAnswer() {
        assertThat(send("&cacheTtl=1h")).isEqualTo(send("&cacheTtl=1h"));
        assertThat(cloud.requests()).hasSize(1);
    }

    @Test
    void byDefaultNoAnswerIsKept() {
        send("");
        send("");

        assertThat(cloud.requests()).hasSize(2);
    }

    @Test
    void theCacheKeepsItsLimit() {
        send("&cacheTtl=1h&cacheSize=1");

        await().untilAsserted(() -> {
            send("&cacheTtl=1h&cacheSize=1");
            assertThat(cloud.requests()).hasSizeGreaterThan(1);
        });
    }

    @ParameterizedTest
    @CsvSource({"cacheTtl=-1,'cacheTtl=-1 is out of range: set a number of milliseconds, or 0 for no cache'",
                "cacheTtl=1h&cacheSize=0,'cacheSize=0 is out of range: set 1 byte or more'"})
    void aValueOutOfRangeStopsTheStart(String options, String message) {
        assertThatThrownBy(() -> send("&" + options)).hasStackTraceContaining(message);
        assertThat(cloud.requests()).isEmpty();
    }
}
