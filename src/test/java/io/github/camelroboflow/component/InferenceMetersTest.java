package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.component.fixture.FakeEngine;
import io.github.camelroboflow.hosted.fake.Behaviour;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.micrometer.MicrometerConstants;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InferenceMetersTest {

    private static final Path PHOTO = Path.of("config/samples/bolts-and-nuts.jpg");
    private static final String EMBEDDED = "roboflow:parts-detect/1?runtime=embedded&modelsDirectory=config/models";

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
        if (!context.isStarted()) {
            context.getRegistry().bind("fake", engine);
            context.getRegistry().bind(MicrometerConstants.METRICS_REGISTRY_NAME, registry);
            context.start();
        }
        return context.createProducerTemplate().send(uri, exchange -> exchange.getMessage().setBody(PHOTO.toFile()));
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

    /** Waits, because the answer may be there before the inference is counted. */
    private void awaitOne(String model, String... tags) {
        await().ignoreExceptions().until(() -> meter("roboflow.inference", model, tags).timer().count() == 1);
    }

    @Test
    void theStagesOfAModelInThisJvmAreTimed() {
        assertThat(send(EMBEDDED).getException()).isNull();

        for (String stage : new String[] {"wait", "preprocess", "net", "decode"}) {
            Timer timer = meter("roboflow.inference.stage", "parts-detect/1", "runtime", "embedded", "stage", stage).timer();
            assertThat(timer.count()).as(stage).isEqualTo(1);
        }
        awaitOne("parts-detect/1", "outcome", "success");
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
        awaitOne("my-project/3", "outcome", "failure");
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
        CompletableFuture<Exchange> sent = CompletableFuture.supplyAsync(() -> send("roboflow:parts/1?engine=#fake"));
        await().until(() -> engine.inFlight() == 1);
        assertThat(gauge("roboflow.inference.active", "parts/1")).isEqualTo(1);

        engine.release();
        assertThat(sent.join().getException()).isNull();
        assertThat(gauge("roboflow.inference.active", "parts/1")).isZero();

        engine.fails(new RoboflowUnavailableException("down"));
        send("roboflow:parts/1?engine=#fake");
        awaitOne("parts/1", "runtime", "own", "outcome", "failure");
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
}
