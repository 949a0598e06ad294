package io.github.camelroboflow.app.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.RoutingTable;
import io.github.camelroboflow.app.fixture.ScriptedEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two programs that share inbox, done and results, each with a work of its own. */
class SharedFoldersIT {

    private static final int IMAGES = 150;

    @TempDir
    Path data;

    private WatchedFolder program(String name) {
        return new WatchedFolder(data).with("work", data.resolve(name).toString())
                .with("delivery.database", "jdbc:h2:file:" + data.resolve(name + "-delivery"))
                .with("inbox.delay", "1").with(new RoutingTable().when("bolt", "kamelet:folder?name=bolts&image=true"))
                .with(ScriptedEngine.finding(ScriptedEngine.at(1, 1, "bolt")));
    }

    /** Two programs took an image of one name each, and one result was replaced by the other. */
    @Test
    void oneNameUsedAgainAndAgainLosesNoResult() {
        try (WatchedFolder one = program("one").start(); WatchedFolder other = program("other").start()) {
            for (int i = 0; i < IMAGES; i++) {
                await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(() ->
                        Files.notExists(data.resolve("inbox/a.jpg")));
                one.drop(("image " + i).getBytes(), "a.jpg");
            }
            await().untilAsserted(() -> assertThat(one.files("done")).hasSize(IMAGES));

            assertThat(one.files("results").stream().filter(name -> name.endsWith(".json"))).hasSize(IMAGES);
            assertThat(one.files("results")).hasSize(2 * IMAGES);
            assertThat(other.files("failed")).isEmpty();
        }
    }
}
