package io.github.camelroboflow.app.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.Own;
import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.Gate;
import io.github.camelroboflow.app.fixture.ScriptedEngine;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A failure that is not the image's fault leaves the image in its place. An image with a fault is not tried again for ever. */
class OutageIT {

    @TempDir
    Path data;

    static Stream<RoboflowException> outages() {
        return Stream.of(new RoboflowUnavailableException("the server is down"),
                new RoboflowRejectedException("the server refuses the key: check it"));
    }

    @ParameterizedTest
    @MethodSource("outages")
    void anOutageSuspendsTheConsumerAndEmptiesNoInbox(RoboflowException outage) {
        AtomicReference<RuntimeException> state = new AtomicReference<>(outage);
        AtomicInteger calls = new AtomicInteger();
        ScriptedEngine engine = new ScriptedEngine(image -> {
            calls.incrementAndGet();
            RuntimeException error = state.get();
            if (error != null) {
                throw error;
            }
        });
        try (WatchedFolder folder = new WatchedFolder(data).with(engine).start()) {
            IntStream.range(0, 200).forEach(i -> folder.drop(new byte[] {1}, i + ".jpg"));

            await().until(() -> folder.isSuspended());
            await().until(() -> folder.files("inbox").size() == 200);
            HealthCheck.Result health = health(folder);
            assertThat(health.getState()).isEqualTo(HealthCheck.State.DOWN);
            assertThat(health.getMessage()).hasValue(outage.getMessage());
            // several tries later nothing is in failed, and only some images were tried in each
            await().until(() -> calls.get() > 3 * 2 * Runtime.getRuntime().availableProcessors());
            assertThat(folder.files("failed")).isEmpty();
            assertThat(folder.files("results")).isEmpty();

            state.set(null);

            await().until(() -> folder.files("done").size() == 200);
            assertThat(health(folder).getState()).isEqualTo(HealthCheck.State.UP);
            assertThat(folder.files("failed")).isEmpty();
        }
    }

    @Test
    void aFolderOfResultsThatTakesNoFileIsNamedWithoutAnyImagesFile() throws IOException {
        try (WatchedFolder folder = new WatchedFolder(data).with(new ScriptedEngine(image -> { })).start()) {
            Path results = Files.createFile(data.resolve("results"));
            folder.drop(new byte[] {1}, "a.jpg");
            await().until(() -> folder.isSuspended());

            assertThat(health(folder).getMessage().orElseThrow()).startsWith("no file can be written into " + results)
                    .doesNotContain(".tmp").doesNotContain("a.jpg");

            Files.delete(results);
            await().until(() -> folder.files("done").size() == 1);
        }
    }

    private static HealthCheck.Result health(WatchedFolder folder) {
        return HealthCheckRegistry.get(folder.context()).getCheck("outage:watch-folder").orElseThrow().callReadiness();
    }

    @Test
    void anImageThatFailsByItselfIsGivenUpAfterThreeTries() {
        AtomicInteger tries = new AtomicInteger();
        ScriptedEngine engine = new ScriptedEngine(image -> {
            if (image.name().equals("odd.jpg")) {
                tries.incrementAndGet();
                throw new IllegalStateException("this picture puzzles me");
            }
        });
        try (WatchedFolder folder = new WatchedFolder(data).with(engine).start()) {
            folder.drop(new byte[] {1}, "odd.jpg");
            folder.drop(new byte[] {1}, "good.jpg");

            await().until(() -> folder.files("failed").size() == 2 && folder.files("done").size() == 1);

            assertThat(tries).hasValue(3);
            assertThat(folder.read("failed/odd.jpg.error.json")).contains("this picture puzzles me").contains("\"attempts\" : 3");
        }
    }

    @Test
    void anImageWhoseFailureLooksLikeAnOutageIsGivenUpWhenOthersGetThrough() {
        ScriptedEngine engine = new ScriptedEngine(image -> {
            if (image.name().startsWith("poison")) {
                throw new UncheckedIOException(new IOException("odd name"));
            }
        });
        try (WatchedFolder folder = new WatchedFolder(data).with(engine).start()) {
            folder.drop(new byte[] {1}, "poison.jpg");
            await().until(() -> folder.isSuspended());
            AtomicInteger others = new AtomicInteger();

            await().until(() -> {
                // between its tries others must get through
                folder.drop(new byte[] {1}, others.getAndIncrement() + ".jpg");
                return folder.files("failed").size() == 2;
            });
            assertThat(folder.files("failed")).contains("poison.jpg");
            await().until(() -> folder.files("done").size() == others.get());
        }
    }

    @Test
    void stoppingDuringAnOutageLeavesTheImagesInTheInbox() {
        ScriptedEngine engine = new ScriptedEngine(image -> {
            throw new RoboflowUnavailableException("the server is down");
        });
        WatchedFolder folder = new WatchedFolder(data).with(engine).start();
        try (folder) {
            IntStream.range(0, 50).forEach(i -> folder.drop(new byte[] {1}, i + ".jpg"));
            await().until(() -> folder.isSuspended());
        }

        assertThat(folder.files("inbox")).hasSize(50);
        assertThat(folder.files("work")).isEmpty();
        assertThat(folder.files("failed")).isEmpty();
    }

    /** The next try after an outage resumed the consumer that the stop had suspended, so the stop waited for its whole timeout. */
    @Test
    void aNextTryDoesNotTakeImagesInDuringAStop() {
        Gate gate = new Gate();
        ScriptedEngine engine = new ScriptedEngine(image -> {
            if (image.name().equals("held.jpg")) {
                gate.pass();
            }
            throw new RoboflowUnavailableException("the server is down");
        });
        WatchedFolder folder = new WatchedFolder(data).with("outage.retryAfter", "20").with("outage.maxRetryAfter", "20")
                .with(engine).start();
        folder.drop(new byte[] {1}, "held.jpg");
        await().until(() -> gate.waiting() == 1);
        IntStream.range(0, 50).forEach(i -> folder.drop(new byte[] {1}, i + ".jpg"));
        await().until(() -> folder.isSuspended());

        folder.context().getShutdownStrategy().setTimeout(600);
        CompletableFuture<Void> stop = CompletableFuture.runAsync(folder::close, Own.THREAD);
        await().until(() -> folder.context().isStopping());
        await().during(Duration.ofMillis(300)).until(() -> !stop.isDone());
        gate.open();

        await().until(stop::isDone);
        assertThat(folder.files("inbox")).hasSize(51);
    }
}
