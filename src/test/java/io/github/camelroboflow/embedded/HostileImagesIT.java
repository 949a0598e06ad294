package io.github.camelroboflow.embedded;

import static io.github.camelroboflow.inference.InferenceOption.ALLOW_DAMAGED_IMAGES;
import static io.github.camelroboflow.inference.InferenceOption.MAX_PIXELS;
import static io.github.camelroboflow.inference.InferenceOption.REQUEST_TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.ModelId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Damaged images, as many as the system property {@code hostileImages} says. Each one is processed before its deadline, or refused
 * with a message. An image that takes longer fails with another exception.
 */
class HostileImagesIT {

    private static final int COUNT = Integer.getInteger("hostileImages", 400);
    private static final ModelId MODEL = new ModelId("cls-single");
    private static final EmbeddedEngine ENGINE = new EmbeddedEngine(TestModels.GOLDEN.resolve("models"));
    private static final InferenceOptions STRICT = InferenceOptions.DEFAULTS.with(MAX_PIXELS, 4_000_000L)
            .with(REQUEST_TIMEOUT, Duration.ofSeconds(30));
    private static final InferenceOptions LENIENT = STRICT.with(ALLOW_DAMAGED_IMAGES, true);

    @AfterAll
    static void close() {
        ENGINE.close();
    }

    private static List<byte[]> samples() throws IOException {
        List<byte[]> samples = new ArrayList<>();
        try (Stream<Path> images = Files.list(TestModels.GOLDEN.resolve("images"))) {
            images.sorted().forEach(image -> samples.add(TestModels.bytes(image.getFileName().toString())));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        Stream.of("jpeg", "png", "bmp", "gif", "tiff").map(format -> TestImages.encode(format, 90, 60)).forEach(samples::add);
        samples.add(TestImages.progressiveJpeg(90, 60));
        return samples;
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void damagedImagesAreRefusedWithAMessageOrProcessed() throws IOException {
        List<byte[]> samples = samples();
        AtomicInteger processed = new AtomicInteger();
        IntStream.range(0, COUNT).parallel().forEach(seed -> {
            byte[] image = new Mutations(seed).of(samples.get(seed % samples.size()));
            if (survives("hostile-" + seed, image, seed % 3 == 0 ? LENIENT : STRICT)) {
                processed.incrementAndGet();
            }
        });

        System.out.printf("hostile images: %d, of which %d could be processed%n", COUNT, processed.get());
        assertThat(processed.get()).isPositive().isLessThan(COUNT);
    }

    /** Returns whether there is a result. */
    private static boolean survives(String name, byte[] image, InferenceOptions options) {
        try {
            List<Inference> results = ENGINE.infer(MODEL, List.of(ImageSource.of(name, image)), options).toCompletableFuture()
                    .join();
            assertThat(results).hasSize(1);
            return true;
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof InvalidImageException)) {
                fail(name + " ended otherwise", e);
            }
            assertThat(e.getCause()).hasMessageContaining("'" + name + "'").hasMessageMatching("(?s).{40,600}");
            return false;
        }
    }
}
