package io.github.camelroboflow.server;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.server.fixture.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sends each request that was recorded with Roboflow's server 1.5.0. Status, content type and error must be the same, except for
 * intended differences.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConformanceIT {

    private static final String UNAUTHORIZED = "{\"message\":\"Unauthorized access to roboflow API - check API key and make sure"
            + " the key is valid for workspace you use. Visit"
            + " https://docs.roboflow.com/api-reference/authentication#retrieve-an-api-key to learn how to retrieve one.\"}";

    /** Requests with a different answer; the page roboflow-server-component.adoc has a table of the reasons. */
    private static final Map<String, Expected> DIFFERENT = Map.ofEntries(
            entry("no-key", refused(401, UNAUTHORIZED)), entry("empty-key", refused(401, UNAUTHORIZED)),
            entry("wrong-key", refused(401, UNAUTHORIZED)), entry("infer-od-no-key", refused(401, UNAUTHORIZED)),
            entry("body-no-ct", result()), entry("raw-jpeg-ct-image", result()), entry("raw-jpeg-form", result()),
            entry("b64-bad-padding", result()), entry("b64-urlsafe", result()), entry("b64-percent-encoded", result()),
            entry("b64-plus-as-space", result()), entry("gif", result()), entry("pose-best", result()),
            entry("version-zero", refused(404, "{\"message\":\"Requested Roboflow resource not found. Make sure that workspace,"
                    + " project or model you referred in request exists.\"}")),
            entry("bad-onnx", refused(500, "{\"message\":\"Model package is broken.\"}")),
            entry("infer-od-no-image", refused(422, "{\"detail\":[{\"type\":\"missing\",\"loc\":[\"body\",\"image\"],"
                    + "\"msg\":\"Field required\",\"input\":{\"model_id\":\"det-stretch/1\"}}]}")),
            entry("GET /metrics", refused(401, UNAUTHORIZED)),
            entry("GET /nope", refused(404, "{\"detail\":\"Not Found\"}")),
            entry("GET /device/stats", refused(401, UNAUTHORIZED)));

    /** Requests whose answers depend on Roboflow's platform, which an engine in this JVM does not use. */
    private static final Set<String> ELSEWHERE = Set.of("api-402", "api-403", "api-423", "api-500", "api-503", "no-model-url");

    private static final Map<String, String[]> HEADERS = Map.of("bearer", new String[] {"Authorization: Bearer testkey"},
            "bearer-cold", new String[] {"Authorization: Bearer testkey"},
            "bearer-wrong-cold", new String[] {"Authorization: Bearer wrong"},
            "cors-origin", new String[] {"Origin: https://example.com"},
            "cors-preflight", new String[] {"Origin: https://example.com", "Access-Control-Request-Method: POST"});

    private GoldenServer golden;

    /** The expected answer; an empty error is not compared. */
    private record Expected(int status, String type, String error) {
    }

    private static Expected refused(int status, String error) {
        return new Expected(status, "application/json", error);
    }

    private static Expected result() {
        return new Expected(200, "application/json", "");
    }

    /** A line of the recording. */
    private record Recorded(String id, String method, String target, String contentType, String body, Expected answer) {

        static Recorded of(String line) {
            String[] cells = line.split("\t", -1);
            return new Recorded(cells[0], cells[1], cells[2], cells[3], cells[4],
                    new Expected(Integer.parseInt(cells[5]), cells[6], cells[7]));
        }

        Wire.Response send(int port) {
            String[] more = HEADERS.getOrDefault(id, new String[0]);
            String[] headers = Stream.concat(contentType.isEmpty() ? Stream.empty() : Stream.of("Content-Type: " + contentType),
                    Stream.of(more)).toArray(String[]::new);
            byte[] sent = RecordedBodies.of(body);
            return Wire.ask(port, method, target, headers, sent == null && method.equals("POST") ? new byte[0] : sent);
        }

        @Override
        public String toString() {
            return id;
        }
    }

    private static List<Recorded> all() throws IOException {
        return Files.readAllLines(Path.of("src/test/resources/server/conformance.tsv")).stream()
                .filter(line -> !line.startsWith("#")).map(Recorded::of).toList();
    }

    static List<Recorded> recorded() throws IOException {
        return all().stream().filter(request -> !ELSEWHERE.contains(request.id())).toList();
    }

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        Path broken = Files.createDirectories(directory.resolve("bad-onnx/1"));
        Files.writeString(broken.resolve("weights.onnx"), "this is no net");
        Files.writeString(broken.resolve("class_names.txt"), "a\n");
        golden = new GoldenServer(directory, "det-stretch", "det-v5", "det-nas", "det-grey", "det-contrast", "det-crop-gray",
                "seg-stretch", "pose-stretch", "cls-single", "cls-multi", "sem-stretch", "rfdetr", "rfdetr-seg");
    }

    @AfterAll
    void stop() {
        golden.close();
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void isAnsweredAsRoboflowsServerAnsweredIt(Recorded request) throws IOException {
        Expected expected = DIFFERENT.getOrDefault(request.id(), request.answer());

        Wire.Response response = request.send(golden.port());

        assertThat(response.status()).as(response.text()).isEqualTo(expected.status());
        if (!expected.type().isEmpty()) {
            assertThat(response.type()).isEqualTo(expected.type());
        }
        if (!expected.error().isEmpty()) {
            assertThat(response.text()).isEqualTo(expected.error());
        }
    }

    @Test
    void everyDifferenceIsStillOneAndOfARecordedRequest() throws IOException {
        Map<String, Expected> answers = all().stream().collect(Collectors.toMap(Recorded::id, Recorded::answer));
        Set<String> known = new HashSet<>(DIFFERENT.keySet());
        known.addAll(ELSEWHERE);

        assertThat(answers).hasSize(213).containsKeys(known.toArray(String[]::new));
        assertThat(DIFFERENT).allSatisfy((id, ours) -> assertThat(ours).isNotEqualTo(answers.get(id)));
    }
}
