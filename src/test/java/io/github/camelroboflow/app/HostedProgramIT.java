package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.hosted.fake.Behaviour;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as an operator runs it with a model on a server. */
class HostedProgramIT {

    @TempDir
    Path data;

    private ProgramProcess start(FakeRoboflow cloud) {
        for (int i = 0; i < 4; i++) {
            new WatchedFolder(data).drop("gears.jpg", i + ".jpg");
        }
        return ProgramProcess.start(data, Map.of("model", FakeRoboflow.MODEL, "camel.component.roboflow.runtime", "hosted",
                "camel.component.roboflow.apiUrl", cloud.address(), "camel.component.roboflow.apiKey", FakeRoboflow.KEY));
    }

    @Test
    void itsFirstLinesNameTheServerAndImagesAreProcessedThere() {
        WatchedFolder folder = new WatchedFolder(data);
        try (FakeRoboflow cloud = FakeRoboflow.start(); ProgramProcess program = start(cloud)) {
            await().until(() -> folder.files("done").size() > 2);
            await().until(() -> folder.files("inbox").isEmpty() && folder.files("work").isEmpty());

            assertThat(program.output()).contains("my-project/3: on " + cloud.address());
            assertThat(folder.files("results")).hasSameSizeAs(folder.files("done")).isNotEmpty();
        }
    }

    /** Another application is told of the option, since it may read no such properties. */
    @Test
    void theProgramIsToldOfItsPropertyIfThereIsNoKey() {
        try (ProgramProcess program = ProgramProcess.start(data, Map.of("camel.component.roboflow.runtime", "hosted"))) {
            await().until(() -> program.output().contains("Cannot start: "));

            assertThat(program.output()).contains("wants an API key: set camel.component.roboflow.apiKey, or the environment"
                    + " variable ROBOFLOW_API_KEY");
        }
    }

    @Test
    void aRefusedKeyIsOneLineHoweverOftenItIsTried() {
        WatchedFolder folder = new WatchedFolder(data);
        try (FakeRoboflow cloud = FakeRoboflow.start().always(Behaviour.status(401)); ProgramProcess program = start(cloud)) {
            await().until(() -> program.output().contains("watch-folder waits"));
            int tried = cloud.requests().size();
            await().until(() -> cloud.requests().size() > tried + 1);

            assertThat(program.output().lines().filter(line -> line.contains("watch-folder waits"))).singleElement().asString()
                    .contains("refuses my-project/3 (HTTP 401").contains("check apiKey");
            assertThat(program.output()).doesNotContain(FakeRoboflow.KEY).doesNotContain("\tat ");
            assertThat(folder.files("failed")).isEmpty();
        }
    }
}
