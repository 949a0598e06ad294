package io.github.camelroboflow.server;

import static io.github.camelroboflow.server.LimitedServer.BODY;
import static io.github.camelroboflow.server.LimitedServer.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.server.fixture.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The order in which a request is checked, over a socket: its path and key, its model, and only then its image. */
class RequestOrderTest {

    private static final int LIMIT = 1000;
    private static final String[] FORM = {"Content-Type: multipart/form-data"};

    /** The hosts that images were to be fetched from. */
    private final List<String> fetched = new CopyOnWriteArrayList<>();
    private RoboflowServer server;

    @AfterEach
    void stop() {
        server.close();
    }

    private void start(String... keys) throws IOException {
        DnsResolver names = new DnsResolver() {

            @Override
            public InetAddress[] resolve(String host) throws UnknownHostException {
                fetched.add(host);
                throw new UnknownHostException(host);
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        };
        ServerSettings settings = new ServerSettings("localhost", 0, new ServerSettings.Keys(List.of(keys)), 0, LIMIT, 5, 100,
                Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(5), true);
        server = RoboflowServer.start(settings, new FakeModels().only("parts", "acme", "workflows", "ocr"),
                new ImageFetcher(true, LIMIT, names, builder -> {
                }));
    }

    private Wire.Response ask(String method, String target, String[] headers, byte[] body) {
        return Wire.ask(server.port(), method, target, headers, body);
    }

    private Wire.Response infer(String json) {
        return Wire.ask(server.port(), "POST", "/infer/object_detection", "application/json",
                json.getBytes(StandardCharsets.US_ASCII));
    }

    private static void assertUnknownModel(Wire.Response response) {
        assertThat(response.status()).as(response.text()).isEqualTo(404);
        assertThat(response.json().path("message").asText()).startsWith("Requested Roboflow resource not found.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nope/1", "/nope/1?image_type=numpy", "/nope/1?image_type=file", "/nope/1?confidence=abc",
                            "/nope/1?countinference=false", "/nope/1?image=http://127.0.0.1/x.jpg", "/nope/1?image=",
                            "/nope/1?image=https://example.com/dog.jpg", "/nope/dog.jpg", "/../1", "/a%20b/1"})
    void anUnknownModelIsNotFoundWhateverTheImage(String target) throws IOException {
        start();

        assertUnknownModel(ask("POST", target, TEXT, BODY));
        assertUnknownModel(ask("POST", target, TEXT, "{broken".getBytes(StandardCharsets.US_ASCII)));
        assertUnknownModel(ask("POST", target, TEXT, new byte[0]));
        assertUnknownModel(ask("POST", target, TEXT, new byte[] {0, 1, 2, 3}));
        assertUnknownModel(ask("POST", target, FORM, BODY));
        assertUnknownModel(ask("POST", target, TEXT, new byte[LIMIT + 1]));
        assertUnknownModel(ask("POST", target, new String[0], null));
        assertUnknownModel(ask("GET", target, new String[0], null));
        assertThat(fetched).isEmpty();
    }

    @Test
    void anUnknownModelIsNotFoundWithABodyThatGrowsTooLarge() throws IOException {
        start();
        try (Wire wire = new Wire(server.port())) {
            wire.send("POST /nope/1 HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 3; i++) {
                wire.send("190\r\n" + "A".repeat(400) + "\r\n");
            }

            assertUnknownModel(wire.receive(false));
        }
        await().until(() -> server.requests() == 0);
    }

    @Test
    void aConnectionServesTheNextRequestAfterABodyThatIsTooLarge() throws IOException {
        start();
        try (Wire wire = new Wire(server.port())) {
            assertUnknownModel(wire.request("POST", "/nope/1", TEXT, new byte[LIMIT + 1]));
            assertThat(wire.request("POST", "/parts/1", TEXT, BODY).status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({"/nope/1, 404", "/parts/1, 413", "/acme/parts/1, 405", "/workflows/run, 501"})
    void aClientThatSendsMuchMoreThanTheLimitGetsTheAnswer(String path, int status) throws IOException {
        start();

        assertThat(ask("POST", path, TEXT, new byte[30_000_000]).status()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"image\":{\"type\":\"url\",\"value\":\"https://example.com/dog.jpg\"}",
                            "\"image\":[{\"type\":\"url\",\"value\":\"https://example.com/dog.jpg\"}]", "\"image\":[]",
                            "\"image\":{\"type\":\"base64\",\"value\":\"*\"}", "\"image\":{\"type\":\"numpy\",\"value\":\"\"}",
                            "\"image\":{}", "\"image\":\"aGVsbG8=\"", "\"image\":null", "\"confidence\":\"abc\""})
    void anUnknownModelInJsonIsNotFoundWhateverTheImage(String image) throws IOException {
        start();

        assertUnknownModel(infer("{\"model_id\":\"nope/1\"," + image + "}"));
        assertThat(fetched).isEmpty();
    }

    @Test
    void anImageIsFetchedForAModelThatExists() throws IOException {
        start();

        assertThat(ask("GET", "/parts/1?image=https://example.com/a.jpg", new String[0], null).status()).isEqualTo(400);
        assertThat(infer("{\"model_id\":\"parts/1\",\"image\":{\"type\":\"url\",\"value\":\"https://example.org/b\"}}").status())
                .isEqualTo(400);
        assertThat(fetched).contains("example.com", "example.org");
    }

    @Test
    void nothingIsFetchedForAClientWithoutAKey() throws IOException {
        start("one");
        String image = "\"image\":{\"type\":\"url\",\"value\":\"https://example.com/dog.jpg\"}";

        assertThat(ask("GET", "/parts/1?image=https://example.com/a.jpg", new String[0], null).status()).isEqualTo(401);
        assertThat(ask("POST", "/parts/1?api_key=wrong&image=https://example.com/a.jpg", TEXT, new byte[0]).status())
                .isEqualTo(401);
        assertThat(infer("{\"model_id\":\"parts/1\"," + image + "}").status()).isEqualTo(401);
        assertThat(infer("{\"model_id\":\"nope/1\",\"api_key\":\"wrong\"," + image + "}").status()).isEqualTo(401);
        assertThat(fetched).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/clip/compare", "/doctr/ocr", "/easy_ocr/ocr", "/gaze/gaze_detection", "/yolo_world/infer",
                            "/infer/lmm", "/infer/depth-estimation", "/sam2/segment_image", "/inference_pipelines/list",
                            "/model/nope"})
    void aPathThatTheServerDoesNotHaveIsNotFoundWhateverTheBody(String path) throws IOException {
        start("one");
        String target = path + "?api_key=one";
        String json = "{\"model_id\":\"parts/1\",\"image\":{\"type\":\"url\",\"value\":\"http://some.com/image.jpg\"}}";

        assertThat(ask("POST", target, TEXT, json.getBytes(StandardCharsets.US_ASCII)).status()).isEqualTo(404);
        assertThat(ask("POST", target, TEXT, json.substring(9).getBytes(StandardCharsets.US_ASCII)).status()).isEqualTo(404);
        assertThat(ask("POST", target, TEXT, new byte[LIMIT + 1]).status()).isEqualTo(404);
        assertThat(ask("POST", target, new String[0], null).status()).isEqualTo(404);
        assertThat(ask("GET", target, new String[0], null).status()).isEqualTo(404);
        assertThat(ask("POST", path, TEXT, BODY).status()).isEqualTo(401);
        assertThat(fetched).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/clip/compare", "/doctr/ocr", "/infer/lmm", "/infer/depth-estimation", "/sam2/segment_image"})
    void aFoundationModelIsNotFoundAlsoWithTheKeyInTheBody(String path) throws IOException {
        start("one");

        assertUnknownModel(ask("POST", path, TEXT, "{\"api_key\":\"one\"}".getBytes(StandardCharsets.US_ASCII)));
        assertThat(ask("POST", path, TEXT, "{\"api_key\":\"wrong\"}".getBytes(StandardCharsets.US_ASCII)).status())
                .isEqualTo(401);
        assertThat(ask("POST", path, TEXT, "{broken".getBytes(StandardCharsets.US_ASCII)).status()).isEqualTo(401);
        assertThat(ask("POST", path, TEXT, new byte[LIMIT + 1]).status()).isEqualTo(401);
        assertThat(ask("POST", path, new String[0], null).status()).isEqualTo(401);
    }

    @Test
    void aProjectMayHaveTheNameOfAFoundationModel() throws IOException {
        start();

        assertThat(ask("POST", "/ocr/1", TEXT, BODY).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/model/clear", "/model/remove", "/model/add"})
    void aClientWithoutAKeyUnloadsNoModel(String path) throws IOException {
        start("one");
        byte[] model = "{\"model_id\":\"parts/1\",\"api_key\":null}".getBytes(StandardCharsets.US_ASCII);

        assertThat(ask("POST", path, new String[0], new byte[0]).status()).isEqualTo(401);
        assertThat(ask("POST", path, new String[0], null).status()).isEqualTo(401);
        assertThat(ask("POST", path, TEXT, "{broken".getBytes(StandardCharsets.US_ASCII)).status()).isEqualTo(401);
        assertThat(ask("POST", path, TEXT, new byte[LIMIT + 1]).status()).isEqualTo(401);
        assertThat(ask("POST", path, new String[] {"Content-Type: application/json"}, model).status()).isEqualTo(401);
        assertThat(ask("POST", path, new String[] {"Authorization: Bearer one"}, model).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"POST, /workflows/run", "POST, /infer/workflows", "POST, /acme/workflows/count-parts",
                "POST, /infer/workflows/acme/count-parts", "POST, /acme/workflows/count-parts/describe_interface",
                "POST, /workflows/describe_interface", "POST, /workflows/validate", "POST, /workflows/blocks/describe",
                "GET, /workflows/blocks/describe", "POST, /workflows/blocks/dynamic_outputs", "GET, /workflows/definition/schema",
                "GET, /workflows/execution_engine/versions", "POST, /workflows/run/"})
    void aWorkflowIsRefusedInASentenceThatSaysWhereItRuns(String method, String path) throws IOException {
        start("one");
        for (String target : List.of(path, path + "?api_key=one", path + "?api_key=wrong")) {
            Wire.Response response = ask(method, target, new String[] {"Content-Type: application/json"}, BODY);

            assertThat(response.status()).isEqualTo(501);
            assertThat(response.json().path("message").asText()).contains("This server runs no workflows", "runtime=hosted")
                    .doesNotContain("API key", "not found").doesNotContain(". ");
        }
        assertThat(ask(method, path, new String[0], new byte[LIMIT + 1]).status()).isEqualTo(501);
    }

    @Test
    void aProjectMayHaveTheNameOfWorkflows() throws IOException {
        start();

        assertThat(ask("POST", "/workflows/3", TEXT, BODY).status()).isEqualTo(200);
        assertThat(ask("POST", "/acme/workflows", TEXT, BODY).status()).isEqualTo(200);
    }
}
