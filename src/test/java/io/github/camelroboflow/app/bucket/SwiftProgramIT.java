package io.github.camelroboflow.app.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.app.fixture.RoutingTable;
import io.github.camelroboflow.app.fixture.S3Server;
import io.github.camelroboflow.app.fixture.SwiftServer;
import io.github.camelroboflow.http.Certificates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program, in a process of its own, with buckets of OpenStack Swift that are reached by HTTPS. */
class SwiftProgramIT {

    @TempDir
    Path data;
    private SwiftServer swift;

    @BeforeEach
    void startServer() {
        assumeTrue(SwiftServer.isInstalled(), "OpenStack Swift is not installed");
        swift = new SwiftServer(data, true);
        swift.createBucket("images");
    }

    @AfterEach
    void stopServer() {
        if (swift != null) {
            swift.close();
        }
    }

    private ProgramProcess start(Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(swift.properties());
        properties.putAll(Map.of("aws.accessKeyId", S3Server.KEY_ID, "aws.secretAccessKey", S3Server.SECRET,
                "javax.net.ssl.trustStore", swift.trustStore().toString(),
                "javax.net.ssl.trustStorePassword", Certificates.PASSWORD, "routes", "watch-bucket"));
        properties.putAll(more);
        return ProgramProcess.start(data, properties);
    }

    @Test
    void bucketsAreReachedByHttps() throws IOException {
        Path table = new RoutingTable().when("gear", "kamelet:s3?bucket=results").write(data);
        swift.createBucket("results");
        swift.put("images", "inbox/ü +.jpg", Files.readAllBytes(WatchedFolder.SAMPLES.resolve("gears.jpg")));
        swift.put("images", "inbox/damaged.jpg", "no image".getBytes(StandardCharsets.UTF_8));
        try (ProgramProcess program = start(Map.of("camel.main.routesIncludePattern",
                "file:routes/{{routes}}.camel.yaml,file:" + table))) {
            await().untilAsserted(() -> assertThat(swift.keys("images")).as(program.output())
                    .containsExactlyInAnyOrder("done/ü +.jpg", "failed/damaged.jpg", "failed/damaged.jpg.error.json"));

            assertThat(swift.keys("results")).containsExactly("ü +.jpg.json");
        }
        try (ProgramProcess batch = start(Map.of("routes", "batch", "in", "s3://images/done",
                "out", data.resolve("found").toString()))) {
            assertThat(batch.exitCode()).as(batch.output()).isZero();
            assertThat(data.resolve("found/results.jsonl")).content().contains("\"image\":\"ü +.jpg\"", "\"etag\":");
        }
    }

    /** It was told after the results were delivered. */
    @Test
    void aServerWithoutTagsIsToldOfAtTheStart() {
        swift.put("images", "inbox/a.jpg", new byte[] {1});
        try (ProgramProcess program = start(Map.of("s3.after", "tag"))) {
            assertThat(program.exitCode()).as(program.output()).isEqualTo(2);
            assertThat(program.output()).contains("s3.after=tag", "choose s3.after=move or s3.after=leave");
        }
        assertThat(swift.keys("images")).containsExactly("inbox/a.jpg");
    }
}
