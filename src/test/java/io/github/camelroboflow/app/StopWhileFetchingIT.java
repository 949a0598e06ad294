package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.hosted.fake.Behaviour;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import io.github.camelroboflow.hosted.fake.FakeWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that fetches its model can be stopped, and killed, as at any other time. */
class StopWhileFetchingIT {

    private final FakeWeights cloud = FakeWeights.start().newer("det-letterbox", "yolov8", "object-detection");

    @TempDir
    Path data;

    @AfterEach
    void close() {
        cloud.close();
    }

    private ProgramProcess start() {
        return ProgramProcess
                .start(data, Map.of("samples.enabled", "false", "model", FakeWeights.MODEL, "camel.component.roboflow.apiKey",
                FakeRoboflow.KEY, "camel.component.roboflow.weightsUrl", cloud.platform.address(),
                "camel.component.roboflow.modelsDirectory", data.resolve("models").toString(),
                "conditions.unknownClasses", "warn"));
    }

    private long files() throws IOException {
        try (Stream<Path> all = Files.walk(data.resolve("models"))) {
            return all.filter(Files::isRegularFile).count();
        }
    }

    @Test
    void aStopEndsTheFetchAndLeavesNothing() throws IOException {
        cloud.files.always(Behaviour.usual().stallHalfway());
        try (ProgramProcess program = start()) {
            await().until(() -> cloud.files.inFlight() > 0);
            program.interrupt();

            // much less than the minute that it would wait for the next byte
            assertThat(program.endsWithin(30_000)).as(program.output()).isTrue();
            assertThat(files()).isZero();
        }
    }

    @Test
    void whatAKillLeavesIsNoModelAndTheNextStartFetchesItAndTidiesUp() throws IOException {
        cloud.files.always(Behaviour.usual().stallHalfway());
        try (ProgramProcess program = start()) {
            await().until(() -> cloud.files.inFlight() > 0);
            program.kill();
        }
        assertThat(files()).isPositive();
        assertThat(data.resolve("models").resolve(FakeWeights.MODEL)).doesNotExist();

        cloud.files.always(Behaviour.usual());
        try (ProgramProcess program = start()) {
            await().until(() -> program.output().contains("camel-roboflow runs"));
            assertThat(program.output()).contains("is fetched into").doesNotContain(FakeRoboflow.KEY);
        }
        assertThat(files()).isEqualTo(5);
    }
}
