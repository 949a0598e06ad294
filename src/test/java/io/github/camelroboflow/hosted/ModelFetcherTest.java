package io.github.camelroboflow.hosted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.ModelPackageException;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models come whole and checked, by either way of the platform, or not at all. */
class ModelFetcherTest {

    private static final ModelId MODEL = new ModelId(FakeWeights.MODEL);
    private static final Path WEIGHTS = FakeWeights.golden("det-letterbox").resolve("weights.onnx");
    private static final Duration LONG = Duration.ofSeconds(30);

    private final FakeWeights cloud = FakeWeights.start();

    @TempDir
    Path models;

    @AfterEach
    void close() {
        cloud.close();
    }

    private Path folder() {
        return models.resolve(MODEL.value());
    }

    private void fetch() {
        fetch(new ApiKey(FakeRoboflow.KEY), LONG);
    }

    private void fetch(ApiKey key, Duration timeout) {
        new ModelFetcher(settings(key), timeout).fetch(MODEL, folder());
    }

    private HostedSettings settings(ApiKey key) {
        HostedSettings usual = Hosted.settings(cloud.platform.address());
        return new HostedSettings(usual.host(), key, usual.keyTransport(), usual.connectTimeout(), usual.readTimeout(),
                usual.retries(), 0, usual.network());
    }

    private <T extends RoboflowException> T refused(Class<T> type) {
        T failure = catchThrowableOfType(type, this::fetch);
        assertThat(failure).as(type.getSimpleName()).isNotNull();
        assertThat(failure).hasMessageContaining(MODEL.value()).hasMessageNotContainingAny(FakeRoboflow.KEY, "5ecre7", "null");
        assertNothingIsThere();
        return failure;
    }

    private void assertNothingIsThere() {
        assertThat(filesBelow(models)).isEmpty();
        assertThat(folder()).doesNotExist();
    }

    private static List<String> filesBelow(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).map(file -> directory.relativize(file).toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertFetched(String... files) {
        assertThat(filesBelow(models)).containsExactlyInAnyOrderElementsOf(
                Stream.of(files).map(file -> MODEL + "/" + file).toList());
    }

    private void assertWhole() {
        assertThat(folder().resolve("weights.onnx")).hasSameBinaryContentAs(WEIGHTS);
        assertThat(filesBelow(models)).allMatch(file -> file.startsWith(MODEL + "/"));
    }

    private FakeWeights detector() {
        return cloud.newer("det-letterbox", "yolov8", "object-detection");
    }

    @Test
    void theRegistrysPackageIsFetched() {
        detector();
        fetch();

        assertWhole();
        assertFetched("weights.onnx", "class_names.txt", "inference_config.json", "model_config.json", "fetched.json");
        assertThat(folder().resolve("model_config.json")).content().contains("\"task_type\" : \"object-detection\"",
                "\"model_architecture\" : \"yolov8\"");
        assertThat(folder().resolve("fetched.json")).content().contains(MODEL.value(), cloud.platform.address())
                .doesNotContain(FakeRoboflow.KEY);
        assertThat(ModelFetcher.isFetched(folder())).isTrue();
    }

    @Test
    void theKeyGoesToThePlatformOnly() {
        detector();
        fetch();

        assertThat(cloud.platform.requests()).singleElement().satisfies(request -> {
            assertThat(request.header("Authorization")).hasValue("Bearer " + FakeRoboflow.KEY);
            assertThat(request.target()).doesNotContain(FakeRoboflow.KEY);
        });
        assertThat(cloud.files.requests()).hasSize(3).allSatisfy(request -> {
            assertThat(request.headers().toString()).doesNotContain(FakeRoboflow.KEY);
            assertThat(request.target()).doesNotContain(FakeRoboflow.KEY).endsWith("?X-Amz-Expires=60&X-Amz-Signature=5ecre7");
        });
    }

    @Test
    void whatTheRegistryDoesNotHaveIsFetchedTheOlderWay() {
        cloud.older("pose-letterbox", "yolov8n-pose", "keypoint-detection");
        fetch();

        assertFetched("weights.onnx", "environment.json", "class_names.txt", "keypoints_metadata.json", "model_type.json",
                "fetched.json");
        assertThat(folder().resolve("class_names.txt")).hasSameTextualContentAs(
                FakeWeights.golden("pose-letterbox").resolve("class_names.txt"));
        assertThat(folder().resolve("environment.json")).content().contains("\"COLORS\"", "#FF8000", "PREPROCESSING");
        assertThat(folder().resolve("model_type.json")).content().contains("yolov8n-pose", "keypoint-detection");
        assertThat(cloud.platform.requests()).last().satisfies(request -> {
            assertThat(request.query()).containsEntry("api_key", FakeRoboflow.KEY).containsEntry("dynamic", "true");
            assertThat(request.header("Authorization")).isEmpty();
        });
        assertThat(cloud.files.requests()).allSatisfy(request -> assertThat(request.target()).doesNotContain(FakeRoboflow.KEY));
    }

    @Test
    void aFolderThatIsThereIsLeftAloneAndNobodyIsAsked() throws IOException {
        Files.createDirectories(folder());
        Files.writeString(folder().resolve("notes.txt"), "mine");
        fetch();

        assertFetched("notes.txt");
        assertThat(cloud.platform.requests()).isEmpty();
    }

    @Test
    void anEmptyFolderIsFilled() throws IOException {
        Files.createDirectories(folder());
        detector();
        fetch();

        assertWhole();
    }

    @Test
    void aDownloadThatBreaksOffIsBegunAgain() {
        detector();
        cloud.files.next(Behaviour.usual().cutHalfway()).next(Behaviour.reset()).next(Behaviour.status(503));
        fetch();

        assertWhole();
    }

    @Test
    void aDownloadThatBreaksOffEachTimeLeavesNothingAndTheNextStartSucceeds() {
        detector();
        cloud.files.always(Behaviour.usual().cutHalfway());
        assertThat(refused(RoboflowUnavailableException.class))
                .hasMessageStartingWith("Model 'my-project/3' can't be fetched now: " + cloud.files.address())
                .hasMessageContaining("broke off");

        cloud.files.always(Behaviour.usual());
        fetch();
        assertWhole();
    }

    @Test
    void aDownloadThatStallsIsGivenUp() {
        detector();
        cloud.files.always(Behaviour.usual().stallHalfway());

        refused(RoboflowUnavailableException.class);
    }

    @Test
    void allOfItHasToEndInTime() {
        detector();
        cloud.files.delay(Duration.ofMillis(400));

        assertThat(catchThrowableOfType(RoboflowUnavailableException.class,
                () -> fetch(new ApiKey(FakeRoboflow.KEY), Duration.ofMillis(600)))).hasMessageContaining("within weightsTimeout=600 ms");
        assertNothingIsThere();
    }

    @Test
    void damagedWeightsAreFetchedAgainAndThenRefused() {
        detector();
        cloud.files.always(Behaviour.usual().body("other bytes"));
        assertThat(refused(RoboflowUnavailableException.class)).hasMessageContaining("arrived damaged")
                .hasMessageContaining("MD5").hasMessageEndingWith("4 times");

        cloud.files.always(Behaviour.usual()).next(Behaviour.usual().truncated());
        fetch();
        assertWhole();
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>Sorry</html>", ""})
    void withoutChecksumsAFileThatIsNoneOfItsKindIsDamagedToo(String content) {
        cloud.older("det-letterbox", "yolov8n", "object-detection");
        cloud.files.always(Behaviour.usual().body(content));

        assertThat(refused(RoboflowUnavailableException.class)).hasMessageContaining("no whole ONNX file");
    }

    @Test
    void withoutChecksumsAFileThatEndsEarlyIsDamagedToo() {
        cloud.older("det-letterbox", "yolov8n", "object-detection");
        cloud.files.always(Behaviour.usual().chunked().truncated());

        assertThat(refused(RoboflowUnavailableException.class)).hasMessageContaining("no whole ONNX file");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            401 | check apiKey
            402 | the credits of the workspace are spent
            403 | check that apiKey belongs to the workspace of the model
            404 | check the target
            423 | the use of the API is paused
            """)
    void aRefusalSaysWhatToDoAndTheNextStartSucceeds(int status, String advice) {
        detector();
        cloud.platform.always(Behaviour.status(status));
        assertThat(refused(RoboflowRejectedException.class))
                .hasMessageStartingWith(cloud.platform.address() + " refuses the weights of my-project/3 (HTTP " + status)
                .hasMessageContaining(advice).hasMessageNotContaining("older way");

        cloud.platform.always(Behaviour.usual());
        fetch();
        assertWhole();
    }

    @Test
    void whereBothWaysRefuseDifferentlyBothAreTold() {
        cloud.platform.next(Behaviour.status(403)).next(Behaviour.status(404));

        assertThat(refused(RoboflowRejectedException.class)).hasMessageContainingAll("HTTP 403", "; the older way to it: ",
                "HTTP 404");
    }

    @Test
    void aWrongKeyIsNotTold() {
        detector();
        ApiKey wrong = new ApiKey("wr0ng-kEy");
        cloud.platform.next(Behaviour.json(401, "{\"error\":\"no key wr0ng-kEy\"}"));

        assertThatThrownBy(() -> fetch(wrong, LONG)).isInstanceOf(RoboflowRejectedException.class).hasMessageContaining("HTTP 401")
                .hasMessageNotContaining("wr0ng-kEy");
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 503, 504, 599})
    void anOutageIsNoRefusalAndOnlyOneWayIsTried(int status) {
        cloud.older("det-letterbox", "yolov8n", "object-detection");
        cloud.platform.always(Behaviour.status(status));

        assertThat(refused(RoboflowUnavailableException.class)).hasMessageContaining("HTTP " + status);
        assertThat(cloud.platform.requests()).allMatch(request -> request.path().startsWith("/models/"));
    }

    @Test
    void aPlatformThatIsNotThereIsUnavailable() {
        cloud.platform.close();

        refused(RoboflowUnavailableException.class);
    }

    @Test
    void whatIsNoAnswerOfThePlatformIsToldAsSuch() {
        cloud.platform.always(Behaviour.body(200, "text/html", "<html>Log in</html>".getBytes()));

        assertThat(refused(RoboflowException.class)).hasMessageContainingAll("text/html", "is weightsUrl right");
    }

    @Test
    void anAddressThatHoldsNoMoreIsUnavailable() {
        detector();
        cloud.files.always(Behaviour.body(403, "application/xml", "<Error>Request has expired</Error>".getBytes()));

        assertThat(refused(RoboflowUnavailableException.class)).hasMessageContainingAll("HTTP 403", "try again");
    }

    @Test
    void aRedirectIsFollowedWithoutTheKey() {
        try (FakeRoboflow elsewhere = FakeRoboflow.start()) {
            detector();
            elsewhere.page("/w", request -> Reply.of(200, "x/y", FakeWeights.bytes(WEIGHTS)));
            cloud.files.page("/det-letterbox/weights.onnx", request -> Reply.of(302, "text/plain", new byte[0])
                    .header("Location", elsewhere.address() + "/w?sig=5ecre7"));
            fetch();

            assertWhole();
            assertThat(elsewhere.requests()).singleElement().satisfies(request -> {
                assertThat(request.header("Authorization")).isEmpty();
                assertThat(request.target()).isEqualTo("/w?sig=5ecre7");
            });
        }
    }

    @Test
    void redirectsWithoutAnEndAreGivenUp() {
        detector();
        cloud.files.always(Behaviour.redirect(302, "/round"));

        assertThat(refused(RoboflowUnavailableException.class)).hasMessageContaining("sends to another");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "", "http://user:pw@localhost/x"})
    void aRedirectToWhatIsNoAddressOfTheWebIsRefused(String location) {
        detector();
        cloud.files.always(Behaviour.redirect(301, location.isEmpty() ? "ftp://x/y" : location));

        assertThat(refused(RoboflowUnavailableException.class)).hasMessageContaining("not to an address of the web")
                .hasMessageNotContaining("pw@");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../evil.onnx", "/tmp/evil.onnx", "..\\evil.onnx", ".lock", "..", "", "a/b.txt", "C:evil", "new\nline",
        "weights.onnx\0"})
    void aNameThatLeavesTheFolderIsRefused(String name) {
        ObjectNode offered = cloud.onnx("det-letterbox");
        ((ArrayNode) offered.path("packageFiles")).addObject().put("fileHandle", name)
                .put("downloadUrl", cloud.files.address() + "/x");
        cloud.offer("yolov8", "object-detection", offered);

        assertThat(refused(ModelPackageException.class)).hasMessageContaining("which is no plain file name");
        assertThat(cloud.files.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "/relative", "", "jar:http://x!/y", "not an address"})
    void aFileThatIsNotOnTheWebIsRefused(String address) {
        ObjectNode offered = cloud.onnx("det-letterbox");
        ((ArrayNode) offered.path("packageFiles")).addObject().put("fileHandle", "x.txt").put("downloadUrl", address);
        cloud.offer("yolov8", "object-detection", offered);

        assertThat(refused(ModelPackageException.class)).hasMessageContaining("does not say where on the web its file x.txt is");
    }

    @Test
    void twoFilesOfOneNameAreRefused() {
        ObjectNode offered = cloud.onnx("det-letterbox");
        ((ArrayNode) offered.path("packageFiles")).addObject().put("fileHandle", "Weights.onnx")
                .put("downloadUrl", cloud.files.address() + "/x");
        cloud.offer("yolov8", "object-detection", offered);

        assertThat(refused(ModelPackageException.class)).hasMessageContaining("two files Weights.onnx");
    }

    @Test
    void weightsLargerThanAnyAreNotBegun() {
        detector();
        cloud.files.page("/det-letterbox/weights.onnx",
                request -> new Reply(200, Map.of(), 3L << 30, ModelFetcherTest::zeros, false));

        assertThat(refused(ModelPackageException.class)).hasMessageContaining("more than 2048 MB");
    }

    private static InputStream zeros() {
        return new InputStream() {
            @Override
            public int read() {
                return 0;
            }
        };
    }

    @Test
    void otherFilesThatDoNotEndAreGivenUp() {
        detector();
        cloud.files.page("/det-letterbox/class_names.txt", request -> HugeJson.reply(40_000_000).inChunks());

        assertThat(refused(ModelPackageException.class)).hasMessageContainingAll("class_names.txt", "more than 16 MB");
    }

    @Test
    void ofSeveralPackagesTheOneThatRunsHereIsTaken() {
        ObjectNode many = cloud.onnx("det-stretch");
        ((ObjectNode) many.path("packageManifest")).put("staticBatchSize", 8);
        cloud.offer("yolov8", "object-detection", FakeWeights.offered("trt", "fp16", 1), many, cloud.onnx("det-letterbox"));
        fetch();

        assertWhole();
        assertThat(cloud.platform.requests()).map(request -> request.query().get("startAfter")).containsExactly(null, "1", "2");
    }

    @Test
    void whereNoPackageRunsHereItSaysWhatIsOffered() {
        ObjectNode untrusted = cloud.onnx("det-stretch").put("trustedSource", false);
        cloud.offer("yolov8", "object-detection", FakeWeights.offered("trt", "fp16", 8),
                FakeWeights.offered("torch-script", "fp32", 1), untrusted);

        assertThat(refused(ModelPackageException.class)).hasMessageContaining(
                "offered are: trt fp16 for 8 images at a time, torch-script fp32, onnx fp32 of a source that isn't trusted");
    }

    @Test
    void whereNoPackageRunsHereTheOlderWayMayHaveOne() {
        cloud.offer("yolov8", "object-detection", FakeWeights.offered("trt", "fp16", 1));
        cloud.older("det-letterbox", "yolov8n", "object-detection");
        fetch();

        assertWhole();
    }

    @Test
    void endpointsOfOneProgramFetchAModelOnce() {
        detector();
        cloud.files.delay(Duration.ofMillis(50));
        together(6, this::fetch);

        assertWhole();
        assertThat(cloud.platform.requests()).hasSize(1);
        assertThat(cloud.files.requests()).hasSize(3);
    }

    @Test
    void programsThatFetchAModelAtATimeDoNotHurtEachOther() {
        detector();
        cloud.files.delay(Duration.ofMillis(50));
        HostedSettings settings = settings(new ApiKey(FakeRoboflow.KEY));
        together(4, () -> new Fetch(settings, MODEL, Deadline.in(LONG)).into(folder()));

        assertWhole();
        assertFetched("weights.onnx", "class_names.txt", "inference_config.json", "model_config.json", "fetched.json");
    }

    private static void together(int threads, Runnable work) {
        CompletableFuture.allOf(IntStream.range(0, threads)
                .mapToObj(i -> CompletableFuture.runAsync(work, task -> new Thread(task).start()))
                .toArray(CompletableFuture[]::new)).join();
    }

    @Test
    void aDirectoryThatCanNotBeWrittenIsNamed() throws IOException {
        detector();
        Path file = Files.writeString(models.resolve("file"), "");

        ModelFetcher fetcher = new ModelFetcher(settings(new ApiKey(FakeRoboflow.KEY)), LONG);
        assertThatThrownBy(() -> fetcher.fetch(MODEL, file.resolve("my-project/3"))).isInstanceOf(ModelPackageException.class)
                .hasMessageStartingWith("Model 'my-project/3' can't be fetched into " + file)
                .hasMessageContainingAll("can't be written", "modelsDirectory");
    }

    @Test
    void whatAKilledProgramLeftIsRemovedAndWhatALivingOneIsFetchingIsNot() throws IOException {
        Path dead = Files.createDirectories(models.resolve("my-project/.3.part-dead"));
        Files.writeString(dead.resolve("weights.onnx"), "half");
        Files.writeString(dead.resolve(".lock"), "");
        Path alive = Files.createDirectories(models.resolve("my-project/.3.part-alive"));
        detector();
        try (FileChannel lock = FileChannel.open(alive.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            lock.lock();
            fetch();
        }

        assertThat(dead).doesNotExist();
        assertThat(alive).exists();
        assertThat(folder().resolve("weights.onnx")).exists();
    }

    @Test
    void anInterruptedStartLeavesNothing() throws InterruptedException {
        detector();
        cloud.files.delay(Duration.ofSeconds(20));
        CompletableFuture<Void> ended = new CompletableFuture<>();
        Thread start = new Thread(() -> {
            try {
                fetch();
                ended.complete(null);
            } catch (RoboflowUnavailableException e) {
                ended.completeExceptionally(e);
            }
        });
        start.start();
        await().until(() -> cloud.files.inFlight() == 1);
        start.interrupt();
        start.join();

        assertThat(ended).isCompletedExceptionally();
        assertNothingIsThere();
    }

    @Test
    void aModelWithoutAVersionIsAskedForInTheRegistryOnly() {
        ModelFetcher fetcher = new ModelFetcher(settings(new ApiKey(FakeRoboflow.KEY)), LONG);
        assertThatThrownBy(() -> fetcher.fetch(new ModelId("acme/bolts-x1"), models.resolve("acme/bolts-x1")))
                .isInstanceOf(RoboflowRejectedException.class).hasMessageContaining("HTTP 404");

        assertThat(cloud.platform.requests()).singleElement()
                .satisfies(request -> assertThat(request.query()).containsEntry("modelId", "acme/bolts-x1"));
    }
}
