package io.github.camelroboflow.hosted;

import static io.github.camelroboflow.inference.InferenceOption.REQUEST_TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import io.github.camelroboflow.hosted.http.ApiResponse;
import io.github.camelroboflow.hosted.http.HostedClient;
import io.github.camelroboflow.hosted.http.HostedSettings;
import io.github.camelroboflow.hosted.http.ImageBody.ImageInput;
import io.github.camelroboflow.http.HostileServer;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.io.CloseMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checks that an inference server's endless response is read up to a limit only, with a message that says so. */
class EndlessAnswersIT {

    private static final InferenceOptions OPTIONS = InferenceOptions.DEFAULTS.with(REQUEST_TIMEOUT, Duration.ofSeconds(30));
    /** The bytes that one attempt may read: more than systems keep in the buffers of a connection. */
    private static final long MAX_READ = 30_000_000;

    private static Inference infer(HostedEngine engine) {
        try {
            return engine.infer(HostedEngineFixture.MODEL, List.of(HostedEngineFixture.photo()), OPTIONS).toCompletableFuture()
                    .join().get(0);
        } catch (CompletionException e) {
            throw (RuntimeException) e.getCause();
        }
    }

    private static HostedSettings settings(HostileServer server) {
        HostedSettings usual = HostedEngineFixture.settings(server.url(""));
        return new HostedSettings(usual.host(), usual.key(), usual.keyTransport(), usual.connectTimeout(), usual.readTimeout(),
                new HostedSettings.Retries(0, Duration.ofMillis(10), Duration.ofMillis(10)), 0, usual.network());
    }

    private static Throwable failure(HostileServer server) {
        HostedSettings settings = settings(server);
        try (HostedEngine engine = new HostedEngine(settings, ImageInput.FILE, new HostedClient(settings))) {
            Throwable failure = catchThrowable(() -> infer(engine));
            await().untilAsserted(() -> assertThat(server.connections()).isZero());
            return failure;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHeadWithoutEndIsAnOutage(HostileServer.Endless endless) {
        try (HostileServer server = new HostileServer(endless)) {
            assertThat(failure(server)).isExactlyInstanceOf(RoboflowUnavailableException.class).hasMessageContaining(server.url(""))
                    .hasMessageContaining("broke off").hasMessageNotContaining("pool");
            assertThat(server.sent()).isLessThan(MAX_READ);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aResultWithoutEndIsReadToItsBound(HostileServer.EndlessBody body) {
        try (HostileServer server = new HostileServer(body.status(200))) {
            assertThat(failure(server)).isInstanceOf(RoboflowException.class).hasMessageNotContaining("pool");
            assertThat(server.sent()).isLessThan(ApiResponse.MAX_BODY + MAX_READ);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "TRAILER.*", mode = EnumSource.Mode.MATCH_NONE)
    void theWordsOfARefusalAreReadToTheirBound(HostileServer.EndlessBody body) {
        try (HostileServer server = new HostileServer(body.status(404))) {
            assertThat(failure(server)).isInstanceOfAny(RoboflowRejectedException.class, RoboflowUnavailableException.class);
            assertThat(server.sent()).isLessThan(MAX_READ);
        }
    }

    @Test
    void whatTricklesInIsEndedByTheDeadline() {
        InferenceOptions shorter = InferenceOptions.DEFAULTS.with(REQUEST_TIMEOUT, Duration.ofMillis(700));
        try (HostileServer server = new HostileServer(HostileServer.drip("HTTP/1.1 200 OK\r\n", "X: a\r\n"))) {
            HostedSettings settings = settings(server);
            try (HostedEngine engine = new HostedEngine(settings, ImageInput.FILE, new HostedClient(settings))) {
                assertThat(catchThrowable(() -> engine
                        .infer(HostedEngineFixture.MODEL, List.of(HostedEngineFixture.photo()), shorter).toCompletableFuture()
                        .join())).hasCauseInstanceOf(RoboflowUnavailableException.class)
                        .hasMessageContaining("requestTimeout=700 ms");
                await().untilAsserted(() -> assertThat(server.connections()).isZero());
            }
        }
    }

    /** Regression: every later image failed with "Connection pool shut down". */
    @Test
    void afterAnErrorInTheClientTheNextImageIsSent() {
        AtomicBoolean failing = new AtomicBoolean(true);
        try (FakeRoboflow cloud = FakeRoboflow.start()) {
            HostedSettings usual = HostedEngineFixture.settings(cloud.address());
            HostedSettings settings = new HostedSettings(usual.host(), usual.key(), usual.keyTransport(), usual.connectTimeout(),
                    usual.readTimeout(), usual.retries(), 0, new HostedSettings.Network(Optional.empty(), Optional.of(builder ->
                            builder.addRequestInterceptorLast((request, entity, context) -> {
                                if (failing.getAndSet(false)) {
                                    throw new OutOfMemoryError("as on a machine that is short of it");
                                }
                            })), Optional.empty()));
            try (HostedEngine engine = new HostedEngine(settings, ImageInput.FILE, new HostedClient(settings))) {
                assertThat(catchThrowable(() -> infer(engine))).isInstanceOf(RoboflowException.class)
                        .hasMessageContaining("memory").hasRootCauseInstanceOf(OutOfMemoryError.class);

                assertThat(infer(engine)).isNotNull();
            }
        }
    }

    /** Regression: each image was treated as invalid. */
    @Test
    void aClientOfTheUsersOwnThatIsShutDownIsAnOutage() {
        try (FakeRoboflow cloud = FakeRoboflow.start()) {
            HostedSettings usual = HostedEngineFixture.settings(cloud.address());
            HostedSettings settings = new HostedSettings(usual.host(), usual.key(), usual.keyTransport(), usual.connectTimeout(),
                    usual.readTimeout(), usual.retries(), 0, new HostedSettings.Network(Optional.empty(), Optional.empty(),
                            Optional.of(closedClient())));
            try (HostedEngine engine = new HostedEngine(settings, ImageInput.FILE, new HostedClient(settings))) {
                assertThat(catchThrowable(() -> infer(engine))).isExactlyInstanceOf(RoboflowUnavailableException.class)
                        .hasMessageContaining("start the program again");
            }
        }
    }

    private static HttpClient closedClient() {
        CloseableHttpClient own = HttpClientBuilder.create().build();
        own.close(CloseMode.IMMEDIATE);
        return own;
    }
}
