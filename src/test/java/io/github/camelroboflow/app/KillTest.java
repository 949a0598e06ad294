package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Killing the process at any instant loses no image and leaves no half-written file. */
class KillTest {

    private static final int KILLS = 20;
    private static final int IMAGES = 500;
    private static final Map<String, String> PROPERTIES = Map.of("samples.enabled", "false", "inbox.unchangedFor", "0",
            "inbox.delay", "50", "camel.component.roboflow.maxConcurrentRequests", "4");

    @TempDir
    Path data;

    @Test
    void killedAtRandomInstantsItLosesNoImage() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        WatchedFolder folder = new WatchedFolder(data);
        long started = startUpMillis();
        for (int kill = 0; kill < KILLS; kill++) {
            for (int i = 0; i < IMAGES / KILLS; i++) {
                folder.drop(picture(random), "line " + kill % 3 + "/image-" + kill + "-" + i + ".jpg");
            }
            try (Program program = Program.start(data, PROPERTIES)) {
                // mostly while images are worked on, sometimes while it starts
                assertThat(program.endsWithin(started * 2 / 3 + random.nextLong(started))).as(program.output()).isFalse();
                program.kill();
            }
        }

        try (Program program = Program.start(data, PROPERTIES)) {
            await().atMost(Duration.ofMinutes(2)).untilAsserted(() ->
                    assertThat(folder.files("done").size() + folder.files("failed").size()).as("seed %d", seed).isEqualTo(IMAGES));
            program.interrupt();
            program.exitCode();
        }

        assertThat(folder.files("done")).as("seed %d", seed).hasSize(IMAGES).noneMatch(name -> name.contains("~"));
        assertThat(folder.files("failed")).isEmpty();
        assertThat(folder.files("work")).isEmpty();
        assertThat(folder.files("inbox")).isEmpty();
        List<String> results = folder.files("results");
        assertThat(results).as("seed %d", seed).allMatch(name -> name.endsWith(".jpg.json"));
        // some are of several classes, and so in several folders
        assertThat(results.stream().map(name -> name.substring(name.indexOf('/') + 1)).distinct()).as("seed %d", seed).hasSize(IMAGES);
        ObjectMapper mapper = new ObjectMapper();
        for (String result : results) {
            assertThat(mapper.readTree(folder.read("results/" + result)).path("predictions").isArray()).as(result).isTrue();
        }
    }

    /** How long the program takes here from its start to its first word. */
    private long startUpMillis() {
        long start = System.nanoTime();
        try (Program program = Program.start(data, PROPERTIES)) {
            await().atMost(Duration.ofMinutes(1)).until(() -> program.output().contains("camel-roboflow runs"));
            program.kill();
        }
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }

    private static byte[] picture(Random random) throws IOException {
        BufferedImage picture = new BufferedImage(320, 240, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        IntStream.range(0, 20).forEach(i -> {
            graphics.setColor(new Color(random.nextInt(0x1000000)));
            graphics.fillOval(random.nextInt(320), random.nextInt(240), random.nextInt(120), random.nextInt(120));
        });
        graphics.dispose();
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        ImageIO.write(picture, "jpg", jpeg);
        return jpeg.toByteArray();
    }
}
