package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.component.fixture.FakeEngine;
import io.github.camelroboflow.component.fixture.FakeEngineContext;
import io.github.camelroboflow.component.fixture.HealthChecks;
import io.github.camelroboflow.hosted.fake.Behaviour;
import io.github.camelroboflow.hosted.fake.FakeRequest;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import io.github.camelroboflow.hosted.fake.HostStyle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.InterceptSendToMockEndpointStrategy;
import org.apache.camel.health.HealthCheck.Result;
import org.apache.camel.health.HealthCheck.State;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The health of models before their first call. */
class ReadinessTest {

    private static final String EMBEDDED = "roboflow:parts-detect/1?runtime=embedded&modelsDirectory=";
    private static final String MODELS = "config/models";
    private static final String HOSTED = FakeRoboflow.MODEL;
    private static final Path PHOTO = Path.of("config/samples/bolts-and-nuts.jpg");

    private final FakeRoboflow cloud = FakeRoboflow.start();
    private final FakeEngine engine = new FakeEngine();
    private final Main main = new Main();

    @TempDir
    private Path folder;

    private void start(String uri, String... properties) {
        HealthChecks.start(main, engine, new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").routeId("in").to(uri);
            }
        }, properties);
    }

    private void beforeConfigure(Consumer<CamelContext> action) {
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void beforeConfigure(BaseMainSupport starting) {
                action.accept(starting.getCamelContext());
            }
        });
    }

    @AfterEach
    void stop() {
        main.stop();
        cloud.close();
    }

    private String hosted(String options) {
        return "roboflow:" + HOSTED + "?apiKey=" + FakeRoboflow.KEY + "&maxRetries=0&apiUrl=" + cloud.address() + options;
    }

    private List<Result> results(String target) {
        return HealthChecks.of(main, target);
    }

    private Result ask(String target) {
        List<Result> results = results(target);
        assertThat(results).hasSize(1);
        return results.get(0);
    }

    private String reason(String target) {
        Result result = ask(target);
        assertThat(result.getState()).isEqualTo(State.DOWN);
        return result.getMessage().orElseThrow();
    }

    private void awaitUp(String target) {
        await().until(() -> ask(target).getState() == State.UP);
    }

    private Exception send() {
        return main.getCamelContext().createProducerTemplate()
                .send("direct:in", exchange -> exchange.getMessage().setBody(PHOTO.toFile())).getException();
    }

    private static void copyModel(Path folder) throws IOException {
        Path target = Files.createDirectories(folder.resolve("parts-detect/1"));
        try (Stream<Path> files = Files.list(Path.of(MODELS, "parts-detect/1"))) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(file.getFileName()));
            }
        }
    }

    @Test
    void aModelOnAServerIsDownUntilTheServerAnswers() {
        cloud.holdUntil(2);
        start(hosted(""));
        assertThat(cloud.requests()).isEmpty();

        assertThat(reason(HOSTED)).isEqualTo(cloud.address() + " was not yet asked whether it is ready");
        await().until(() -> cloud.inFlight() == 1);
        assertThat(reason(HOSTED)).isEqualTo(cloud.address() + " was not yet asked whether it is ready");

        cloud.release();
        awaitUp(HOSTED);
        assertThat(cloud.requests()).extracting(FakeRequest::path).containsExactly("/readiness");
        assertThat(cloud.requests().get(0).header("Authorization")).isEmpty();
        assertThat(cloud.requests().get(0).query()).isEmpty();
    }

    @Test
    void aServerThatComesLaterIsFound() {
        cloud.close();
        start(hosted(""));
        await().until(() -> reason(HOSTED).contains("can't be reached"));
        assertThat(reason(HOSTED)).startsWith(cloud.address() + " can't be reached or broke off (");

        try (FakeRoboflow later = FakeRoboflow.start(HostStyle.SERVERLESS, cloud.port())) {
            awaitUp(HOSTED);
            assertThat(later.requests()).isNotEmpty();
        }
    }

    @Test
    void aServerSaysThatItIsNotReady() {
        cloud.next(Behaviour.status(503));
        start(hosted(""));

        await().until(() -> reason(HOSTED).equals(cloud.address() + " is not ready (HTTP 503)"));
        awaitUp(HOSTED);
    }

    @Test
    void aServerWithoutACheckOfItsOwnIsReadyIfItAnswers() {
        cloud.next(Behaviour.status(404));
        start(hosted(""));

        awaitUp(HOSTED);
        assertThat(cloud.requests()).hasSize(1);
    }

    @Test
    void theFirstCallShowsMoreThanAProbe() {
        start(hosted(""));
        assertThat(send()).isNull();

        assertThat(ask(HOSTED).getState()).isEqualTo(State.UP);
        assertThat(cloud.requests()).extracting(FakeRequest::path).containsExactly("/" + HOSTED);
    }

    @Test
    void anOutageAfterTheFirstCallEndsWithoutAMessage() {
        cloud.next(Behaviour.status(503));
        start(hosted(""));
        assertThat(send()).isNotNull();
        assertThat(reason(HOSTED)).contains("HTTP 503");

        awaitUp(HOSTED);
    }

    @Test
    void aRefusedKeyIsNoMatterOfProbes() {
        cloud.next(Behaviour.status(401));
        start(hosted(""));
        assertThat(send()).isNotNull();

        String refused = reason(HOSTED);
        assertThat(refused).contains("HTTP 401").contains("check apiKey").doesNotContain(FakeRoboflow.KEY);
        await().during(Duration.ofMillis(1500)).until(() -> reason(HOSTED).equals(refused));
        assertThat(cloud.requests()).hasSize(1);
    }

    @Test
    void aModelInThisJvmIsReadyWhenItsRouteStarts() {
        start(EMBEDDED + MODELS);

        assertThat(ask("parts-detect/1").getState()).isEqualTo(State.UP);
    }

    @Test
    void withLazyStartProducerTheFirstQuestionLoadsTheModel() throws Exception {
        start(EMBEDDED + MODELS + "&lazyStartProducer=true");
        RoboflowEndpoint endpoint = (RoboflowEndpoint) main.getCamelContext().getEndpoint(EMBEDDED + MODELS
                + "&lazyStartProducer=true");
        assertThat(endpoint.modelDescription()).isEmpty();

        assertThat(reason("parts-detect/1")).isEqualTo("parts-detect/1 is not loaded yet");
        awaitUp("parts-detect/1");
        assertThat(endpoint.modelDescription()).isPresent();

        assertThat(send()).isNull();
        assertThat(ask("parts-detect/1").getState()).isEqualTo(State.UP);
        main.getCamelContext().getRouteController().stopRoute("in");
        assertThat(results("parts-detect/1")).isEmpty();
    }

    @Test
    void aModelThatIsMissingIsFoundWhenItIsThere() throws IOException {
        start(EMBEDDED + folder + "&lazyStartProducer=true");
        await().until(() -> reason("parts-detect/1").contains("no folder 'parts-detect/1' in the models directory " + folder));

        copyModel(folder);
        awaitUp("parts-detect/1");
    }

    @Test
    void aKeyThatIsMissingIsSaid() {
        start("roboflow:my-project/3?lazyStartProducer=true");

        await().until(() -> reason("my-project/3").contains("apiKey"));
    }

    @Test
    void aSupervisedRouteIsNotReadyBeforeItsModel() throws IOException {
        start(EMBEDDED + folder, "camel.routeController.enabled", "true", "camel.routeController.backOffDelay", "100",
                "camel.routeController.initialDelay", "0");
        await().until(() -> reason("parts-detect/1").contains("no folder 'parts-detect/1' in the models directory " + folder));

        copyModel(folder);
        awaitUp("parts-detect/1");
        await().until(() -> main.getCamelContext().getRouteController().getRouteStatus("in").isStarted());
        assertThat(ask("parts-detect/1").getState()).isEqualTo(State.UP);
    }

    @Test
    void anEndpointThatNoRouteUsesNeedsNoModel() {
        beforeConfigure(context -> context.getEndpoint(EMBEDDED + folder));
        start(FakeEngineContext.ENDPOINT);

        assertThat(ask("parts-detect/1").getState()).isEqualTo(State.UP);
    }

    @Test
    void aSkippedEndpointNeedsNeitherKeyNorModel() {
        beforeConfigure(context -> context.getCamelContextExtension()
                .registerEndpointCallback(new InterceptSendToMockEndpointStrategy("roboflow:*", true)));
        start("roboflow:my-project/3?lazyStartProducer=true");

        assertThat(ask("my-project/3").getState()).isEqualTo(State.UP);
        assertThat(send()).isNull();
        assertThat(ask("my-project/3").getState()).isEqualTo(State.UP);
    }

    @Test
    void anEngineOfTheApplicationIsNotAsked() {
        start(FakeEngineContext.ENDPOINT + "&lazyStartProducer=true");

        assertThat(ask("parts/1").getState()).isEqualTo(State.UP);
        assertThat(engine.opened).hasValue(0);
    }

    @Test
    void modelsThatMessagesChooseAreNotProbed() {
        start("roboflow:*?allowedModels=parts-detect/*&runtime=embedded&modelsDirectory=" + MODELS);

        Result result = ask("*");
        assertThat(result.getState()).isEqualTo(State.UP);
        assertThat(result.getDetails().get("roboflow.probe")).asString().startsWith("none: each message chooses its model");
    }
}
