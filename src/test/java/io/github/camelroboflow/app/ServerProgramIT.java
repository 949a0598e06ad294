package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.fixture.FreePorts;
import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.server.fixture.Wire;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code -Droutes=server} with the shipped configuration. */
class ServerProgramIT {

    @TempDir
    Path data;

    private static HttpResponse<String> post(int port, String query) throws Exception {
        byte[] image = Files.readAllBytes(Path.of("config/samples/gears.jpg"));
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/parts-detect/1" + query))
                .POST(HttpRequest.BodyPublishers.ofByteArray(Base64.getEncoder().encode(image))).build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private final int page = FreePorts.free();

    private ProgramProcess start(int port, String keys, String requests) {
        ProgramProcess program = ProgramProcess.start(data, Map.of("routes", "server", "server.port", String.valueOf(port),
                "server.keys", keys, "page.enabled", "true", "page.port", String.valueOf(page), "page.requests", requests));
        await().until(() -> program.output().contains("camel-roboflow runs") || !program.isAlive());
        return program;
    }

    @Test
    void itServesTheSampleModelToThisMachineAndSaysSo() throws Exception {
        int port = FreePorts.free();
        try (ProgramProcess program = start(port, "", "true")) {
            assertThat(program.output()).contains("serves   POST http://127.0.0.1:" + port + "/<project>/<version>",
                    "for programs on this machine only", "models   parts-detect/1").doesNotContain("watches");
            assertThat(post(port, "").body()).contains("\"class\":\"gear\"");

            await().until(() -> program.output().contains("page     http"));
            assertThat(Wire.ask(page, "GET", "/live", new String[0], null).json().path("results").path(0).path("image").asText())
                    .startsWith("request ");
            assertThat(Wire.ask(page, "GET", "/picture/1", new String[0], null).type()).isEqualTo("image/jpeg");
            assertThat(Wire.ask(page, "GET", "/rehearsal?condition=gear", new String[0], null).json().path("selected")).hasSize(1);

            program.interrupt();
            assertThat(program.exitCode()).isIn(0, 143);
            assertThat(data.resolve("inbox")).doesNotExist();
        }
    }

    @Test
    void withKeysOnlyThoseWhoHaveOneAreServed() throws Exception {
        int port = FreePorts.free();
        try (ProgramProcess program = start(port, "a-long-key,another", "false")) {
            assertThat(post(port, "").statusCode()).isEqualTo(401);
            assertThat(post(port, "?api_key=another").statusCode()).isEqualTo(200);
            assertThat(program.output()).contains("serves   POST http://localhost:" + port
                    + "/<project>/<version>, at all addresses of this machine, for clients that have a key")
                    .doesNotContain("another");

            await().until(() -> program.output().contains("page     http"));
            assertThat(Wire.ask(page, "GET", "/live", new String[0], null).json().path("results")).isEmpty();
        }
    }
}
