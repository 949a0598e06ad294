package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.component.fixture.HostedModelTestBase;
import io.github.camelroboflow.condition.camel.DetectionPredicate;
import io.github.camelroboflow.hosted.fake.Behaviour;
import io.github.camelroboflow.hosted.fake.FakeRequest;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.Task;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages to {@code runtime=hosted}: the requests to the server, and the resulting messages. */
class HostedMessagesTest extends HostedModelTestBase {

    @Test
    void theResultIsTheSameAsThatOfTheOtherRuntime() {
        Exchange exchange = send("", PHOTO.toFile(), Map.of());

        assertThat(exchange.getMessage().getBody()).isInstanceOf(Detections.class);
        assertThat(exchange.getMessage().getBody(String.class)).contains("\"predictions\"");
        Map<String, Object> headers = new HashMap<>(exchange.getMessage().getHeaders());
        assertThat(headers).containsEntry(RoboflowConstants.MODEL_ID, "my-project/3")
                .containsEntry(RoboflowConstants.TASK, "object-detection").containsEntry(RoboflowConstants.PREDICTION_COUNT, 2)
                .containsEntry(RoboflowConstants.TOP_CLASS, "person").containsEntry(Exchange.CONTENT_TYPE, "application/json");
        assertThat(DetectionPredicate.detects("person and helmet").matches(exchange)).isTrue();
        assertThat(DetectionPredicate.detects("person without helmet").matches(exchange)).isFalse();
    }

    static Stream<Arguments> shapes() {
        return Stream.of(
                Arguments.of("parts-detect__t00__default", Task.OBJECT_DETECTION),
                Arguments.of("parts-seg__t00__default", Task.INSTANCE_SEGMENTATION),
                Arguments.of("parts-seg__t00__rle", Task.INSTANCE_SEGMENTATION),
                Arguments.of("bolts-pose__t00__default", Task.KEYPOINT_DETECTION),
                Arguments.of("belt-semseg__t00__default", Task.SEMANTIC_SEGMENTATION),
                Arguments.of("cls-single__t00__conf0", Task.CLASSIFICATION),
                Arguments.of("cls-multi__t00__conf0", Task.MULTI_LABEL_CLASSIFICATION));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void headersConditionsAndConvertersWorkOnEveryKindOfAnswer(String recorded, Task task) throws IOException {
        String json = Files.readString(Path.of("src/test/resources/golden/expected", recorded + ".json"));
        cloud.answer("my-project/3", json);

        Exchange exchange = send("maxDetections=1000", PHOTO.toFile(), Map.of());

        Inference result = exchange.getMessage().getBody(Inference.class);
        assertThat(exchange.getMessage().getHeader(RoboflowConstants.TASK)).isEqualTo(task.toString());
        assertThat(exchange.getMessage().getHeader(RoboflowConstants.CLASSES, List.class)).isEqualTo(result.classes()).isNotEmpty();
        assertThat(exchange.getMessage().getBody(JsonNode.class)).isEqualTo(new ObjectMapper().readTree(json));
        assertThat(exchange.getMessage().getBody(Map.class)).containsKey("image");
        assertThat(DetectionPredicate.detects("'" + result.classes().get(0) + "'").matches(exchange)).isTrue();
        assertThat(DetectionPredicate.detects("'no such class'").matches(exchange)).isFalse();
        if (task.toString().contains("segmentation")) {
            assertThat(DetectionPredicate.detects("coverage('" + result.classes().get(0) + "') > 0%").matches(exchange)).isTrue();
        }
    }

    static Stream<Arguments> parameters() {
        return Stream.of(
                Arguments.of("confidence=1%", "confidence", "1"), Arguments.of("confidence=1", "confidence", "100"),
                Arguments.of("overlap=0.5", "overlap", "50"), Arguments.of("maxDetections=5", "max_detections", "5"),
                Arguments.of("keypointConfidence=20%", "keypoint_confidence", "0.2"),
                Arguments.of("maskDecodeMode=fast", "mask_decode_mode", "fast"),
                Arguments.of("maskDecodeMode=tradeoff&tradeoffFactor=0.5", "tradeoff_factor", "0.5"),
                Arguments.of("responseMaskFormat=rle", "response_mask_format", "rle"),
                Arguments.of("disablePreprocContrast=true", "disable_preproc_contrast", "true"),
                Arguments.of("format=image_and_json&stroke=4", "stroke", "4"),
                Arguments.of("format=image_and_json&labels=true", "labels", "true"),
                Arguments.of("apiKeyTransport=query", "api_key", FakeRoboflow.KEY));
    }

    @ParameterizedTest
    @MethodSource("parameters")
    void anOptionBecomesAParameter(String options, String parameter, String value) {
        assertThat(request(options).query()).containsEntry(parameter, value);
    }

    @Test
    void aHeaderOverridesAnOptionForOneMessage() {
        send("confidence=0.2", PHOTO.toFile(),
                Map.of("CamelRoboflowOptionConfidence", "70%", "CamelRoboflowOptionResponseMaskFormat", "rle"));
        request("confidence=0.2");

        assertThat(cloud.requests()).extracting(request -> request.query().get("confidence")).containsExactly("70", "20");
        assertThat(cloud.requests()).extracting(request -> request.query().get("response_mask_format"))
                .containsExactly("rle", null);
    }

    @Test
    void aFileIsStreamedAndOtherBodiesAreSentAsTheyAre() {
        FakeRequest file = request("");
        FakeRequest base64 = request("imageInput=base64");
        send("", file.image(), Map.of());

        assertThat(file.header("Content-Type").orElseThrow()).startsWith("multipart/form-data");
        assertThat(base64.header("Content-Type")).contains("application/x-www-form-urlencoded");
        assertThat(base64.image()).isEqualTo(file.image());
        assertThat(cloud.requests().get(2).image()).isEqualTo(file.image());
    }

    @Test
    void withImageInputUrlTheBodyIsAnAddress() {
        String presigned = "https://bucket.s3.amazonaws.com/in/a.jpg?X-Amz-Signature=secret";
        Exchange text = send("imageInput=url", presigned, Map.of());
        Exchange uri = send("imageInput=url", URI.create(presigned), Map.of());

        assertThat(text.getException()).isNull();
        assertThat(uri.getException()).isNull();
        assertThat(cloud.requests()).hasSize(2)
                .allSatisfy(request -> assertThat(request.query()).containsEntry("image", presigned));
        assertThat(text.getMessage().getHeader(RoboflowConstants.RESULT_KEY))
                .isEqualTo(uri.getMessage().getHeader(RoboflowConstants.RESULT_KEY));
    }

    @Test
    void aWrongAddressIsRefusedWithoutRepeatingIt() {
        Exchange exchange = send("imageInput=url", "s3://bucket/a.jpg?secret", Map.of());

        assertThat(exchange.getException()).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no http or https URL").hasMessageNotContaining("secret");
        assertThatThrownBy(() -> context.getEndpoint("roboflow:a/1?runtime=embedded&imageInput=url"))
                .hasStackTraceContaining("imageInput=url is for runtime=hosted");
        assertThatThrownBy(() -> context.getEndpoint(uri("imageInput=url&maxImageSize=9")))
                .hasStackTraceContaining("not for imageInput=url");
    }

    @Test
    void textIsNeverReadAsAnAddressWithoutImageInputUrl() {
        assertThat(send("", "https://images.example/a.jpg", Map.of()).getException()).isInstanceOf(IllegalArgumentException.class);
        assertThat(cloud.requests()).isEmpty();
    }

    @Test
    void formatImageMakesTheServersDrawingTheBody() {
        Exchange exchange = send("format=image", PHOTO.toFile(), Map.of());

        assertThat(exchange.getMessage().getBody(byte[].class)).startsWith(0xff, 0xd8);
        assertThat(exchange.getMessage().getHeader(Exchange.CONTENT_TYPE)).isEqualTo("image/jpeg");
        assertThat(exchange.getProperty("CamelRoboflowInference", Inference.class).classes()).contains("person");
    }

    @Test
    void aBatchIsAnsweredInOrderWithFailuresInTheirPlaces() {
        cloud.next(Behaviour.json(400, "{\"message\":\"Could not load input image. Cause: x\"}"));

        Exchange exchange = send("failFast=false&maxConcurrentRequests=1", List.of(new byte[] {1}, PHOTO.toFile()), Map.of());

        assertThat(exchange.getMessage().getBody(List.class)).hasSize(2);
        assertThat(exchange.getMessage().getBody(List.class).get(0)).hasFieldOrPropertyWithValue("type", "InvalidImageException");
        assertThat(exchange.getMessage().getBody(List.class).get(1)).isInstanceOf(Detections.class);
    }

    @Test
    void aTaskThatIsNamedIsKnownEvenIfNothingWasFound() {
        cloud.answer("my-project/3", "{\"image\":{\"width\":1,\"height\":1},\"predictions\":[]}");

        assertThat(send("", PHOTO.toFile(), Map.of()).getMessage().getHeaders()).doesNotContainKey(RoboflowConstants.TASK);
        assertThat(send("task=keypoint-detection", PHOTO.toFile(), Map.of()).getMessage().getHeaders())
                .containsEntry(RoboflowConstants.TASK, "keypoint-detection");
        assertThatThrownBy(() -> context.getEndpoint(uri("task=guessing"))).hasStackTraceContaining("task=guessing is no task");
    }

    @Test
    void imagesAreScaledDownToMaxImageSize() {
        Exchange exchange = send("maxImageSize=100", PHOTO.toFile(), Map.of());

        assertThat(exchange.getException()).isNull();
        assertThat(cloud.requests().get(0).image().length).isLessThan((int) PHOTO.toFile().length());
    }

    @Test
    void oneWordOfTheServerForEachKindOfFailure() {
        cloud.next(Behaviour.status(401));
        assertThat(send("", PHOTO.toFile(), Map.of()).getException()).isInstanceOf(RoboflowRejectedException.class);
        cloud.next(Behaviour.json(400, "{\"message\":\"Could not load input image. Cause: Malformed base64 input image.\"}"));
        assertThat(send("maxRetries=2", PHOTO.toFile(), Map.of()).getException()).isInstanceOf(InvalidImageException.class);
    }
}
