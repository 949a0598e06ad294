package io.github.camelroboflow.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelroboflow.server.fixture.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The documented route of Roboflow's server, over a socket, with real models. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LegacyInferenceTest {

    private static final byte[] JPEG = GoldenServer.image("t00_plain.jpg");
    private static final byte[] BASE64 = GoldenServer.base64(JPEG);
    private static final String TEXT = new String(BASE64, StandardCharsets.US_ASCII);
    private static final String MALFORMED = "Could not load input image. Cause: Malformed base64 input image.";

    private GoldenServer golden;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        golden = new GoldenServer(directory, "det-stretch", "sem-stretch", "seg-stretch");
    }

    @AfterAll
    void stop() {
        golden.close();
    }

    private Wire.Response post(String query, byte[] body) {
        return golden.post("/det-stretch/1" + query, GoldenServer.FORM, body);
    }

    private static List<String> keys(JsonNode json) {
        return StreamSupport.stream(((Iterable<String>) json::fieldNames).spliterator(), false).toList();
    }

    private static String form(String part, String content) {
        return "------x12345\r\nContent-Disposition: form-data; name=\"" + part + "\"; filename=\"a.jpg\"\r\n"
                + "Content-Type: image/jpeg\r\n\r\n" + content + "\r\n------x12345--\r\n";
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void base64OfAFormIsAnsweredWithTheFieldsOfRoboflowInItsOrder() {
        Wire.Response response = post("", BASE64);

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.type()).isEqualTo("application/json");
        assertThat(response.headers()).containsEntry("x-model-id", "det-stretch/1").containsKey("x-request-id");
        assertThat(keys(response.json())).containsExactly("inference_id", "time", "image", "predictions");
        assertThat(keys(response.json().at("/predictions/0"))).containsExactly("x", "y", "width", "height", "confidence", "class",
                "class_id", "detection_id");
        assertThat(response.text()).containsPattern("\"x\":\\d+\\.\\d").doesNotContain(": ").doesNotContain("null");
    }

    static Stream<Arguments> readableBodies() {
        String lines = TEXT.replaceAll(".{60}", "$0\n");
        String unpadded = TEXT.replace("=", "");
        return Stream.of(Arguments.of("text/plain", TEXT), Arguments.of("application/json", TEXT), Arguments.of("image/jpeg", TEXT),
                Arguments.of(null, TEXT), Arguments.of("application/octet-stream", TEXT),
                Arguments.of(GoldenServer.FORM, lines), Arguments.of(GoldenServer.FORM, lines.replace("\n", "\r\n")),
                Arguments.of(GoldenServer.FORM, TEXT + "\r\n"), Arguments.of(GoldenServer.FORM, "\"" + TEXT + "\""),
                Arguments.of(GoldenServer.FORM, "data:image/jpeg;base64," + TEXT),
                Arguments.of(GoldenServer.FORM, TEXT.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")),
                Arguments.of(GoldenServer.FORM, TEXT.replace("+", " ")),
                Arguments.of(GoldenServer.FORM, TEXT.replace("+", "-").replace("/", "_")),
                Arguments.of(GoldenServer.FORM, unpadded), Arguments.of(GoldenServer.FORM, unpadded + "===\r\n"),
                Arguments.of(GoldenServer.FORM, new String(JPEG, StandardCharsets.ISO_8859_1)),
                Arguments.of(null, new String(JPEG, StandardCharsets.ISO_8859_1)),
                Arguments.of("multipart/form-data; boundary=----x12345",
                        form("file", new String(JPEG, StandardCharsets.ISO_8859_1))));
    }

    @ParameterizedTest
    @MethodSource("readableBodies")
    void everyWayToSendAnImageGivesTheSameAnswer(String contentType, String body) {
        Wire.Response response = golden.post("/det-stretch/1", contentType, latin(body));

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.json().path("predictions")).hasSameSizeAs(post("", BASE64).json().path("predictions"));
        assertThat(response.json().at("/image/width").asInt()).isEqualTo(post("", BASE64).json().at("/image/width").asInt());
    }

    static Stream<Arguments> unreadableBodies() {
        String boundary = "multipart/form-data; boundary=----x12345";
        return Stream.of(Arguments.of(GoldenServer.FORM, "", "Could not load input image. Cause: Empty image payload."),
                Arguments.of(null, "", "Content-Type header not provided with request."),
                Arguments.of(GoldenServer.FORM, "%%%%not-base64%%%%", MALFORMED), Arguments.of(GoldenServer.FORM, "A", MALFORMED),
                Arguments.of(GoldenServer.FORM, "aGVsbG8gd29ybGQsIHRoaXMgaXMgbm90IGFuIGltYWdl", MALFORMED),
                Arguments.of(GoldenServer.FORM, "image=" + TEXT, MALFORMED),
                Arguments.of(GoldenServer.FORM, "data:image/svg+xml;base64," + TEXT, MALFORMED),
                Arguments.of("application/json", "{\"image\": {\"type\": \"base64\", \"value\": \"" + TEXT + "\"}}", MALFORMED),
                Arguments.of(GoldenServer.FORM, Base64.getEncoder().encodeToString(Arrays.copyOf(JPEG, 200)), MALFORMED),
                Arguments.of(boundary, form("photo", "x"), "Could not load input image. Cause: Expected image to be send in"
                        + " part named 'file' of multipart/form-data request"),
                Arguments.of(boundary, form("file", "no image"), MALFORMED),
                Arguments.of(boundary, form("file", ""), "Could not load input image. Cause: Empty image payload."));
    }

    @ParameterizedTest
    @MethodSource("unreadableBodies")
    void aBodyWithoutAnImageIsRefusedInRoboflowsWords(String contentType, String body, String message) {
        Wire.Response response = golden.post("/det-stretch/1", contentType, latin(body));

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.json().path("message").asText()).isEqualTo(message);
    }

    @Test
    void aFormWithoutABoundaryIsRefused() {
        Wire.Response response = golden.post("/det-stretch/1", "multipart/form-data", JPEG);

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.text()).isEqualTo("{\"detail\":\"Missing boundary in multipart.\"}");
    }

    @Test
    void halfAJpegIsProcessedAsFarAsItGoes() {
        assertThat(post("", GoldenServer.base64(Arrays.copyOf(JPEG, JPEG.length / 2))).status()).isEqualTo(200);
    }

    @Test
    void aChunkedBodyIsRead() {
        try (Wire wire = new Wire(golden.port())) {
            wire.send("POST /det-stretch/1?api_key=testkey HTTP/1.1\r\nHost: x\r\nContent-Type: " + GoldenServer.FORM
                    + "\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int start = 0; start < BASE64.length; start += 5000) {
                byte[] part = Arrays.copyOfRange(BASE64, start, Math.min(BASE64.length, start + 5000));
                wire.send(Integer.toHexString(part.length) + "\r\n");
                wire.send(part);
                wire.send("\r\n");
            }
            wire.send("0\r\n\r\n");

            assertThat(wire.receive(false).status()).isEqualTo(200);
        }
    }

    @Test
    void oneConnectionServesManyRequestsAlsoAfterRefusals() {
        try (Wire wire = new Wire(golden.port())) {
            String[] headers = {"Content-Type: " + GoldenServer.FORM};
            assertThat(wire.request("POST", "/det-stretch/1?api_key=testkey", headers, BASE64).status()).isEqualTo(200);
            assertThat(wire.request("POST", "/det-stretch/1?api_key=wrong", headers, BASE64).status()).isEqualTo(401);
            assertThat(wire.request("PUT", "/det-stretch/1?api_key=testkey", headers, BASE64).status()).isEqualTo(405);
            assertThat(wire.request("GET", "/det-stretch/1?api_key=testkey", headers, BASE64).status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0.01", "0.001, 0.01", "1e-3, 0.01", "-1, 0.01", "1, 0.01", "40, 0.4", "0.4, 0.4", "best, 0.4", "default, 0.4"})
    void aConfidenceBelowOneIsAFractionAndOthersArePercent(String sent, String meant) {
        assertThat(post("?confidence=" + sent, BASE64).json().path("predictions"))
                .hasSameSizeAs(post("?confidence=" + meant, BASE64).json().path("predictions"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"confidence=100", "confidence=150", "confidence=nan", "confidence=inf", "max_detections=0"})
    void anUnreachableThresholdGivesNoPredictions(String query) {
        Wire.Response response = post("?" + query, BASE64);

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.json().path("predictions")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlap=1", "overlap=150", "overlap=-1", "overlap=nan", "max_detections=-1", "max_detections=100000",
                            "stroke=-1", "format=xml", "format=", "labels=on", "mask_decode_mode=bogus", "tradeoff_factor=2",
                            "keypoint_confidence=50", "unknown=1", "confidence=0.9&confidence=0.4"})
    void valuesThatRoboflowAcceptsAreAccepted(String query) {
        assertThat(post("?" + query, BASE64).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "confidence=abc | [{'type':'float_parsing','loc':['query','confidence','float'],'msg':'Input should be a valid number,"
            + " unable to parse string as a number','input':'abc'},"
            + "{'type':'literal_error','loc':['query','confidence','literal[~best~,~default~]'],"
            + "'msg':'Input should be ~best~ or ~default~','input':'abc','ctx':{'expected':'~best~ or ~default~'}}]",
        "overlap= | [{'type':'float_parsing','loc':['query','overlap'],'msg':'Input should be a valid number, unable to parse"
            + " string as a number','input':''}]",
        "max_detections=1.5 | [{'type':'int_parsing','loc':['query','max_detections'],'msg':'Input should be a valid integer,"
            + " unable to parse string as an integer','input':'1.5'}]",
        "labels=maybe | [{'type':'bool_parsing','loc':['query','labels'],'msg':'Input should be a valid boolean, unable to"
            + " interpret input','input':'maybe'}]",
        "response_mask_format=bogus | [{'type':'literal_error','loc':['query','response_mask_format'],'msg':'Input should be"
            + " ~polygon~ or ~rle~','input':'bogus','ctx':{'expected':'~polygon~ or ~rle~'}}]"})
    void aWrongParameterIsRefusedInTheWordsOfRoboflowsValidator(String query, String detail) {
        Wire.Response response = post("?" + query, BASE64);

        assertThat(response.status()).isEqualTo(422);
        assertThat(response.text()).isEqualTo("{\"detail\":" + detail.replace('\'', '"').replace('~', '\'') + "}");
    }

    @Test
    void classesAreFiltered() {
        String name = post("", BASE64).json().at("/predictions/0/class").asText();

        assertThat(post("?classes=" + name, BASE64).json().path("predictions")).isNotEmpty()
                .allSatisfy(found -> assertThat(found.path("class").asText()).isEqualTo(name));
    }

    @Test
    void formatImageGivesAJpegAndImageAndJsonBoth() {
        Wire.Response image = post("?format=image", BASE64);
        Wire.Response both = post("?format=image_and_json", BASE64);

        assertThat(image.type()).isEqualTo("image/jpeg");
        assertThat(image.body()).startsWith(0xFF, 0xD8);
        assertThat(keys(both.json())).startsWith("visualization", "inference_id");
        assertThat(Base64.getDecoder().decode(both.json().path("visualization").asText())).startsWith(0xFF, 0xD8);
    }

    @Test
    void aSemanticSegmentationIsDrawnToo() {
        Wire.Response response = golden.post("/sem-stretch/1?format=image", GoldenServer.FORM, BASE64);

        assertThat(response.type()).isEqualTo("image/jpeg");
        assertThat(response.body()).startsWith(0xFF, 0xD8);
    }

    @Test
    void aMaskWithoutPixelsIsAnOutlineWithoutPointsUnlessRunLengthsAreRequested() {
        byte[] image = GoldenServer.base64(GoldenServer.image("t07_plain.jpg"));
        JsonNode outlines = golden.post("/seg-stretch/1", GoldenServer.FORM, image).json().path("predictions");
        JsonNode runs = golden.post("/seg-stretch/1?response_mask_format=rle", GoldenServer.FORM, image).json().path("predictions");

        assertThat(outlines).allSatisfy(found -> assertThat(keys(found)).endsWith("points", "mask_format"))
                .anySatisfy(found -> assertThat(found.path("points")).isEmpty());
        assertThat(runs).allSatisfy(found -> assertThat(keys(found)).endsWith("rle", "mask_format"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nope/1", "/det-stretch/abc", "/det-stretch/0", "/det-stretch/-1", "/DET-STRETCH/1",
                            "/a%20b/1", "/../1", "/%2e%2e/1"})
    void anUnknownModelIsNotFound(String path) {
        Wire.Response response = golden.post(path, GoldenServer.FORM, BASE64);

        assertThat(response.status()).isEqualTo(404);
        assertThat(response.json().path("message").asText()).startsWith("Requested Roboflow resource not found.");
    }

    @ParameterizedTest
    @CsvSource({"POST, /det-stretch", "POST, /acme/det-stretch/1", "POST, /det-stretch/1/", "POST, /..%2f..%2fetc/1",
                "PUT, /det-stretch/1", "DELETE, /det-stretch/1", "PATCH, /det-stretch/1", "OPTIONS, /det-stretch/1"})
    void otherPathsAndMethodsAreNotAllowed(String method, String path) {
        Wire.Response response = Wire.ask(golden.port(), method, path + "?api_key=testkey", GoldenServer.FORM, BASE64);

        assertThat(response.status()).isEqualTo(405);
        assertThat(response.text()).isEqualTo("{\"detail\":\"Method Not Allowed\"}");
    }

    @Test
    void headIsNotFoundAndHasNoBody() {
        assertThat(Wire.ask(golden.port(), "HEAD", "/det-stretch/1", (String) null, null).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "numpy | 400 | Could not load input image. Cause: NumPy image type is not supported in this configuration of `inference`.",
        "foo | 400 | Could not load input image. Cause: Image declaration contains not recognised image type.",
        "file | 500 | Internal error.", "url | 500 | Internal error.", "pil | 500 | Internal error."})
    void otherImageTypesAreRefused(String type, int status, String message) {
        Wire.Response response = post("?image_type=" + type, "/etc/hostname".getBytes(StandardCharsets.US_ASCII));

        assertThat(response.status()).isEqualTo(status);
        assertThat(response.json().path("message").asText()).isEqualTo(message);
    }

    @Test
    void aRequestWithoutCountingIsRefused() {
        assertThat(post("?countinference=false", BASE64).text()).isEqualTo("{\"message\":\"Service misconfiguration.\"}");
    }

    @Test
    void pagesOfOtherOriginsMayAsk() {
        Wire.Response preflight = Wire.ask(golden.port(), "OPTIONS", "/det-stretch/1", new String[] {"Origin: https://example.com",
            "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: content-type"}, null);
        Wire.Response simple = Wire.ask(golden.port(), "POST", "/det-stretch/1?api_key=testkey",
                new String[] {"Origin: https://example.com", "Content-Type: text/plain"}, BASE64);

        assertThat(preflight.status()).isEqualTo(200);
        assertThat(preflight.text()).isEqualTo("OK");
        assertThat(preflight.type()).isEqualTo("text/plain; charset=utf-8");
        assertThat(preflight.headers()).containsEntry("access-control-allow-origin", "https://example.com")
                .containsEntry("access-control-allow-credentials", "true").containsEntry("access-control-max-age", "600")
                .containsEntry("access-control-allow-headers", "content-type");
        assertThat(simple.headers()).containsEntry("access-control-allow-origin", "*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/info", "/healthz", "/readiness", "/"})
    void theDescriptionOfAServerNeedsNoKey(String path) {
        assertThat(Wire.ask(golden.port(), "GET", path, (String) null, null).status()).isEqualTo(200);
    }
}
