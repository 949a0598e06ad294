package io.github.camelroboflow.app.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.hosted.fake.Behaviour;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key that the server refuses, until its owner has put that right, empties no inbox. */
class WrongKeyIT {

    private static final int IMAGES = 10_000;

    @TempDir
    Path data;

    @Test
    void tenThousandImagesStayInTheInboxUntilTheKeyIsRight() throws IOException {
        byte[] image = Files.readAllBytes(WatchedFolder.SAMPLES.resolve("bolts-and-nuts.jpg"));
        Path inbox = Files.createDirectories(data.resolve("inbox"));
        Path first = Files.write(inbox.resolve("0.jpg"), image);
        for (int i = 1; i < IMAGES; i++) {
            Files.createLink(inbox.resolve(i + ".jpg"), first);
        }
        try (FakeRoboflow cloud = FakeRoboflow.start().always(Behaviour.status(401));
                WatchedFolder folder = new WatchedFolder(data).with("camel.component.roboflow.runtime", "hosted")
                        .with("camel.component.roboflow.apiUrl", cloud.address())
                        .with("camel.component.roboflow.apiKey", FakeRoboflow.KEY)
                        .with("model", FakeRoboflow.MODEL).start()) {
            await().until(() -> folder.isSuspended());
            HealthCheck.Result health = HealthCheckRegistry.get(folder.context()).getCheck("outage:watch-folder").orElseThrow()
                    .callReadiness();
            assertThat(health.getState()).isEqualTo(HealthCheck.State.DOWN);
            assertThat(health.getMessage().orElseThrow()).contains("refuses my-project/3 (HTTP 401").contains("check apiKey");
            // those that were under way together; after them each probe is one request, however many images wait
            int tried = cloud.requests().size();
            assertThat(tried).isLessThanOrEqualTo(16);
            await().until(() -> cloud.requests().size() > tried);
            assertThat(folder.files("failed")).isEmpty();
            assertThat(folder.files("results")).isEmpty();
            await().until(() -> folder.files("inbox").size() == IMAGES);

            cloud.always(Behaviour.usual());

            await().until(() -> folder.files("done").size() >= 100);
            assertThat(folder.files("failed")).isEmpty();
        }
    }
}
