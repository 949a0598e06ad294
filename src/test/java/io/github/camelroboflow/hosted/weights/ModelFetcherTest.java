package io.github.camelroboflow.hosted.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.Own;
import io.github.camelroboflow.hosted.fake.Behaviour;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import io.github.camelroboflow.hosted.fake.FakeWeights;
import io.github.camelroboflow.hosted.http.ApiKey;
import io.github.camelroboflow.hosted.http.Deadline;
import io.github.camelroboflow.hosted.http.HostedSettings;
import io.github.camelroboflow.hosted.weights.WeightsRegistry.RegisteredPackage;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.ModelPackageException;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks downloads of models from both APIs: a complete folder, or none. */
class ModelFetcherTest extends ModelFetcherTestBase {

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

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            401 | check apiKey
            402 | the workspace has no credits left
            403 | check that apiKey belongs to the workspace of the model
            404 | check the target
            423 | the API is paused
            """)
    void aRefusalSaysWhatToDoAndTheNextStartSucceeds(int status, String advice) {
        detector();
        cloud.platform.always(Behaviour.status(status));
        assertThat(refused(RoboflowRejectedException.class))
                .hasMessageStartingWith(cloud.platform.address() + " refuses the weights of my-project/3 (HTTP " + status)
                .hasMessageContaining(advice).hasMessageNotContaining("older API");

        cloud.platform.always(Behaviour.usual());
        fetch();
        assertWhole();
    }

    @Test
    void whereBothWaysRefuseDifferentlyBothAreTold() {
        cloud.platform.next(Behaviour.status(403)).next(Behaviour.status(404));

        assertThat(refused(RoboflowRejectedException.class)).hasMessageContainingAll("HTTP 403", "; the older API: ",
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

        assertThat(refused(RoboflowException.class)).hasMessageContainingAll("text/html", "check weightsUrl");
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
    void halfPrecisionIsTakenOnlyWhereNothingIsMoreExact() {
        ObjectNode half = cloud.onnx("det-letterbox");
        ((ObjectNode) half.path("packageManifest")).put("quantization", "fp16");
        ObjectNode exact = cloud.onnx("det-stretch");
        ((ObjectNode) exact.path("packageManifest")).put("staticBatchSize", 8);

        assertThat(Stream.of(half, exact).map(RegisteredPackage::new).filter(RegisteredPackage::fits)
                .sorted(RegisteredPackage.BEST_FIRST).map(RegisteredPackage::json)).containsExactly(exact, half);
    }

    @Test
    void whereNoPackageRunsHereItSaysWhatIsOffered() {
        ObjectNode untrusted = cloud.onnx("det-stretch").put("trustedSource", false);
        cloud.offer("yolov8", "object-detection", FakeWeights.offered("trt", "fp16", 8),
                FakeWeights.offered("torch-script", "fp32", 1), untrusted);

        assertThat(refused(ModelPackageException.class)).hasMessageContaining(
                "its packages: trt fp16 for 8 images at a time, torch-script fp32, onnx fp32 from an untrusted source");
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
        together(4, () -> new ModelDownload(settings, MODEL, Deadline.in(LONG)).into(folder()));

        assertWhole();
        assertFetched("weights.onnx", "class_names.txt", "inference_config.json", "model_config.json", "fetched.json");
    }

    private static void together(int threads, Runnable work) {
        CompletableFuture.allOf(IntStream.range(0, threads)
                .mapToObj(i -> CompletableFuture.runAsync(work, Own.THREAD))
                .toArray(CompletableFuture[]::new)).join();
    }

    @Test
    void aDirectoryThatCanNotBeWrittenIsNamed() throws IOException {
        detector();
        Path file = Files.writeString(models.resolve("file"), "");

        ModelFetcher fetcher = new ModelFetcher(settings(new ApiKey(FakeRoboflow.KEY)), LONG);
        assertThatThrownBy(() -> fetcher.fetch(MODEL, file.resolve("my-project/3"))).isInstanceOf(ModelPackageException.class)
                .hasMessageStartingWith("Model 'my-project/3' can't be downloaded into " + file)
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
