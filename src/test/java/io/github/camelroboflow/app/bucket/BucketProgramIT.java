package io.github.camelroboflow.app.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.app.fixture.S3Server;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The program that watches a bucket, as a process of its own: replayed, and with settings that can't be right. */
@Execution(ExecutionMode.CONCURRENT)
class BucketProgramIT {

    @TempDir
    Path data;
    private S3Server s3;

    @BeforeEach
    void startServer() {
        s3 = new S3Server(data).start();
        s3.client().createBucket(request -> request.bucket("images"));
    }

    @AfterEach
    void stopServer() {
        s3.close();
    }

    private ProgramProcess start(String... namesAndValues) {
        Map<String, String> properties = new HashMap<>(s3.properties(data));
        properties.putAll(Map.of("routes", "watch-bucket", "aws.accessKeyId", S3Server.KEY_ID,
                "aws.secretAccessKey", S3Server.SECRET, "outage.retryAfter", "200", "outage.maxRetryAfter", "200"));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            properties.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return ProgramProcess.start(data, properties);
    }

    private List<String> keys(String prefix) {
        return s3.keys("images").stream().filter(key -> key.startsWith(prefix)).toList();
    }

    /** It said so, and its exit code was 0. */
    @Test
    void ifNotEverythingCanBeMovedBackTheReplaySaysSoAndItsExitCodeIsOne() {
        s3.stop();
        try (ProgramProcess replay = start("routes", "replay-bucket")) {
            assertThat(replay.exitCode()).as(replay.output()).isEqualTo(1);
            assertThat(replay.output()).contains("Not everything could be moved, try again: ");
        }
    }

    @Test
    void whatFailedAndWasLeftInTheInboxIsTakenAgainAfterAReplay() {
        s3.put("images", "inbox/letter.jpg", "Dear customer".getBytes(StandardCharsets.UTF_8));
        for (int run = 0; run < 2; run++) {
            try (ProgramProcess program = start("s3.after", "leave")) {
                await().until(() -> keys("failed/").equals(List.of("failed/letter.jpg.error.json")));
                program.interrupt();
                program.exitCode();
            }
            try (ProgramProcess replay = start("routes", "replay-bucket", "s3.after", "leave")) {
                assertThat(replay.exitCode()).as(replay.output()).isZero();
                assertThat(replay.output()).contains("1 image is back in");
            }
            assertThat(s3.keys("images")).containsExactly("inbox/letter.jpg");
        }
    }

    @Test
    void aReplayThatCanNotHaveImagesCountAsNewSaysWhyAndItsExitCodeIsOne() {
        s3.put("images", "inbox/letter.jpg", "Dear customer".getBytes(StandardCharsets.UTF_8));
        try (ProgramProcess program = start("s3.after", "leave")) {
            await().until(() -> keys("failed/").equals(List.of("failed/letter.jpg.error.json")));
            try (ProgramProcess replay = start("routes", "replay-bucket", "s3.after", "leave")) {
                assertThat(replay.exitCode()).as(replay.output()).isEqualTo(1);
                assertThat(replay.output()).contains("Not everything could be moved, try again: ", "in use by another program")
                        .doesNotContain("\tat ");
            }
        }
        assertThat(s3.keys("images")).containsExactly("failed/letter.jpg.error.json", "inbox/letter.jpg");
    }

    @Test
    void settingsThatCanNotBeRightStopItWithOneLine() {
        for (List<String> wrong : List.of(List.of("s3.after", "burn", "it is move, tag or leave"),
                List.of("s3.maxSize", "large", "write 300MB"), List.of("s3.done", "inbox", "they would be taken in again"))) {
            try (ProgramProcess program = start(wrong.get(0), wrong.get(1))) {
                assertThat(program.exitCode()).isEqualTo(2);
                assertThat(program.output().lines().toList()).hasSize(1).first().asString().contains(wrong.get(0), wrong.get(2));
            }
        }
    }

    @Test
    void itStartsAndTellsOnceWhenTheBucketCanNotBeReached() {
        s3.stop();
        try (ProgramProcess program = start()) {
            await().until(() -> program.output().contains("can't be reached"));
            assertThat(program.output()).contains("camel-roboflow runs watch-bucket", "watches  s3://images/inbox/");
            s3.start();
            await().until(() -> program.output().contains("bucket-listing goes on"));
            program.interrupt();
            program.exitCode();
            assertThat(program.output().lines().filter(line -> line.contains("WARN") || line.contains("ERROR"))).hasSize(1);
        }
    }
}
