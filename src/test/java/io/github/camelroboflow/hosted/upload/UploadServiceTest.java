package io.github.camelroboflow.hosted.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.hosted.HostedEngineFixture;
import io.github.camelroboflow.hosted.fake.Behaviour;
import io.github.camelroboflow.hosted.fake.FakeRequest;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import io.github.camelroboflow.hosted.http.Deadline;
import io.github.camelroboflow.hosted.http.HostedClient;
import io.github.camelroboflow.hosted.http.HostedSettings;
import io.github.camelroboflow.hosted.http.ImageBody.ImageInput;
import io.github.camelroboflow.hosted.upload.UploadService.UploadTarget;
import io.github.camelroboflow.hosted.upload.UploadService.UploadedImage;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class UploadServiceTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final UploadTarget PLACE = new UploadTarget("my-project", "valid", "night shift", List.of("a b", "ü&=+"));
    private static final Annotation LABELS = new Annotation("xml", "<annotation/>".getBytes(StandardCharsets.UTF_8), false);

    private final FakeRoboflow cloud = FakeRoboflow.start();
    private final HostedSettings settings = HostedEngineFixture.settings(cloud.address());
    private final UploadService uploads =
            new UploadService(settings, new HostedClient(settings, HostedEngineFixture.BREAKER_PAUSE));

    @AfterEach
    void stop() {
        uploads.close();
        cloud.close();
    }

    private static <T> T done(CompletableFuture<T> answer) {
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw (RuntimeException) e.getCause();
        }
    }

    private UploadedImage upload() {
        return upload(HostedEngineFixture.photo(), ImageInput.FILE);
    }

    private UploadedImage upload(ImageSource image, ImageInput input) {
        return done(uploads.upload(image, PLACE, input, Deadline.in(TIMEOUT)));
    }

    private boolean annotate(UploadedImage image, Annotation annotation) {
        return done(uploads.annotate("my-project", image, "in/bolts.and.nuts.jpg", annotation, Deadline.in(TIMEOUT)));
    }

    private FakeRequest last() {
        return cloud.requests().get(cloud.requests().size() - 1);
    }

    @ParameterizedTest
    @EnumSource(names = {"FILE", "BASE64"})
    void anImageGetsToItsPlaceWithItsBytes(ImageInput input) {
        UploadedImage uploaded = upload(HostedEngineFixture.photo(), input);

        assertThat(uploaded).isEqualTo(new UploadedImage("image-1", false));
        assertThat(last().path()).isEqualTo("/dataset/my-project/upload");
        assertThat(last().query()).containsEntry("name", "bolts-and-nuts.jpg").containsEntry("split", "valid")
                .containsEntry("batch", "night shift").doesNotContainKey("api_key");
        assertThat(last().target()).contains("&tag=a%20b&tag=%C3%BC%26%3D%2B");
        assertThat(last().header("Authorization")).contains("Bearer " + FakeRoboflow.KEY);
        assertThat(last().image()).isEqualTo(HostedEngineFixture.photoBytes());
    }

    @Test
    void aMultipartBodyHasNameAndSplitAsPartsToo() {
        upload();

        assertThat(last().text()).contains("name=\"name\"", "\r\nbolts-and-nuts.jpg\r\n", "name=\"split\"", "\r\nvalid\r\n");
    }

    @Test
    void whatIsNotSaidIsNotSent() {
        done(uploads.upload(HostedEngineFixture.photo(), new UploadTarget("my-project", "", "", List.of()), ImageInput.FILE,
                Deadline.in(TIMEOUT)));

        assertThat(last().query()).containsOnlyKeys("name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../etc/passwd", "größe 10 %.jpg", "a&split=test#b?c.jpg", "line\r\nX-Header: 1.jpg"})
    void aNameIsSentAsItIs(String name) {
        UploadedImage uploaded = upload(ImageSource.of(name, HostedEngineFixture.photoBytes()), ImageInput.FILE);

        assertThat(uploaded.id()).isNotEmpty();
        assertThat(last().path()).isEqualTo("/dataset/my-project/upload");
        assertThat(last().query()).containsEntry("name", name).containsEntry("split", "valid");
        assertThat(last().headers()).doesNotContainKey("X-Header");
        assertThat(last().image()).isEqualTo(HostedEngineFixture.photoBytes());
    }

    @Test
    void theSameImageAgainIsADuplicateWithTheSameId() {
        UploadedImage first = upload();
        UploadedImage second = upload();

        assertThat(second).isEqualTo(new UploadedImage(first.id(), true));
    }

    @Test
    void anUploadIsTriedAgainAfterAFailureThatMayPass() {
        cloud.next(Behaviour.status(503).times(2)).next(Behaviour.usual().cutHalfway());

        // the last attempt uploaded the image although its response got lost
        assertThat(upload().duplicate()).isTrue();
        assertThat(cloud.requests()).hasSize(4)
                .allSatisfy(request -> assertThat(request.image()).isEqualTo(HostedEngineFixture.photoBytes()));
    }

    @Test
    void labelsAreSentAsTheyAre() {
        UploadedImage image = upload();

        assertThat(annotate(image, LABELS)).isTrue();
        assertThat(last().path()).isEqualTo("/dataset/my-project/annotate/image-1");
        assertThat(last().query()).containsExactlyEntriesOf(Map.of("name", "bolts.and.nuts.xml"));
        assertThat(last().text()).isEqualTo("<annotation/>");
        assertThat(last().header("Content-Type")).contains("text/plain");
    }

    @Test
    void aPredictionIsSaidToBeOne() {
        annotate(upload(), new Annotation("json", new byte[] {'{', '}'}, true));

        assertThat(last().query()).containsEntry("name", "bolts.and.nuts.json").containsEntry("prediction", "true");
    }

    @Test
    void labelsThatAreThereAlreadyAreNoFailure() {
        UploadedImage image = upload();

        assertThat(annotate(image, LABELS)).isTrue();
        assertThat(annotate(image, LABELS)).isFalse();
        assertThat(cloud.requests()).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"error":"Unsupported image."}                                  | rejects image 'bolts-and-nuts.jpg'\
             for the dataset my-project: Unsupported image.
            {"success":false,"id":"x"}                                      | rejects image 'bolts-and-nuts.jpg'\
             for the dataset my-project and gives no reason
            {"success":true}                                                | rejects image 'bolts-and-nuts.jpg'
            {"success":false,"error":{"message":"Bad name","hint":"Short!"}} | : Bad name Short!
            {"error":"test-key is bad"}                                     | : … is bad
            """)
    void aSuccessThatIsNoneIsAFailure(String answer, String told) {
        cloud.next(Behaviour.json(200, answer));

        assertThatThrownBy(this::upload).isInstanceOf(RoboflowException.class).hasMessageContaining(told)
                .hasMessageNotContaining(FakeRoboflow.KEY);
    }

    @Test
    void aSuccessOfLabelsThatIsNoneIsAFailure() {
        UploadedImage image = upload();
        cloud.next(Behaviour.json(200, "{\"error\":\"Unrecognized annotation format.\"}"));

        assertThatThrownBy(() -> annotate(image, LABELS)).isInstanceOf(RoboflowException.class).hasMessageContaining(
                "rejects the annotation of image 'in/bolts.and.nuts.jpg' for the dataset my-project:"
                        + " Unrecognized annotation format.");
    }

    @Test
    void whatIsNotRoboflowIsToldSo() {
        cloud.always(Behaviour.body(200, "text/html", "<html>Log in</html>".getBytes(StandardCharsets.UTF_8)));

        assertThatThrownBy(this::upload).isInstanceOf(RoboflowUnavailableException.class)
                .hasMessageContaining("with text/html of 19 bytes that is not JSON: check apiUrl");
    }

    @Test
    void whatIsNoJsonIsNotRepeated() {
        cloud.always(Behaviour.body(200, "text/html", FakeRoboflow.KEY.getBytes(StandardCharsets.UTF_8)));

        assertThatThrownBy(this::upload).hasMessageContaining("is not JSON").hasNoCause();
    }

    @Test
    void anUnknownProjectIsRefusedInRoboflowsWords() {
        UploadTarget other = new UploadTarget("other", "", "", List.of());

        assertThatThrownBy(() -> done(uploads.upload(HostedEngineFixture.photo(), other, ImageInput.FILE, Deadline.in(TIMEOUT))))
                .isInstanceOf(RoboflowRejectedException.class).hasMessageContaining("the dataset other")
                .hasMessageContaining("This project does not exist.");
    }

    @Test
    void aTooLargeImageIsTheImagesOwnFaultAndNoOptionIsProposedThatIsNotThere() {
        cloud.next(Behaviour.status(413));

        assertThatThrownBy(this::upload).isInstanceOf(InvalidImageException.class).hasMessageEndingWith(": send smaller images");
    }

    @Test
    void afterARefusedKeyNothingIsSentForAWhile() {
        cloud.next(Behaviour.status(401));

        assertThatThrownBy(this::upload).isInstanceOf(RoboflowRejectedException.class);
        assertThatThrownBy(this::upload).isInstanceOf(RoboflowRejectedException.class);
        assertThat(cloud.requests()).hasSize(1);
    }

    @Test
    void detectionsBecomeRoboflowsJsonWithoutTheirDrawing() {
        Annotation annotation = Annotation.of(InferenceJson.read("{\"visualization\":\"abcd\","
                + "\"image\":{\"width\":9,\"height\":8},\"predictions\":["
                + "{\"x\":1,\"y\":2,\"width\":3,\"height\":4,\"class\":\"gear\",\"confidence\":0.5,\"class_id\":0}]}"))
                .orElseThrow();

        assertThat(annotation.format()).isEqualTo("json");
        assertThat(annotation.prediction()).isTrue();
        assertThat(new String(annotation.content(), StandardCharsets.UTF_8)).isEqualTo(
                "{\"image\":{\"width\":9,\"height\":8},\"predictions\":["
                + "{\"x\":1,\"y\":2,\"width\":3,\"height\":4,\"class\":\"gear\",\"confidence\":0.5,\"class_id\":0}]}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"image":{"width":9,"height":8},"predictions":[{"class":"cat","class_id":0,"confidence":0.9}],\
            "top":"cat","confidence":0.9} | cat
            {"image":{"width":9,"height":8},"predictions":{"a":{"confidence":0.9},"b":{"confidence":0.8},"c":{"confidence":0.1}},\
            "predicted_classes":["a","b"]} | a,b
            """)
    void classesBecomeText(String result, String text) {
        Annotation annotation = Annotation.of(InferenceJson.read(result)).orElseThrow();

        assertThat(annotation.format()).isEqualTo("txt");
        assertThat(new String(annotation.content(), StandardCharsets.UTF_8)).isEqualTo(text);
    }

    @Test
    void nothingFoundIsNoAnnotation() {
        assertThat(Annotation.of(InferenceJson.read("{\"image\":{\"width\":9,\"height\":8},\"predictions\":[]}"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "..", ".hidden", "a b", "a?x=1"})
    void whatIsNoProjectIsRefused(String project) {
        assertThatThrownBy(() -> new UploadTarget(project, "", "", List.of())).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + project + "' is not a project: use its id alone");
    }
}
