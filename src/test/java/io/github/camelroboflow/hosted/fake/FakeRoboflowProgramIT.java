package io.github.camelroboflow.hosted.fake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The fake runs as a program, too, for clients of other languages. */
class FakeRoboflowProgramIT {

    @Test
    void runsAsAProgramThatPrintsItsPort() throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), FakeRoboflow.class.getName(), "0", "1", "4").start();
        try (BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), ISO_8859_1))) {
            URI address = URI.create("http://127.0.0.1:" + Integer.parseInt(out.readLine()) + "/info");

            assertThat(HttpClient.newHttpClient().send(HttpRequest.newBuilder(address).build(), BodyHandlers.discarding())
                    .statusCode()).isEqualTo(200);
        } finally {
            process.destroyForcibly();
        }
    }
}
