package io.github.camelroboflow.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.Own;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.ImageSize;
import io.github.camelroboflow.inference.InferenceInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server takes from whom, over a socket. */
class LimitsTest {

    private static final byte[] BODY = "aGVsbG8=".getBytes(StandardCharsets.US_ASCII);
    private static final String[] TEXT = {"Content-Type: text/plain"};
    private static final ServerSettings STANDARD = ServerSettings.of("localhost", 0, ServerKeys.NONE);

    private final FakeModels models = new FakeModels();
    private RoboflowServer server;

    private int start(ServerSettings settings) throws IOException {
        server = RoboflowServer.start(settings, models);
        return server.port();
    }

    private int start(ServerKeys keys, double rate, int size, int requests, int connections, Duration receive, Duration idle)
            throws IOException {
        return start(new ServerSettings("localhost", 0, keys, rate, size, requests, connections, receive, idle, Duration.ofSeconds(5),
                true));
    }

    private int startWithRequests(int requests) throws IOException {
        return start(ServerKeys.NONE, 0, 1000, requests, 100, Duration.ofSeconds(60), Duration.ofSeconds(60));
    }

    @AfterEach
    void stop() {
        models.release();
        if (server != null) {
            server.close();
        }
    }

    private static Wire.Response post(int port, String query) {
        return Wire.ask(port, "POST", "/parts/1" + query, TEXT, BODY);
    }

    /** On a thread of its own, however many there are. */
    private static CompletableFuture<Wire.Response> client(Supplier<Wire.Response> request) {
        return CompletableFuture.supplyAsync(request, Own.THREAD);
    }

    @Test
    void aKeyIsTakenFromTheQueryBeforeTheHeader() throws IOException {
        int port = start(ServerSettings.of("localhost", 0, new ServerKeys(List.of("one", "two"))));
        String[] bearer = {"Authorization: Bearer two", "Content-Type: text/plain"};

        assertThat(post(port, "?api_key=one").status()).isEqualTo(200);
        assertThat(Wire.ask(port, "POST", "/parts/1", bearer, BODY).status()).isEqualTo(200);
        assertThat(Wire.ask(port, "POST", "/parts/1?api_key=", bearer, BODY).status()).isEqualTo(200);
        assertThat(Wire.ask(port, "POST", "/parts/1?api_key=wrong", bearer, BODY).status()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?api_key=", "?api_key=wrong", "?api_key=on", "?api_key=one%00", "?api_key=%20one"})
    void whoHasNoKeyIsRefusedInRoboflowsWords(String query) throws IOException {
        Wire.Response response = post(start(ServerSettings.of("localhost", 0, new ServerKeys(List.of("one")))), query);

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.json().path("message").asText()).startsWith("Unauthorized access to roboflow API - check API key");
    }

    @Test
    void aKeyThatIsUsedTooOftenHasToWaitAndOthersDoNot() throws IOException {
        int port = start(new ServerKeys(List.of("one", "two")), 0.01, 1000, 10, 10, Duration.ofSeconds(60), Duration.ofSeconds(60));

        assertThat(post(port, "?api_key=one").status()).isEqualTo(200);
        Wire.Response second = post(port, "?api_key=one");
        assertThat(second.status()).isEqualTo(429);
        assertThat(second.headers()).containsEntry("retry-after", "100");
        assertThat(post(port, "?api_key=two").status()).isEqualTo(200);
    }

    @Test
    void aBodyThatIsTooLargeByItsHeadIsNotWaitedFor() throws IOException {
        int port = startWithRequests(5);
        try (Wire wire = new Wire(port)) {
            wire.send("POST /parts/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n");

            assertThat(wire.receive(false).status()).isEqualTo(413);
        }
    }

    @Test
    void aBodyThatGrowsTooLargeIsRefusedBeforeItsEnd() throws IOException {
        int port = startWithRequests(5);
        try (Wire wire = new Wire(port)) {
            wire.send("POST /parts/1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 3; i++) {
                wire.send("190\r\n" + "A".repeat(400) + "\r\n");
            }

            assertThat(wire.receive(false).status()).isEqualTo(413);
        }
        await().until(() -> server.requests() == 0);
    }

    @Test
    void aClientThatAsksWhetherToSendTheBodyIsTold() throws IOException {
        int port = startWithRequests(5);
        try (Wire wire = new Wire(port)) {
            wire.send("POST /parts/1 HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 8\r\n\r\n");
            wire.send(BODY);

            assertThat(wire.receive(false).status()).isEqualTo(200);
        }
    }

    @Test
    void beyondItsRequestsItSaysWhenToComeAgain() throws IOException {
        models.holds();
        int port = startWithRequests(2);
        List<CompletableFuture<Wire.Response>> accepted = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            accepted.add(client(() -> post(port, "")));
        }
        await().until(() -> models.held.size() == 2);

        Wire.Response third = post(port, "");
        assertThat(third.status()).isEqualTo(503);
        assertThat(third.headers()).containsEntry("retry-after", "1");
        models.release();
        assertThat(accepted).allSatisfy(answer -> assertThat(answer.get().status()).isEqualTo(200));
        assertThat(post(port, "").status()).isEqualTo(200);
    }

    @Test
    void aClientThatGoesFreesItsPlaceAndItsWorkIsGivenUp() throws IOException {
        models.holds();
        int port = startWithRequests(1);
        try (Wire wire = new Wire(port)) {
            wire.send("POST /parts/1 HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 8\r\n\r\n");
            wire.send(BODY);
            await().until(() -> models.held.size() == 1);
        }

        await().untilAsserted(() -> assertThat(models.held.get(0)).isCancelled());
        await().until(() -> server.requests() == 0);
    }

    @Test
    void aClientThatGoesWhileItSendsFreesItsPlace() throws IOException {
        int port = startWithRequests(1);
        try (Wire wire = new Wire(port)) {
            wire.send("POST /parts/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\naG");
            await().until(() -> server.requests() == 1);
        }

        await().until(() -> server.requests() == 0);
    }

    @Test
    void aModelThatIsBeingOpenedStallsNobodyElse() throws Exception {
        int port = startWithRequests(5);
        List<CompletableFuture<Wire.Response>> waiting = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            waiting.add(client(() -> Wire.ask(port, "POST", "/slow/1", TEXT, BODY)));
        }
        await().until(() -> server.requests() == 4);

        assertThat(post(port, "").status()).isEqualTo(200);
        models.slowModelMayOpen.countDown();
        assertThat(waiting).allSatisfy(answer -> assertThat(answer.get().status()).isEqualTo(200));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "POST /pa", "POST /parts/1 HTTP/1.1\r\nHost: x\r\n",
                            "POST /parts/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\naG"})
    void aClientThatNeverFinishesItsRequestIsDisconnected(String sent) throws IOException {
        int port = start(ServerKeys.NONE, 0, 1000, 5, 10, Duration.ofMillis(300), Duration.ofMillis(300));
        try (Wire wire = new Wire(port)) {
            wire.send(sent);

            assertThat(wire.ends()).isTrue();
        }
        await().until(() -> server.requests() == 0);
    }

    @Test
    void aClientThatSendsAByteNowAndThenIsDisconnectedToo() throws IOException {
        int port = start(ServerKeys.NONE, 0, 1000, 5, 10, Duration.ofMillis(600), Duration.ofSeconds(60));
        try (Wire wire = new Wire(port)) {
            wire.send("POST /parts/1 HTTP/1.1\r\nHost: x\r\nX-Slow: ");
            assertThatThrownBy(() -> await().pollInterval(Duration.ofMillis(50)).atMost(Duration.ofSeconds(20)).until(() -> {
                wire.send("a");
                return false;
            })).hasRootCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void connectionsBeyondTheLimitAreEnded() throws IOException {
        int port = start(ServerKeys.NONE, 0, 1000, 5, 1, Duration.ofSeconds(60), Duration.ofSeconds(60));
        try (Wire first = new Wire(port)) {
            assertThat(first.request("POST", "/parts/1", TEXT, BODY).status()).isEqualTo(200);
            try (Wire second = new Wire(port)) {
                assertThat(second.ends()).isTrue();
            }
            assertThat(first.request("POST", "/parts/1", TEXT, BODY).status()).isEqualTo(200);
        }
    }

    /** With a key, and clients that have not shown one and hold as many requests as they are given. */
    private void withStrangers(int requests, Consumer<Integer> check) throws IOException {
        int port = start(new ServerSettings("localhost", 0, new ServerKeys(List.of("one")), 0, 1000, requests, 100,
                Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ZERO, true));
        List<Wire> strangers = new ArrayList<>();
        try {
            for (int i = 0; i < 2 * requests; i++) {
                Wire wire = new Wire(port);
                strangers.add(wire);
                wire.send("POST /infer/object_detection HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n");
            }
            await().until(() -> server.requests() == requests / 2);
            check.accept(port);
        } finally {
            strangers.forEach(Wire::close);
        }
    }

    @Test
    void clientsWithoutAKeyThatSendNoBodyKeepThoseWithAKeyNotOut() throws IOException {
        withStrangers(4, port -> assertThat(post(port, "?api_key=one").status()).isEqualTo(200));
    }

    @Test
    void whoShowsTheKeyInTheBodyIsNoStrangerAnyMore() throws IOException {
        models.holds();
        int port = start(ServerSettings.of("localhost", 0, new ServerKeys(List.of("one"))));
        byte[] body = "{\"api_key\":\"one\",\"model_id\":\"parts/1\",\"image\":{\"type\":\"base64\",\"value\":\"aGVsbG8=\"}}"
                .getBytes(StandardCharsets.US_ASCII);
        List<CompletableFuture<Wire.Response>> waiting = new ArrayList<>();
        for (int i = 0; i < STANDARD.maxRequests(); i++) {
            waiting.add(client(() -> Wire.ask(port, "POST", "/infer/object_detection", "application/json", body)));
            int begun = i + 1;
            await().until(() -> models.held.size() == begun);
        }
        models.release();

        assertThat(waiting).allSatisfy(answer -> assertThat(answer.get().status()).isEqualTo(200));
    }

    @Test
    void anImageInJsonMayBeAsLargeAsABody() throws IOException {
        int port = start(ServerKeys.NONE, 0, 40_000_000, 5, 10, Duration.ofSeconds(60), Duration.ofSeconds(60));
        String image = "aGVs".repeat(6_000_000);

        assertThat(Wire.ask(port, "POST", "/infer/object_detection", "application/json",
                ("{\"model_id\":\"parts/1\",\"image\":{\"type\":\"base64\",\"value\":\"" + image + "\"}}")
                        .getBytes(StandardCharsets.US_ASCII)).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{\"api_key\":\"one\"}|422", "{\"api_key\":\"wrong\"}|401", "{\"api_key\":1}|401",
                                         "{\"a\":{\"api_key\":\"one\"}}|401", "{\"a\":[{}],\"api_key\":\"one\"}|422",
                                         "{\"api_key\":\"one\",\"api_key\":\"\"}|401", "[\"api_key\"]|401", "{\"api_key|422", "[|401"})
    void aKeyInTheBodyIsTheOneOfTheOutermostObject(String body, int status) throws IOException {
        int port = start(ServerSettings.of("localhost", 0, new ServerKeys(List.of("one"))));

        assertThat(Wire.ask(port, "POST", "/infer/object_detection", "application/json", body.getBytes(StandardCharsets.US_ASCII))
                .status()).isEqualTo(status);
    }

    @Test
    void anImageThatAnotherServerCouldTakeIsNotDrawnOnWithoutTheMemoryForIt() throws IOException {
        models.answers(new Detections(InferenceInfo.of("", 0, new ImageSize(30_000, 30_000)), List.of()));
        int port = start(ServerSettings.of("localhost", 0, ServerKeys.NONE));
        byte[] image = Base64.getEncoder().encode(Files.readAllBytes(Path.of("config/samples/gears.jpg")));

        assertThat(Wire.ask(port, "POST", "/parts/1", TEXT, image).status()).isEqualTo(200);
        assertThat(Wire.ask(port, "POST", "/parts/1?format=image", TEXT, image).status()).isEqualTo(400);
    }

    @Test
    void aClientThatWaitsForASlowModelIsNotDisconnected() throws IOException {
        models.holds();
        int port = start(ServerKeys.NONE, 0, 1000, 5, 10, Duration.ofSeconds(1), Duration.ofSeconds(1));
        CompletableFuture<Wire.Response> waiting = client(() -> post(port, ""));

        await().until(() -> models.held.size() == 1);
        await().during(Duration.ofSeconds(2)).until(() -> !models.held.get(0).isCancelled());
        models.release();
        assertThat(waiting.join().status()).isEqualTo(200);
    }

    @Test
    void whatIsRefusedWhileItIsReadIsCounted() throws IOException {
        int port = startWithRequests(5);
        try (Wire wire = new Wire(port)) {
            wire.send("POST /parts/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n");
            assertThat(wire.receive(false).status()).isEqualTo(413);
        }

        assertThat(Wire.ask(port, "GET", "/metrics", TEXT, null).text()).contains("{status=\"413\"} 1\n");
    }

    @Test
    void aFullServerStillTellsThatItIsWell() throws IOException {
        models.holds();
        int port = startWithRequests(1);
        CompletableFuture<Wire.Response> accepted = client(() -> post(port, ""));
        await().until(() -> models.held.size() == 1);

        assertThat(Wire.ask(port, "GET", "/healthz", TEXT, null).status()).isEqualTo(200);
        assertThat(Wire.ask(port, "GET", "/metrics", TEXT, null).text()).contains("roboflow_server_requests 1\n");
        models.release();
        assertThat(accepted.join().status()).isEqualTo(200);
    }

    @Test
    void aBodyThatNobodyNeedsIsNotWaitedFor() throws IOException {
        int port = startWithRequests(1);
        try (Wire wire = new Wire(port)) {
            wire.send("GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n");

            assertThat(wire.receive(false).status()).isEqualTo(200);
            assertThat(server.requests()).isZero();
        }
    }

    @Test
    void requestsWhoseAnswersNobodyTakesDoNotPileUp() throws IOException {
        int port = startWithRequests(5);
        byte[] requests = "GET /none HTTP/1.1\r\nHost: x\r\n\r\n".repeat(10_000).getBytes(StandardCharsets.US_ASCII);
        try (Wire wire = new Wire(port)) {
            // far more than what the operating system keeps for the two
            assertThatThrownBy(() -> {
                for (int i = 0; i < 40; i++) {
                    wire.send(requests);
                }
            }).hasRootCauseInstanceOf(IOException.class);
        }
        assertThat(post(port, "").status()).isEqualTo(200);
    }

    @Test
    void severalRequestsMayBeSentBeforeTheirAnswersAreTaken() throws IOException {
        int port = startWithRequests(5);
        try (Wire wire = new Wire(port)) {
            for (int round = 0; round < 10; round++) {
                wire.send("GET /info HTTP/1.1\r\nHost: x\r\n\r\n".repeat(5));
                for (int i = 0; i < 5; i++) {
                    assertThat(wire.receive(false).status()).isEqualTo(200);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", "GET /info HTTP/1.1\r\n\r\n", "\u0001\u0002\u0003\r\n\r\n",
                            "GET\r\n\r\n", "GET /info HTTP/9.9\r\nHost: x\r\n\r\n", "GET /info FTP/1.1\r\nHost: x\r\n\r\n",
                            "GET /info HTTP/1.1\r\nHost: x\r\nbroken\r\n\r\n", "CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n",
                            "POST /parts/1 HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n",
                            "POST /parts/1 HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                            "POST /parts/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na",
                            "POST /parts/1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"})
    void whatIsNoRequestIsAClientsErrorWithoutAWordAboutTheProgram(String sent) throws IOException {
        int port = startWithRequests(5);
        try (Wire wire = new Wire(port)) {
            wire.send(sent);
            Wire.Response response;
            try {
                response = wire.receive(false);
            } catch (RuntimeException e) {
                // it may as well just end the connection
                response = null;
            }
            if (response != null) {
                assertThat(response.status()).isNotEqualTo(200);
                assertThat(response.text()).doesNotContain("org.apache").doesNotContain("Exception").doesNotContain("java.");
            }
        }
        assertThat(post(port, "").status()).isEqualTo(200);
    }

    @Test
    void whoSaysTwoLengthsOfABodyIsDisconnectedAsAProxyMayGoByTheOther() throws IOException {
        int port = startWithRequests(5);
        try (Wire wire = new Wire(port)) {
            wire.send("POST /parts/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "8\r\naGVsbG8=\r\n0\r\n\r\nGET /info HTTP/1.1\r\nHost: x\r\n\r\n");

            assertThat(wire.ends()).isTrue();
        }
    }

    @Test
    void aHeadThatIsTooLargeIsRefused() throws IOException {
        int port = startWithRequests(5);
        assertThat(Wire.ask(port, "GET", "/info?" + "a".repeat(9000), TEXT, null).status()).isBetween(400, 599);
        assertThat(Wire.ask(port, "GET", "/info", "X: y,".repeat(150).split(","), null).status()).isBetween(400, 599);
        assertThat(post(port, "").status()).isEqualTo(200);
    }
}
