package io.github.camelroboflow.app.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.ProgramProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The program that watches a bucket of any cloud, as a process of its own: killed and replayed. */
class CloudProgramIT extends CloudTestBase {

    private static final int KILLS = 3;
    private static final int IMAGES = 90;

    private ProgramProcess start(String route) {
        Map<String, String> properties = new HashMap<>(bucket.server().properties(data, bucket.name()));
        properties.putAll(cloud.credentials());
        properties.putAll(Map.of("routes", route + "-" + bucket.server().noun(), "outage.retryAfter", "200",
                "outage.maxRetryAfter", "200"));
        return ProgramProcess.start(data, properties);
    }

    private List<String> keys(String prefix) {
        return bucket.keys().stream().filter(key -> key.startsWith(prefix)).toList();
    }

    @Test
    void killedAtRandomInstantsItLosesNoImage() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] image = Files.readAllBytes(WatchedFolder.SAMPLES.resolve("gears.jpg"));
        for (int kill = 0; kill < KILLS; kill++) {
            int first = kill * IMAGES / KILLS;
            IntStream.range(first, first + IMAGES / KILLS)
                    .forEach(i -> bucket.put("inbox/line " + i % 3 + "/" + i + ".jpg", image));
            try (ProgramProcess program = start("watch")) {
                await().until(() -> program.output().contains("camel-roboflow runs"));
                assertThat(program.endsWithin(random.nextLong(1500))).as(program.output()).isFalse();
                program.kill();
            }
        }
        try (ProgramProcess program = start("watch")) {
            await().until(() -> keys("inbox/").isEmpty());
            program.interrupt();
            program.exitCode();
        }

        assertThat(keys("done/")).as("seed %d", seed).hasSize(IMAGES).noneMatch(key -> key.contains("~"));
        assertThat(keys("failed/")).isEmpty();
        assertThat(new WatchedFolder(data).files("results")).as("seed %d", seed).hasSize(IMAGES)
                .allMatch(name -> name.endsWith(".json"));
        assertThat(new WatchedFolder(data).files("work")).isEmpty();
    }

    @Test
    void whatFailedIsTakenAgainAfterAReplay() {
        bucket.putSample("gears.jpg", "failed/line 1/a.jpg");
        bucket.put("failed/line 1/a.jpg.error.json", "{}".getBytes(StandardCharsets.UTF_8));
        bucket.putSample("gears.jpg", "failed/taken.jpg");
        bucket.putSample("bolts.jpg", "inbox/taken.jpg");
        try (ProgramProcess replay = start("replay")) {
            assertThat(replay.exitCode()).as(replay.output()).isZero();
            assertThat(replay.output()).contains("1 image is back in ", "/" + bucket.name() + "/inbox/",
                    "1 image stays in failed/");
        }
        assertThat(bucket.keys()).containsExactly("failed/taken.jpg", "inbox/line 1/a.jpg", "inbox/taken.jpg");
    }
}
