package io.github.camelroboflow.component.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.Own;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.server.fixture.Wire;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests become messages, and the result of the route becomes the answer. */
class ServerRouteTest {

    private static List<String> classes(Wire.Response response) {
        return response.json().path("predictions").findValuesAsText("class");
    }

    @Test
    void theShippedStepRunsTheRequestedModel() {
        try (ServerFixture served = ServerFixture.shipped("")) {
            Wire.Response response = served.post(ServerFixture.MODEL);

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.headers()).containsEntry("x-model-id", "parts-detect/1");
            assertThat(classes(response)).contains("gear", "bolt");
        }
    }

    @Test
    void theClientsOptionsAreTheModels() {
        try (ServerFixture served = ServerFixture.shipped("")) {
            assertThat(classes(served.post(ServerFixture.MODEL + "?classes=bolt"))).containsOnly("bolt");
            assertThat(classes(served.post(ServerFixture.MODEL + "?max_detections=1"))).hasSize(1);
            assertThat(classes(served.post(ServerFixture.MODEL + "?confidence=100"))).isEmpty();
            assertThat(served.post(ServerFixture.MODEL + "?format=image&labels=true").type()).isEqualTo("image/jpeg");
        }
    }

    @Test
    void theMessageIsTheImageWithTheModelAndTheOptionsButNoKeyInItsHeaders() {
        AtomicReference<Message> seen = new AtomicReference<>();
        try (ServerFixture served = new ServerFixture("?keys=secret-1,secret-2", route -> route.process(exchange -> {
            seen.set(exchange.getMessage().copy());
        }).toD(ServerFixture.REQUESTED))) {
            assertThat(served.post(ServerFixture.MODEL + "?api_key=secret-2&confidence=60").status()).isEqualTo(200);

            assertThat(seen.get().getBody()).isInstanceOf(byte[].class);
            assertThat(seen.get().getHeaders()).containsEntry("CamelRoboflowRequestedModel", "parts-detect/1")
                    .containsEntry("CamelRoboflowOptionConfidence", 0.6)
                    .containsEntry("CamelRoboflowOptionAllowDamagedImages", true);
            assertThat(seen.get().getHeaders().toString()).doesNotContain("secret");
        }
    }

    private static void copy(Path folder, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    @Test
    void asManyModelsAreReadyAsTheEngineKeepsInMemory(@TempDir Path models) throws IOException {
        for (String name : List.of("a", "b", "c")) {
            copy(Path.of("config/models/parts-detect/1"), models.resolve(name + "/1"));
        }
        try (ServerFixture served = new ServerFixture("", defaults -> {
            defaults.setModelsDirectory(models.toString());
            defaults.setMaxLoadedModels(2);
        }, route -> route.toD(ServerFixture.REQUESTED))) {
            for (String name : List.of("a", "b", "c", "a")) {
                assertThat(served.post("/" + name + "/1").status()).isEqualTo(200);
            }

            assertThat(Wire.ask(served.port(), "GET", "/model/registry", (String) null, null).json().findValuesAsText("model_id"))
                    .containsExactly("c/1", "a/1");
        }
    }

    @Test
    void aPublicModelThatIsInstalledByItsAliasIsServedByItsId(@TempDir Path models) throws IOException {
        copy(Path.of("config/models/parts-detect/1"), models.resolve("rfdetr-seg-nano"));
        try (ServerFixture served = new ServerFixture("", defaults -> defaults.setModelsDirectory(models.toString()),
                route -> route.toD(ServerFixture.REQUESTED))) {
            String id = "coco-dataset-vdnr1/41";

            assertThat(models(served, "/model/add", id)).containsExactly(id);
            assertThat(served.post("/" + id).headers()).containsEntry("x-model-id", id);
            assertThat(classes(served.post("/rfdetr-seg-nano"))).contains("gear", "bolt");
            assertThat(models(served, "/model/remove", id)).isEmpty();
        }
    }

    private static List<String> models(ServerFixture served, String path, String model) {
        return Wire.ask(served.port(), "POST", path, "application/json",
                ("{\"model_id\":\"" + model + "\"}").getBytes(StandardCharsets.US_ASCII)).json().findValuesAsText("model_id");
    }

    @Test
    void aRouteMayGoOnAfterTheModelAndChooseByClass() {
        AtomicReference<Object> audited = new AtomicReference<>();
        try (ServerFixture served = new ServerFixture("", route -> route.toD(ServerFixture.REQUESTED)
                .process(exchange -> audited.set(exchange.getMessage().getHeader("CamelRoboflowCounts"))))) {
            assertThat(served.post(ServerFixture.MODEL).status()).isEqualTo(200);
            assertThat(audited.get()).asString().contains("gear=");
        }
    }

    @Test
    void aRouteMayReturnAPictureOrJsonOfItsOwn() {
        byte[] picture = {(byte) 0xFF, (byte) 0xD8, 1};
        try (ServerFixture drawn = new ServerFixture("", route -> route.setBody().constant(picture)
                .setHeader(Exchange.CONTENT_TYPE).constant("image/jpeg"));
                ServerFixture json = new ServerFixture("", route -> route.setBody().constant("{\"predictions\":[],\"ours\":1}"))) {
            assertThat(drawn.post(ServerFixture.MODEL).type()).isEqualTo("image/jpeg");
            assertThat(drawn.post(ServerFixture.MODEL).body()).isEqualTo(picture);
            assertThat(json.post(ServerFixture.MODEL).text()).contains("\"ours\":1");
        }
    }

    @Test
    void clientsDoNotSeeTheExceptionOfARoute() {
        try (ServerFixture broken =
                new ServerFixture("", route -> route.throwException(new IOException("/secret/path of MyClass")));
                ServerFixture busy =
                        new ServerFixture("", route -> route.throwException(new RoboflowUnavailableException("it sleeps")));
                ServerFixture empty = new ServerFixture("", route -> route.setBody().constant("neither"))) {
            assertThat(broken.post(ServerFixture.MODEL).text()).isEqualTo("{\"message\":\"Internal error.\"}");
            assertThat(empty.post(ServerFixture.MODEL).text()).isEqualTo("{\"message\":\"Internal error.\"}");
            assertThat(busy.post(ServerFixture.MODEL).status()).isEqualTo(503);
            assertThat(busy.post(ServerFixture.MODEL).headers()).containsEntry("retry-after", "1");
            assertThat(busy.post(ServerFixture.MODEL).text()).doesNotContain("sleeps");
        }
    }

    @ParameterizedTest
    @CsvSource({"'', /parts-detect/1, 200", "'', /parts-detect/2, 404", "?models=other/1, /parts-detect/1, 404",
                "'?models=other/1,parts-detect/*', /parts-detect/1, 200", "?models=parts-detect/1, /parts-detect/1, 200",
                "?models=parts-detect/*, /parts-detect/9, 404"})
    void onlyTheModelsThatAreServedAreFound(String options, String path, int status) {
        try (ServerFixture served = ServerFixture.shipped(options)) {
            assertThat(served.post(path).status()).isEqualTo(status);
        }
    }

    @Test
    void keysComeFromAFileToo(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("keys.txt"), "# ours\nfirst\n\n second \n");
        try (ServerFixture served = ServerFixture.shipped("?keysFile=" + file)) {
            assertThat(served.post(ServerFixture.MODEL).status()).isEqualTo(401);
            assertThat(served.post(ServerFixture.MODEL + "?api_key=third").status()).isEqualTo(401);
            assertThat(served.post(ServerFixture.MODEL + "?api_key=first").status()).isEqualTo(200);
            assertThat(served.post(ServerFixture.MODEL + "?api_key=second").status()).isEqualTo(200);
        }
    }

    /** Editors on Windows begin a file in UTF-8 with this mark. */
    @Test
    void aByteOrderMarkIsNoPartOfTheFirstKey(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("keys.txt"), "\uFEFFfirst\nsecond\n");
        try (ServerFixture served = ServerFixture.shipped("?keysFile=" + file)) {
            assertThat(served.post(ServerFixture.MODEL + "?api_key=first").status()).isEqualTo(200);
        }
    }

    @Test
    void aKeysFileWithoutKeysStopsTheStart(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("keys.txt"), "# none yet\n");

        assertThatThrownBy(() -> ServerFixture.shipped("?keysFile=" + file)).hasStackTraceContaining("holds no key");
        assertThatThrownBy(() -> ServerFixture.shipped("?keysFile=" + directory.resolve("none")))
                .hasStackTraceContaining("can't be read: there is no such file: make one, with a key in each line");
        assertThatThrownBy(() -> ServerFixture.shipped("?keysFile=" + directory))
                .hasStackTraceContaining("can't be read: check that it is a file");
        Files.write(file, new byte[] {'k', (byte) 0xFF});
        assertThatThrownBy(() -> ServerFixture.shipped("?keysFile=" + file))
                .hasStackTraceContaining("can't be read: it is not UTF-8 text");
    }

    @Test
    void withoutKeysOnlyThisMachineReachesItForAnyHost() throws Exception {
        InetAddress other = NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && address.getAddress().length == 4).findFirst().orElse(null);
        try (ServerFixture open = ServerFixture.shipped("")) {
            open.context.addRoutes(new org.apache.camel.builder.RouteBuilder() {

                @Override
                public void configure() {
                    from("roboflow-server:0.0.0.0:0").routeId("everywhere").toD(ServerFixture.REQUESTED);
                }
            });
            String url = ((RoboflowServerEndpoint) open.context.getRoute("everywhere").getEndpoint()).url().orElseThrow();
            int port = Integer.parseInt(url.substring(url.lastIndexOf(':') + 1));

            assertThat(url).startsWith("http://127.0.0.1:");
            assertThat(Wire.ask(port, "GET", "/info", (String) null, null).status()).isEqualTo(200);
            if (other != null) {
                assertThatThrownBy(() -> new Socket(other, port).close()).isInstanceOf(ConnectException.class);
            }
        }
    }

    @Test
    void keysAreNotInTheEndpointsUri() {
        try (ServerFixture served = ServerFixture.shipped("?keys=s3cret")) {
            assertThat(served.endpoint().getEndpointUri()).doesNotContain("s3cret");
            assertThat(served.endpoint().toString()).doesNotContain("s3cret");
        }
    }

    @Test
    void aStopFinishesWhatWasAccepted() throws Exception {
        CountDownLatch accepted = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (ServerFixture served = new ServerFixture("", route -> route.toD(ServerFixture.REQUESTED).process(exchange -> {
            accepted.countDown();
            go.await();
        }))) {
            int port = served.port();
            CompletableFuture<Wire.Response> answer = CompletableFuture
                    .supplyAsync(() -> served.post(ServerFixture.MODEL), Own.THREAD);
            accepted.await();
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(served.context::stop, Own.THREAD);
            // the server no longer listens
            await().untilAsserted(() ->
                    assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                            .isInstanceOf(IOException.class));
            go.countDown();

            assertThat(answer.get().status()).isEqualTo(200);
            stopped.get();
        }
    }

    @Test
    void aRouteThatIsStoppedHasNoUrlAndOneThatIsStartedAgainHas() throws Exception {
        try (ServerFixture served = ServerFixture.shipped("")) {
            served.context.getRouteController().stopRoute("server");
            assertThat(served.endpoint().url()).isEmpty();

            served.context.getRouteController().startRoute("server");
            assertThat(served.post(ServerFixture.MODEL).status()).isEqualTo(200);
        }
    }

    @Test
    void aModelThatIsFirstRequestedDuringAStopIsUnavailable() throws Exception {
        CountDownLatch accepted = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (ServerFixture served = new ServerFixture("", route -> route.process(exchange -> {
            accepted.countDown();
            go.await();
        }).toD(ServerFixture.REQUESTED))) {
            CompletableFuture<Wire.Response> answer = CompletableFuture
                    .supplyAsync(() -> served.post(ServerFixture.MODEL), Own.THREAD);
            accepted.await();
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(served.context::stop, Own.THREAD);
            await().until(served.context::isStopping);
            go.countDown();

            assertThat(answer.get().status()).isEqualTo(503);
            stopped.get();
        }
    }

    @ParameterizedTest
    @CsvSource({"roboflow-server:9001, names no host and port", "roboflow-server:localhost:9001?maxRequests=0, maxRequests=0",
                "roboflow-server:localhost:99999, port=99999"})
    void aWrongOptionStopsTheStart(String uri, String message) {
        try (ServerFixture served = ServerFixture.shipped("")) {
            assertThatThrownBy(() -> served.context.getEndpoint(uri)).hasStackTraceContaining(message);
        }
    }
}
