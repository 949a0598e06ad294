package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.component.RoboflowComponent.EngineHandle;
import io.github.camelroboflow.component.RoboflowConfiguration.InferenceRuntime;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelId;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Callers that send messages from the threads of an engine, as a dependent stage of a result does. */
class EngineThreadsIT {

    private static final Path PHOTO = Path.of("config/samples/bolts-and-nuts.jpg");
    private static final int CALLS = 4 * Runtime.getRuntime().availableProcessors();

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final RoboflowConfiguration defaults = new RoboflowConfiguration();

    @AfterEach
    void stop() {
        context.stop();
    }

    /** Sends a message from the thread that completed a result, for each of many results at a time. */
    private void sendsFromItsThreads(String model) {
        RoboflowComponent component = context.getComponent("roboflow", RoboflowComponent.class);
        component.setConfiguration(defaults);
        context.start();
        context.getEndpoint("roboflow:" + model);
        try (EngineHandle handle = component.acquireEngine()) {
            List<CompletableFuture<Exchange>> sent = IntStream.range(0, CALLS).mapToObj(i -> handle.engine()
                    .infer(new ModelId(model), List.of(ImageSource.of(PHOTO)), InferenceOptions.DEFAULTS).toCompletableFuture()
                    .thenApply(result -> context.createProducerTemplate().send("roboflow:" + model,
                            exchange -> exchange.getMessage().setBody(PHOTO.toFile()))))
                    .toList();

            assertThat(sent).allSatisfy(one -> assertThat(one.join().getException()).isNull());
        }
    }

    @Test
    void theEngineInThisJvmDoesNotWaitForItself() {
        defaults.setRuntime(InferenceRuntime.EMBEDDED);
        defaults.setModelsDirectory("config/models");
        defaults.setRequestTimeout(60_000);
        sendsFromItsThreads("parts-detect/1");
    }

    @Test
    void theClientOfAServerDoesNotWaitForItself() {
        try (FakeRoboflow cloud = FakeRoboflow.start()) {
            defaults.setApiUrl(cloud.address());
            defaults.setApiKey(FakeRoboflow.KEY);
            defaults.setMaxConcurrentRequests(1);
            defaults.setRequestTimeout(60_000);
            sendsFromItsThreads(FakeRoboflow.MODEL);
        }
    }
}
