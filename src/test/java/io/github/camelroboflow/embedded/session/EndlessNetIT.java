package io.github.camelroboflow.embedded.session;

import static io.github.camelroboflow.inference.InferenceOption.REQUEST_TIMEOUT;
import static io.github.camelroboflow.inference.InferenceOption.TILE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.embedded.EmbeddedEngine;
import io.github.camelroboflow.embedded.TestImages;
import io.github.camelroboflow.embedded.TinyNet;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Runs alone, since it takes the threads that all engines share. */
@Isolated
class EndlessNetIT {

    private static final ModelId ENDLESS = new ModelId("endless/1");
    private static final ImageSource BRIGHT = ImageSource.of("bright.png", TestImages.encode("png", 64, 48));
    private static final ImageSource DARK = ImageSource.of("dark.png", TestImages.dark(64, 48));
    private static final InferenceOptions SOON = InferenceOptions.DEFAULTS.with(REQUEST_TIMEOUT, Duration.ofSeconds(2));

    @TempDir
    Path models;

    @BeforeAll
    static void load() {
        Loader.load(opencv_core.class);
    }

    private void write(float brightness) throws IOException {
        Path folder = Files.createDirectories(models.resolve(ENDLESS.value()));
        TinyNet.writeEndless(folder.resolve("weights.onnx"), brightness, "1", "3", "64", "96");
        Files.writeString(folder.resolve("class_names.txt"), "red\nblue\n");
        Files.writeString(folder.resolve("inference_config.json"), "{\"network_input\": {\"resize_mode\": \"stretch\","
                + " \"training_input_size\": {\"width\": 96, \"height\": 64}}}");
    }

    /** An endless run keeps a thread of the pool. If it is not cancelled, soon no other image is processed. */
    @Test
    void anEndlessRunIsCancelledAtTheTimeoutAndOthersContinue() throws IOException {
        write(0.5f);
        try (EmbeddedEngine engine = new EmbeddedEngine(models)) {
            engine.open(ENDLESS);
            for (int i = 0; i < 2; i++) {
                List<CompletableFuture<List<Inference>>> stuck = Collections.nCopies(InferencePool.SIZE, BRIGHT).stream()
                        .map(image -> engine.infer(ENDLESS, List.of(image), SOON).toCompletableFuture()).toList();
                stuck.forEach(one -> assertThatThrownBy(one::join).cause().isInstanceOf(RoboflowException.class)
                        // a failure of this image, not an outage
                        .isNotInstanceOf(RoboflowUnavailableException.class)
                        .hasMessageContaining("'bright.png'").hasMessageContaining("'endless/1'")
                        .hasMessageContaining("requestTimeout=2000 ms"));

                await().untilAsserted(() -> assertThat(InferencePool.unfinished()).isZero());
                assertThat(engine.infer(ENDLESS, List.of(DARK), SOON).toCompletableFuture().join()).hasSize(1);
            }
        }
    }

    @Test
    void imagesThatWaitedForItFailAsUnavailable() throws IOException {
        write(0.5f);
        try (EmbeddedEngine engine = new EmbeddedEngine(models)) {
            engine.open(ENDLESS);
            Collections.nCopies(InferencePool.SIZE, BRIGHT).forEach(image -> engine.infer(ENDLESS, List.of(image), SOON));
            InferenceOptions sooner = InferenceOptions.DEFAULTS.with(REQUEST_TIMEOUT, Duration.ofMillis(300));

            assertThatThrownBy(() -> engine.infer(ENDLESS, List.of(DARK), sooner).toCompletableFuture().join()).cause()
                    .isInstanceOf(RoboflowUnavailableException.class).hasMessageContaining("'dark.png'");
        }
    }

    @Test
    void anEndlessRunIsCancelledInTiles() throws IOException {
        write(0.5f);
        try (EmbeddedEngine engine = new EmbeddedEngine(models)) {
            engine.open(ENDLESS);
            InferenceOptions tiles = SOON.with(TILE, new ImageSize(32, 32));

            assertThatThrownBy(() -> engine.infer(ENDLESS, List.of(BRIGHT), tiles).toCompletableFuture().join()).cause()
                    .isInstanceOf(RoboflowException.class);
            await().untilAsserted(() -> assertThat(InferencePool.unfinished()).isZero());
        }
    }

    /** A stop must not wait for an endless run. */
    @Test
    void anEndlessRunIsCancelledWithItsBatch() throws IOException {
        write(0.5f);
        try (EmbeddedEngine engine = new EmbeddedEngine(models)) {
            engine.open(ENDLESS);
            CompletableFuture<List<Inference>> stuck =
                    engine.infer(ENDLESS, List.of(BRIGHT), InferenceOptions.DEFAULTS).toCompletableFuture();
            await().untilAsserted(() -> assertThat(InferencePool.unfinished()).isEqualTo(1));
            stuck.cancel(true);
        }

        await().untilAsserted(() -> assertThat(InferencePool.unfinished()).isZero());
    }

    @Test
    void aNetThatNeverEndsIsRefused() throws IOException {
        write(-1);

        assertThatThrownBy(() -> new OnnxModel(models.resolve(ENDLESS.value()).resolve("weights.onnx"), ImageSize.UNKNOWN,
                EmbeddedSettings.DEFAULTS, Duration.ofSeconds(1)))
                        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("a loop that never ends");
    }
}
