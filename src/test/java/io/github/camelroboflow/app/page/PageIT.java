package io.github.camelroboflow.app.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.FreePorts;
import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.server.fixture.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of the program as a browser and a monitoring program ask it. */
class PageIT {

    private static final String HOSTILE = "<img src=x onerror=alert(1)>.jpg";

    @TempDir
    Path data;

    private final int port = FreePorts.free();
    private WatchedFolder folder;

    @BeforeEach
    void start() {
        folder = new WatchedFolder(data).with("page.enabled", "true").with("page.port", String.valueOf(port)).start();
        await().until(this::isServed);
    }

    @AfterEach
    void stop() {
        folder.close();
    }

    private boolean isServed() {
        try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private Wire.Response get(String path) {
        return Wire.ask(port, "GET", path, new String[0], null);
    }

    private JsonNode live() {
        return get("/live").json();
    }

    private Wire.Response post(String path, byte[] body) {
        return Wire.ask(port, "POST", path,
                new String[] {"Origin: http://localhost", "X-Page-Token: " + live().path("token").asText()}, body);
    }

    private JsonNode result() {
        await().until(() -> live().path("results").size() == 1);
        return live().path("results").get(0);
    }

    @Test
    void aResultIsShownWithItsPictureAndItsConditions() {
        folder.drop("gears.jpg", "shift 1/gears.jpg");

        JsonNode result = result();
        assertThat(result.path("image").asText()).isEqualTo("shift 1/gears.jpg");
        assertThat(result.path("model").asText()).isEqualTo("parts-detect/1");
        assertThat(result.path("confidences").path("gear").asDouble()).isBetween(0.4, 1.0);
        assertThat(result.path("accepted").toString()).contains("gears");

        Wire.Response picture = get("/picture/1");
        assertThat(picture.type()).isEqualTo("image/jpeg");
        assertThat(get("/picture/1?size=large").body()).hasSizeGreaterThan(picture.body().length);

        JsonNode details = get("/result/1").json();
        assertThat(details.path("findings").get(0).path("class").asText()).isEqualTo("gear");
        assertThat(details.path("findings").get(0).path("box")).hasSize(4);
        assertThat(details.path("conditions")).extracting(each -> each.path("condition").asText() + " "
                + each.path("selected").asBoolean()).contains("gear true", "scratch false");

        assertThat(details.path("conditions").toString()).contains("\"gear: gear 0.9");

        assertThat(live().path("done").asInt()).isEqualTo(1);
        assertThat(live().path("classes").path("gear").asInt()).isEqualTo(1);
        assertThat(live().path("history").get(0).path("classes").path("gear").asInt()).isEqualTo(1);
        assertThat(get("/live?after=1").json().path("results")).isEmpty();
    }

    @Test
    void aConditionIsRehearsedOnTheLastResults() {
        folder.drop("gears.jpg", "gears.jpg");
        result();

        JsonNode same = get("/rehearsal?condition=gear&against=gear").json();
        assertThat(same.path("selected").toString()).isEqualTo("[1]");
        assertThat(same.path("lost")).isEmpty();
        JsonNode other = get("/rehearsal?condition=gear+%3E%3D+0.99999+or+belt&against=gear").json();
        assertThat(other.path("selected")).isEmpty();
        assertThat(other.path("lost").toString()).isEqualTo("[1]");
        assertThat(other.path("unknown").toString()).isEqualTo("[\"belt\"]");
        assertThat(get("/rehearsal?condition=gear+and").json().path("wrong").asText()).contains("wrong at column 9");
    }

    @Test
    void anImageThatIsDroppedOnThePageIsProcessedUnderItsOwnName() throws IOException {
        byte[] image = Files.readAllBytes(WatchedFolder.SAMPLES.resolve("gears.jpg"));

        JsonNode dropped = post("/drop?name=..%2F..%2F%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E.jpg", image).json();

        assertThat(dropped.path("name").asText()).isEqualTo(HOSTILE);
        assertThat(result().path("image").asText()).isEqualTo(HOSTILE);
        assertThat(folder.files("done")).containsExactly(HOSTILE);
        assertThat(get("/live").headers()).containsEntry("content-type", "application/json")
                .containsEntry("x-content-type-options", "nosniff");
        assertThat(post("/drop?name=.hidden.jpg", image).json().path("name").asText()).isEqualTo("hidden.jpg");
        assertThat(post("/drop?name=notes.txt", image).status()).isEqualTo(415);
        assertThat(post("/drop?name=empty.jpg", new byte[0]).status()).isEqualTo(415);
    }

    @Test
    void aFailedImageIsTriedAgain() {
        folder.drop("no image".getBytes(StandardCharsets.UTF_8), "torn.jpg");
        await().until(() -> live().path("failures").size() == 1);
        JsonNode failure = live().path("failures").get(0);
        assertThat(failure.path("image").asText()).isEqualTo("torn.jpg");
        assertThat(failure.path("error").asText()).isNotEmpty();

        Wire.Response retried = post("/retry?failure=" + failure.path("number").asLong(), new byte[0]);

        assertThat(retried.json().path("moved").asInt()).isEqualTo(1);
        await().until(() -> live().path("failures").path(0).path("number").asInt() == 2);
        assertThat(folder.files("failed")).containsExactlyInAnyOrder("torn.jpg", "torn.jpg.error.json");
        assertThat(post("/retry?failure=99", new byte[0]).status()).isEqualTo(404);
        assertThat(Wire.ask(port, "POST", "/retry?failure=all", new String[] {"Origin: http://localhost"}, new byte[0]).status())
                .isEqualTo(403);
    }

    @Test
    void monitoringProgramsReadHealthAndMeters() {
        assertThat(get("/observe/health/live").status()).isEqualTo(200);
        folder.drop("gears.jpg", "gears.jpg");
        result();

        assertThat(get("/observe/health").json().path("status").asText()).isEqualTo("UP");
        assertThat(get("/observe/health/ready").json().path("checks")).extracting(check -> check.path("name").asText())
                .contains("outage:watch-folder");
        Wire.Response metrics = get("/observe/metrics");
        assertThat(metrics.type()).startsWith("text/plain");
        assertThat(metrics.text()).contains("roboflow_images_total{outcome=\"done\"} 1.0", "jvm_memory_used_bytes",
                "roboflow_models_loaded_models");
        folder.drop("gears.jpg", "2.jpg");
        await().until(() -> get("/observe/metrics").text().contains("roboflow_inference_seconds_count"));
    }

    @Test
    void healthIsDownWithTheReasonWhileTheResultsCanNotBeWritten() throws IOException {
        Files.createDirectories(data.resolve("results"));
        Files.writeString(data.resolve("results/gears"), "a file in the way of the folder");
        folder.drop("gears.jpg", "gears.jpg");

        await().until(() -> get("/observe/health").status() == 503);

        assertThat(get("/observe/health").json().path("checks")).filteredOn(check -> check.path("status").asText().equals("DOWN"))
                .singleElement().satisfies(check -> assertThat(check.path("reason").asText()).contains("gears"));
        assertThat(live().path("down").toString()).contains("outage:watch-folder");
    }

    @Test
    void aProgramRunsWithoutAPageIfThePortIsTaken() throws IOException {
        Path other = Files.createDirectory(data.resolve("other"));
        try (ProgramProcess program = ProgramProcess.start(other,
                Map.of("page.enabled", "true", "page.port", String.valueOf(port)))) {
            await().until(() -> program.output().contains("page     none: ") || !program.isAlive());

            assertThat(program.output().lines().filter(line -> line.contains("page "))).containsExactly("  page     none:"
                    + " can't listen at localhost:" + port + ": another program uses that port: stop that program, or choose"
                    + " another port (page.host, page.port)");
            assertThat(program.isAlive()).isTrue();
        }
    }

    @Test
    void theFilesOfThePageAreSmallAndComeFromHere() {
        List<String> files = List.of("/", "/page.css", "/page.js", "/view.js", "/icon.svg");

        assertThat(files).allSatisfy(file -> assertThat(get(file).status()).isEqualTo(200));
        assertThat(files.stream().mapToInt(file -> get(file).body().length).sum()).isLessThan(60_000);
        assertThat(files).allSatisfy(file -> assertThat(get(file).text().replace("http://www.w3.org/2000/svg", ""))
                .doesNotContain("http:", "https:", "innerHTML", "insertAdjacentHTML", "document.write", "style=\""));
        assertThat(get("/PageSite.class").status()).isEqualTo(404);
        assertThat(get("/../page.html").status()).isEqualTo(404);
    }
}
