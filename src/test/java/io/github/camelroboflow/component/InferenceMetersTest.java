package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.LogLines;
import io.github.camelroboflow.Own;
import io.github.camelroboflow.component.RoboflowComponent.EngineHandle;
import io.github.camelroboflow.component.fixture.FakeEngine;
import io.github.camelroboflow.hosted.fake.Behaviour;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import io.github.camelroboflow.inference.InferenceEngine.InferenceListener;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.search.RequiredSearch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.micrometer.MicrometerConstants;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicyFactory;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InferenceMetersTest {

    private static final Path PHOTO = Path.of("config/samples/bolts-and-nuts.jpg");
    private static final String EMBEDDED = "roboflow:parts-detect/1?runtime=embedded&modelsDirectory=config/models";

    @RegisterExtension
    final LogLines log = new LogLines();

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final FakeRoboflow cloud = FakeRoboflow.start();
    private final FakeEngine engine = new FakeEngine();
    private final DefaultCamelContext context = new DefaultCamelContext();

    @AfterEach
    void stop() {
        context.stop();
        cloud.close();
    }

    private Exchange send(String uri) {
        return send(uri, null);
    }

    private Exchange send(String uri, String model) {
        start();
        return context.createProducerTemplate().send(uri, exchange -> {
            exchange.getMessage().setBody(PHOTO.toFile());
            exchange.getMessage().setHeader(RoboflowConstants.MODEL, model);
        });
    }

    private void addRoute(String uri) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to(uri);
            }
        });
    }

    private synchronized void start() {
        if (!context.isStarted()) {
            context.getRegistry().bind("fake", engine);
            context.getRegistry().bind(MicrometerConstants.METRICS_REGISTRY_NAME, registry);
            context.start();
        }
    }

    private Exchange ask(String options) {
        return send("roboflow:my-project/3?apiKey=" + FakeRoboflow.KEY + "&apiUrl=" + cloud.address() + "&retryDelay=1" + options);
    }

    private RequiredSearch meter(String name, String model, String... tags) {
        return registry.get(name).tags("model", model, "camelContext", context.getName()).tags(tags);
    }

    private double gauge(String name, String model) {
        return meter(name, model).gauge().value();
    }

    private long calls(String model, String... tags) {
        return meter("roboflow.inference", model, tags).timer().count();
    }

    @Test
    void theStagesOfAModelInThisJvmAreTimed() {
        assertThat(send(EMBEDDED).getException()).isNull();

        for (String stage : new String[] {"wait", "preprocess", "net", "decode"}) {
            Timer timer = meter("roboflow.inference.stage", "parts-detect/1", "runtime", "embedded", "stage", stage).timer();
            assertThat(timer.count()).as(stage).isEqualTo(1);
        }
        assertThat(calls("parts-detect/1", "outcome", "success")).isEqualTo(1);
        assertThat(gauge("roboflow.inference.active", "parts-detect/1")).isZero();
        assertThat(gauge("roboflow.inference.waiting", "parts-detect/1")).isZero();
    }

    @Test
    void loadedModelsAndTheirBytes() {
        send(EMBEDDED);

        assertThat(gauge("roboflow.model.weights", "parts-detect/1"))
                .isEqualTo(Path.of("config/models/parts-detect/1/weights.onnx").toFile().length());
        assertThat(registry.get("roboflow.models.loaded").tags("runtime", "embedded").gauge().value()).isEqualTo(1);
    }

    @Test
    void retriesAndRequestsToAServer() {
        cloud.next(Behaviour.status(503).times(2));

        assertThat(ask("").getException()).isNull();
        assertThat(meter("roboflow.inference.retries", "my-project/3", "runtime", "hosted").counter().count()).isEqualTo(2);
        assertThat(meter("roboflow.inference.stage", "my-project/3", "stage", "request").timer().count()).isEqualTo(3);
        assertThat(meter("roboflow.inference.stage", "my-project/3", "stage", "wait").timer().count()).isEqualTo(1);
        assertThat(gauge("roboflow.inference.waiting", "my-project/3")).isZero();
    }

    @Test
    void aRefusedKeyOpensTheBreaker() {
        cloud.always(Behaviour.status(401));

        assertThat(ask("").getException()).isNotNull();
        assertThat(gauge("roboflow.breaker.open", "my-project/3")).isEqualTo(1);
        assertThat(calls("my-project/3", "outcome", "failure")).isEqualTo(1);
    }

    @Test
    void cacheHits() {
        ask("&cacheTtl=1h");
        ask("&cacheTtl=1h");

        assertThat(meter("roboflow.cache.requests", "my-project/3", "result", "hit").counter().count()).isEqualTo(1);
        assertThat(meter("roboflow.cache.requests", "my-project/3", "result", "miss").counter().count()).isEqualTo(1);
    }

    @Test
    void anEngineOfTheApplicationHasItsCallsCounted() {
        engine.holds();
        CompletableFuture<Exchange> sent = CompletableFuture.supplyAsync(() -> send("roboflow:parts/1?engine=#fake"), Own.THREAD);
        await().until(() -> engine.inFlight() == 1);
        assertThat(gauge("roboflow.inference.active", "parts/1")).isEqualTo(1);

        engine.release();
        assertThat(sent.join().getException()).isNull();
        assertThat(gauge("roboflow.inference.active", "parts/1")).isZero();

        engine.fails(new RoboflowUnavailableException("down"));
        send("roboflow:parts/1?engine=#fake");
        assertThat(calls("parts/1", "runtime", "own", "outcome", "failure")).isEqualTo(1);
    }

    /** The count was sometimes missing when the caller had its answer. */
    @Test
    void aCallIsCountedBeforeItsCallerHasTheAnswer() {
        engine.holds();
        try (EngineHandle handle = observedEngine()) {
            CompletionStage<Long> counted = handle.engine().infer(new ModelId("parts/1"), List.of(), InferenceOptions.DEFAULTS)
                    .handle((results, error) -> calls("parts/1", "outcome", "success"));
            engine.release();

            assertThat(counted.toCompletableFuture().join()).isEqualTo(1);
        }
    }

    @Test
    void aCallThatIsCancelledEndsInTheEngineAndIsCounted() {
        engine.holds();
        try (EngineHandle handle = observedEngine()) {
            CompletableFuture<?> answer = handle.engine().infer(new ModelId("parts/1"), List.of(), InferenceOptions.DEFAULTS)
                    .toCompletableFuture();

            assertThat(answer.cancel(true)).isTrue();
            assertThat(answer).isCancelled();
            assertThat(engine.held.get(0)).isCancelled();
            assertThat(calls("parts/1", "outcome", "cancelled")).isEqualTo(1);
        }
    }

    private EngineHandle observedEngine() {
        start();
        RoboflowComponent component = context.getComponent("roboflow", RoboflowComponent.class);
        component.getConfiguration().setEngine(engine);
        return component.acquireEngine();
    }

    /** @param model the one that a message asks for, or none */
    @ParameterizedTest
    @CsvSource({"roboflow:parts/1?maxConcurrentRequests=1,, parts/1",
        "roboflow:parts/1?maxConcurrentRequests=1&workers=auto,, parts/1",
        "roboflow:*?maxConcurrentRequests=1&allowedModels=parts/*, parts/2, parts/2",
        "roboflow:*?maxConcurrentRequests=1&allowedModels=parts/*, bolts/7, *"})
    void messagesThatWaitForTheirTurnAreCounted(String uri, String model, String counted) throws Exception {
        addRoute(uri + "&engine=#fake");
        start();
        engine.holds();
        CompletableFuture<Exchange> first = CompletableFuture
                .supplyAsync(() -> send("direct:in", model == null ? null : "parts/1"), Own.THREAD);
        await().until(() -> engine.inFlight() == 1);
        List<CompletableFuture<Exchange>> others = Stream.of(1, 2)
                .map(each -> CompletableFuture.supplyAsync(() -> send("direct:in", model), Own.THREAD)).toList();

        await().ignoreExceptions().until(() -> gauge("roboflow.inference.waiting", counted) == 2);
        engine.release();
        assertThat(first.join().getException()).isNull();
        others.forEach(CompletableFuture::join);
        assertThat(gauge("roboflow.inference.waiting", counted)).isZero();
    }

    @Test
    void theRegistryOfCamelMicrometerIsFoundByItself() throws Exception {
        context.addRoutePolicyFactory(new MicrometerRoutePolicyFactory());
        context.getRegistry().bind("fake", engine);
        addRoute("roboflow:parts/1?engine=#fake");
        context.start();
        context.createProducerTemplate().sendBody("direct:in", PHOTO.toFile());

        MeterRegistry found = context.getRegistry().lookupByNameAndType(MicrometerConstants.METRICS_REGISTRY_NAME,
                MeterRegistry.class);
        assertThat(found.get("roboflow.inference").tags("model", "parts/1", "runtime", "own").timer().count()).isEqualTo(1);
    }

    @Test
    void noMeterOutlivesItsContext() {
        send(EMBEDDED);
        ask("&cacheTtl=1h");
        assertThat(registry.getMeters()).isNotEmpty();

        context.stop();
        assertThat(registry.getMeters()).isEmpty();
    }

    /** Messages may choose any number of models. */
    @Test
    void modelsBeyondALimitShareTheirMeters() {
        for (int i = 0; i < 300; i++) {
            send("roboflow:parts/" + i + "?engine=#fake");
        }

        assertThat(registry.find("roboflow.inference").timers()).hasSizeLessThan(210);
        assertThat(registry.get("roboflow.inference").tag("model", "other").timer().count()).isGreaterThan(90);
    }

    @Test
    void otherGaugesEndWhenTheyAreClosed() throws Exception {
        context.getRegistry().bind("anyName", registry);
        AutoCloseable gauge = InferenceMeters.gauge(context, "outbox.messages", "messages", "Results in the outbox", () -> 3);
        assertThat(registry.get("roboflow.outbox.messages").gauge().value()).isEqualTo(3);

        gauge.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void withoutARegistryThereAreNone() {
        assertThat(InferenceMeters.find(context)).isEmpty();
    }

    @Test
    void withoutMicrometerThereAreNone() throws Throwable {
        URL[] ours = {InferenceMeters.class.getProtectionDomain().getCodeSource().getLocation()};
        try (URLClassLoader loader = new WithoutMicrometer(ours)) {
            Class<?> meters = loader.loadClass(InferenceMeters.class.getName());
            assertThat(meters.getClassLoader()).isSameAs(loader);

            // reflection would look at the types of all methods
            MethodHandle find = MethodHandles.privateLookupIn(meters, MethodHandles.lookup())
                    .findStatic(meters, "find", MethodType.methodType(Optional.class, CamelContext.class));
            assertThat((Optional<?>) find.invoke((CamelContext) context)).isEmpty();
        }
    }

    /** Loads our classes itself, and none of Micrometer's. */
    private static final class WithoutMicrometer extends URLClassLoader {

        WithoutMicrometer(URL... ours) throws IOException {
            super(ours, InferenceMetersTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("io.micrometer.")) {
                throw new ClassNotFoundException(name);
            }
            if (!Arrays.asList(name.split("\\.")).contains("camelroboflow")) {
                return super.loadClass(name, resolve);
            }
            Class<?> known = findLoadedClass(name);
            return known != null ? known : findClass(name);
        }
    }

    /** Micrometer warned that the gauge of the model's weights was there already. */
    @Test
    void aModelThatIsOpenedTwiceHasItsGaugesOnceAndNoWarning() {
        context.getRegistry().bind("meters", MeterRegistry.class, registry);
        try (InferenceMeters meters = InferenceMeters.find(context).orElseThrow()) {
            InferenceListener listener = meters.listener("embedded");

            listener.opened("opened-twice/1", () -> 7);
            listener.opened("opened-twice/1", () -> 8);

            assertThat(registry.get("roboflow.model.weights").tag("model", "opened-twice/1").gauge().value()).isEqualTo(8);
            assertThat(log.with("opened-twice/1")).isEmpty();
        }
    }
}
