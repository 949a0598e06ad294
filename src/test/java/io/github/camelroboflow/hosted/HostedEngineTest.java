package io.github.camelroboflow.hosted;

import static io.github.camelroboflow.inference.InferenceOption.CLASSES;
import static io.github.camelroboflow.inference.InferenceOption.CLASS_AGNOSTIC_NMS;
import static io.github.camelroboflow.inference.InferenceOption.FORMAT;
import static io.github.camelroboflow.inference.InferenceOption.LABELS;
import static io.github.camelroboflow.inference.InferenceOption.MAX_DETECTIONS;
import static io.github.camelroboflow.inference.InferenceOption.MAX_IMAGE_SIZE;
import static io.github.camelroboflow.inference.InferenceOption.REQUEST_TIMEOUT;
import static io.github.camelroboflow.inference.InferenceOption.STROKE;
import static io.github.camelroboflow.inference.InferenceOption.TILE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.hosted.fake.Behaviour;
import io.github.camelroboflow.hosted.fake.FakeRequest;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import io.github.camelroboflow.hosted.http.ApiKey;
import io.github.camelroboflow.hosted.http.ApiKey.KeyTransport;
import io.github.camelroboflow.hosted.http.ImageBody.ImageInput;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InferenceOptions.ResultFormat;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the request for each image and the results from responses. */
class HostedEngineTest extends HostedEngineTestBase {

    @Test
    void anImageIsSentToItsModelAsTheFileOfAMultipartBody() {
        Inference result = hosted.infer(DEFAULTS);

        assertThat(result.classes()).contains("person", "helmet");
        FakeRequest request = hosted.onlyRequest();
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.path()).isEqualTo("/my-project/3");
        assertThat(request.header("Content-Type").orElseThrow()).startsWith("multipart/form-data");
        assertThat(request.header("Content-Length")).isPresent();
        assertThat(request.image()).isEqualTo(HostedEngineFixture.photoBytes());
        assertThat(request.text()).doesNotContain("bolts-and-nuts");
    }

    @Test
    void orAsBase64OnOneLine() {
        restart(HostedEngineFixture.start(ImageInput.BASE64));

        hosted.infer(DEFAULTS);
        hosted.infer(ImageSource.of("in memory", HostedEngineFixture.photoBytes()), DEFAULTS);

        assertThat(hosted.cloud.requests()).hasSize(2).allSatisfy(request -> {
            assertThat(request.text()).isEqualTo(Base64.getEncoder().encodeToString(HostedEngineFixture.photoBytes()));
            assertThat(request.header("Content-Type")).contains("application/x-www-form-urlencoded");
        });
    }

    @Test
    void tilesAreRefusedAndNothingIsSent() {
        InferenceOptions tiles = InferenceOptions.DEFAULTS.with(TILE, new ImageSize(640, 640));

        assertThatThrownBy(() -> hosted.infer(tiles)).isInstanceOf(RoboflowRejectedException.class)
                .hasMessageContaining("'" + HostedEngineFixture.MODEL + "'")
                .hasMessageContaining("Leave out tile, or use runtime=embedded");
        assertThat(hosted.cloud.requests()).isEmpty();
    }

    @Test
    void orAsAUrlForTheServerToFetch() {
        String presigned = "https://bucket.s3.amazonaws.com/a%20b.jpg?X-Amz-Signature=1&x=%2F";

        hosted.infer(ImageSource.of("a b.jpg", URI.create(presigned)), DEFAULTS);

        FakeRequest request = hosted.onlyRequest();
        assertThat(request.query()).containsEntry("image", presigned);
        assertThat(request.length()).isZero();
    }

    @Test
    void theKeyIsAHeaderAndNowhereElse() {
        hosted.infer(DEFAULTS);

        FakeRequest request = hosted.onlyRequest();
        assertThat(request.header("Authorization")).contains("Bearer " + FakeRoboflow.KEY);
        assertThat(request.target()).doesNotContain(FakeRoboflow.KEY);
    }

    @Test
    void orAQueryParameterWhereThatIsSaid() {
        restart(HostedEngineFixture.startWith(KeyTransport.QUERY));

        hosted.infer(DEFAULTS);

        assertThat(hosted.onlyRequest().query()).containsEntry("api_key", FakeRoboflow.KEY);
        assertThat(hosted.onlyRequest().header("Authorization")).isEmpty();
    }

    @Test
    void aPublicModelsNameBecomesItsId() {
        hosted.cloud.answer("coco/36", "{\"image\":{\"width\":1,\"height\":1},\"predictions\":[]}");

        hosted.engine.infer(new ModelId("rfdetr-base"), List.of(HostedEngineFixture.photo()), DEFAULTS).toCompletableFuture()
                .join();

        assertThat(hosted.onlyRequest().path()).isEqualTo("/coco/36");
        assertThatThrownBy(() -> hosted.engine.open(new ModelId("rfdetr-huge"))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'rfdetr-huge' is no public model such as rfdetr-nano, ");
    }

    @Test
    void openingAModelAsksNothing() {
        hosted.engine.open(HostedEngineFixture.MODEL).close();

        assertThat(hosted.cloud.connections()).isZero();
    }

    @Test
    void classesAreSelectedHereSinceServersDoNot() {
        Inference result = hosted.infer(InferenceOptions.DEFAULTS.with(CLASSES, List.of("helmet")));

        assertThat(result.classes()).containsExactly("helmet");
        assertThat(result.toJson().get("predictions")).hasSize(1);
        assertThat(result.toJson().has("inference_id")).isTrue();
    }

    @Test
    void noMoreThanMaxDetectionsAreReturnedWhateverTheServerSends() {
        Inference result = hosted.infer(InferenceOptions.DEFAULTS.with(MAX_DETECTIONS, 1));

        assertThat(result.findings()).hasSize(1);
        assertThat(hosted.onlyRequest().query()).containsEntry("max_detections", "1");
    }

    @Test
    void classAgnosticSuppressionIsDoneHere() {
        hosted.cloud.answer(FakeRoboflow.MODEL, "{\"image\":{\"width\":100,\"height\":100},\"predictions\":["
                + box("cat", 0.9, 50) + "," + box("dog", 0.8, 51) + "," + box("dog", 0.7, 90) + "]}");

        Detections all = (Detections) hosted.infer(DEFAULTS);
        Detections agnostic = (Detections) hosted.infer(InferenceOptions.DEFAULTS.with(CLASS_AGNOSTIC_NMS, true));

        assertThat(all.predictions()).hasSize(3);
        assertThat(agnostic.predictions()).extracting("confidence").containsExactly(0.9, 0.7);
    }

    private static String box(String name, double confidence, double x) {
        return "{\"x\":" + x + ",\"y\":50,\"width\":20,\"height\":20,\"confidence\":" + confidence + ",\"class\":\"" + name
                + "\",\"class_id\":0}";
    }

    @Test
    void fieldsThatNobodyKnowsAreKept() {
        hosted.cloud.answer(FakeRoboflow.MODEL, "{\"image\":{\"width\":9,\"height\":9},\"predictions\":[],\"mood\":\"good\"}");

        assertThat(hosted.infer(DEFAULTS).toJson().get("mood").asText()).isEqualTo("good");
    }

    @Test
    void aDrawingIsAskedForTogetherWithTheResult() {
        Inference result = hosted
                .infer(InferenceOptions.DEFAULTS.with(FORMAT, ResultFormat.IMAGE).with(LABELS, true).with(STROKE, 3));

        assertThat(hosted.onlyRequest().query()).containsEntry("format", "image_and_json").containsEntry("labels", "true")
                .containsEntry("stroke", "3");
        assertThat(Base64.getDecoder().decode(result.info().visualization())).startsWith(0xff, 0xd8);
        assertThat(result.classes()).contains("person");
    }

    @Test
    void aBatchKeepsItsOrder() {
        List<ImageSource> images = IntStream.range(0, 20).mapToObj(i -> {
            hosted.cloud.answer("my-project/" + i, "{\"image\":{\"width\":1,\"height\":1},\"predictions\":[]}");
            return ImageSource.of("image " + i, HostedEngineFixture.photoBytes());
        }).toList();
        // the response to the second image comes before the one to the first
        hosted.cloud.holdUntil(2).next(Behaviour.usual().delay(Duration.ofMillis(200)));

        List<Inference> results = hosted.engine.infer(HostedEngineFixture.MODEL, images, DEFAULTS).toCompletableFuture().join();

        assertThat(results).hasSize(20);
        assertThat(hosted.cloud.mostInFlight()).isBetween(2, 8);
    }

    @Test
    void oneBadImageFailsItsBatchAndEndsTheOthers() {
        hosted.cloud.always(Behaviour.usual().delay(Duration.ofSeconds(20)));
        hosted.cloud.next(Behaviour.json(400, "{\"message\":\"Could not load input image. Cause: no image\"}"));

        assertThatThrownBy(() -> hosted.engine
                .infer(HostedEngineFixture.MODEL, List.of(HostedEngineFixture.photo(), HostedEngineFixture.photo()), DEFAULTS)
                .toCompletableFuture().join()).hasCauseInstanceOf(InvalidImageException.class);

        await().until(() -> hosted.cloud.requests().stream().filter(FakeRequest::wasAborted).count()
                == hosted.cloud.requests().size() - 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[0,0]", "[2147483647,2147483647]", "[-1,4]", "[4,4]"})
    void aMaskThatIsNoneIsTheServersFaultAlsoWhereItIsBroughtToTheImagesSize(String size) {
        hosted.cloud.answer(FakeRoboflow.MODEL, "{\"image\":{\"width\":100,\"height\":100},\"predictions\":["
                + "{\"x\":1,\"y\":1,\"width\":2,\"height\":2,\"confidence\":0.9,\"class\":\"bolt\",\"class_id\":0,"
                + "\"rle\":{\"size\":" + size + ",\"counts\":\"~\"}}]}");

        assertThat(hosted.failure(InferenceOptions.DEFAULTS.with(MAX_IMAGE_SIZE, 100)))
                .isExactlyInstanceOf(RoboflowUnavailableException.class)
                .hasMessageContaining("no model result");
    }

    @Test
    void aDrawingMayBeAsLongAsAnAnswer() {
        hosted.cloud.always(Behaviour.json(200, "{\"image\":{\"width\":9,\"height\":9},\"predictions\":[],\"visualization\":\""
                + "A".repeat(24_000_000) + "\"}"));

        Inference result = hosted.infer(InferenceOptions.DEFAULTS.with(REQUEST_TIMEOUT, Duration.ofSeconds(30)));

        assertThat(result.info().visualization()).hasSize(24_000_000);
        assertThat(InferenceJson.read(InferenceJson.bytes(result)).info().visualization()).hasSize(24_000_000);
    }

    @Test
    void afterAFailureNothingMoreOfABatchIsSent() {
        hosted.cloud.always(Behaviour.json(400, "{\"message\":\"Could not load input image. Cause: no image\"}"));

        assertThatThrownBy(() -> hosted.engine
                .infer(HostedEngineFixture.MODEL, Collections.nCopies(200, HostedEngineFixture.photo()), DEFAULTS)
                .toCompletableFuture().join()).hasCauseInstanceOf(InvalidImageException.class);

        assertThat(hosted.cloud.requests()).hasSizeLessThanOrEqualTo(8);
    }

    @Test
    void aWrongKeyIsToldWithoutTheKey() {
        restart(HostedEngineFixture.startWith(new ApiKey("s3cret+key")));
        hosted.cloud.always(Behaviour.json(401, "{\"status\":401,"
                + "\"message\":\"Unauthorized api_key s3cret+key and s3cret%2Bkey\"}"));

        assertThat(hosted.failure(DEFAULTS)).hasMessage(hosted.cloud.address()
                + " refuses my-project/3 (HTTP 401: Unauthorized api_key … and …): check apiKey;"
                + " a server before 1.5.0 needs apiKeyTransport=query");
        assertThat(HostedEngineFixture.settings(hosted.cloud.address()).toString()).doesNotContain(FakeRoboflow.KEY);
    }

    @Test
    void anImageThatIsGoneIsItsOwnFault() {
        assertThatThrownBy(() -> hosted.infer(ImageSource.of(Path.of("target/no-such.jpg")), DEFAULTS))
                .isInstanceOf(InvalidImageException.class)
                .hasMessage("image 'no-such.jpg' for my-project/3 has no file: it was removed before it was sent, or was never"
                        + " there");
    }

    @Test
    void anImageThatIsThereButCanNotBeReadIsNotAtFault(@TempDir Path folder) {
        assertThatThrownBy(() -> hosted.infer(ImageSource.of("a.jpg", folder), DEFAULTS))
                .isExactlyInstanceOf(RoboflowUnavailableException.class)
                .hasMessageStartingWith("image 'a.jpg' for my-project/3 can't be read now (FileNotFoundException: ");
        InferenceOptions smaller = InferenceOptions.DEFAULTS.with(MAX_IMAGE_SIZE, 100);
        assertThatThrownBy(() -> hosted.infer(ImageSource.of("a.jpg", folder), smaller))
                .isExactlyInstanceOf(RoboflowUnavailableException.class).hasMessageContaining("can't be read now");
        assertThatThrownBy(() -> hosted.infer(ImageSource.of("a.jpg", folder.resolve("none")), smaller))
                .isExactlyInstanceOf(InvalidImageException.class).hasMessageContaining("has no file");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Data is not image.                                                              | InvalidImageException
            Malformed base64 input image.                                                   | InvalidImageException
            Empty image payload.                                                            | InvalidImageException
            Provided image URL is invalid                                                   | InvalidImageException
            Providing images via non https:// URL is not supported in this configuration.   | RoboflowRejectedException
            Providing images via URL without FQDN is not supported in this configuration.   | RoboflowRejectedException
            Data pointed by URL could not be decoded into image.                            | RoboflowException
            Could not load image from url: https://bucket.example/a.jpg?signature=s3cret    | RoboflowUnavailableException
            """)
    void anImageAtAUrlIsOnlyAtFaultForWhatItIs(String cause, String failure) {
        hosted.cloud.always(Behaviour.json(400, "{\"message\":\"Could not load input image. Cause: " + cause + "\"}"));

        assertThatThrownBy(() -> hosted.infer(ImageSource.of("a.jpg", URI.create("https://bucket.example/a.jpg?signature=s3cret")),
                DEFAULTS)).satisfies(thrown -> assertThat(thrown.getClass().getSimpleName()).isEqualTo(failure))
                .hasMessageNotContaining("s3cret");
    }
}
