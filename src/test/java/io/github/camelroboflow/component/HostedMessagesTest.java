package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.condition.camel.DetectionPredicate;
import io.github.camelroboflow.hosted.Behaviour;
import io.github.camelroboflow.hosted.FakeRequest;
import io.github.camelroboflow.hosted.FakeRoboflow;
import io.github.camelroboflow.hosted.FullServer;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.Task;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.HttpHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages to {@code runtime=hosted}: each option has its effect on what a server gets. */
class HostedMessagesTest {

    private static final Path PHOTO = Path.of("config/samples/bolts-and-nuts.jpg");

    private final FakeRoboflow cloud = FakeRoboflow.start();
    private final DefaultCamelContext context = new DefaultCamelContext();

    @AfterEach
    void stop() {
        context.stop();
        cloud.close();
    }

    private String uri(String options) {
        return "roboflow:my-project/3?apiKey=" + FakeRoboflow.KEY + "&retryDelay=10&maxRetryDelay=20"
                + (options.contains("apiUrl") ? "" : "&apiUrl=" + cloud.address()) + (options.isEmpty() ? "" : "&" + options);
    }

    private Exchange send(String options, Object body, Map<String, Object> headers) {
        context.start();
        return context.createProducerTemplate().send(uri(options), exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().getHeaders().putAll(headers);
        });
    }

    private FakeRequest request(String options) {
        Exchange exchange = send(options, PHOTO.toFile(), Map.of());
        assertThat(exchange.getException()).isNull();
        return cloud.requests().get(cloud.requests().size() - 1);
    }

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
        send("confidence=0.2", PHOTO.toFile(), Map.of("CamelRoboflowOptionConfidence", "70%", "CamelRoboflowOptionResponseMaskFormat", "rle"));
        request("confidence=0.2");

        assertThat(cloud.requests()).extracting(request -> request.query().get("confidence")).containsExactly("70", "20");
        assertThat(cloud.requests()).extracting(request -> request.query().get("response_mask_format")).containsExactly("rle", null);
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
        assertThat(cloud.requests()).hasSize(2).allSatisfy(request -> assertThat(request.query()).containsEntry("image", presigned));
        assertThat(text.getMessage().getHeader(RoboflowConstants.RESULT_KEY))
                .isEqualTo(uri.getMessage().getHeader(RoboflowConstants.RESULT_KEY));
    }

    @Test
    void whatIsNoAddressIsRefusedWithoutRepeatingIt() {
        Exchange exchange = send("imageInput=url", "s3://bucket/a.jpg?secret", Map.of());

        assertThat(exchange.getException()).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no http or https URL").hasMessageNotContaining("secret");
        assertThatThrownBy(() -> context.getEndpoint("roboflow:a/1?runtime=embedded&imageInput=url"))
                .hasStackTraceContaining("imageInput=url is for runtime=hosted");
        assertThatThrownBy(() -> context.getEndpoint(uri("imageInput=url&maxImageSize=9"))).hasStackTraceContaining("not for imageInput=url");
    }

    @Test
    void textIsNeverTakenForAnAddressUnlessThatIsSaid() {
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
    void maxRetriesAndTheirDelaysAreKept() {
        cloud.always(Behaviour.status(503));

        assertThat(send("maxRetries=1", PHOTO.toFile(), Map.of()).getException()).isInstanceOf(RoboflowUnavailableException.class);

        assertThat(cloud.requests()).hasSize(2);
    }

    @Test
    void readTimeoutEndsATry() {
        cloud.always(Behaviour.usual().delay(Duration.ofSeconds(20)));

        assertThat(send("maxRetries=0&readTimeout=100", PHOTO.toFile(), Map.of()).getException())
                .isInstanceOf(RoboflowUnavailableException.class).hasMessageContaining("SocketTimeoutException");
    }

    @Test
    void connectTimeoutEndsATry() throws IOException {
        try (FullServer full = FullServer.start()) {
            Exchange exchange = send("maxRetries=0&connectTimeout=100&requestTimeout=9s&apiUrl=" + full.address(), PHOTO.toFile(),
                    Map.of());

            assertThat(exchange.getException()).isInstanceOf(RoboflowUnavailableException.class)
                    .hasMessageContaining("ConnectTimeoutException");
        }
    }

    @Test
    void requestTimeoutHoldsForEverything() {
        cloud.always(Behaviour.usual().delay(Duration.ofSeconds(20)));

        assertThat(send("requestTimeout=200", PHOTO.toFile(), Map.of()).getException())
                .isInstanceOf(RoboflowUnavailableException.class).hasMessageContaining("requestTimeout=200 ms");
    }

    @Test
    void maxRequestsPerSecondSpacesRequests() {
        context.start();
        long begun = System.nanoTime();
        IntStream.range(0, 10).mapToObj(i -> context.createProducerTemplate().asyncSendBody(uri("maxRequestsPerSecond=50"), PHOTO.toFile()))
                .toList().forEach(CompletableFuture::join);

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(170));
    }

    @Test
    void maxConcurrentRequestsBoundsWhatIsInFlight() {
        cloud.holdUntil(3).delay(Duration.ofMillis(30));
        context.start();
        IntStream.range(0, 12).mapToObj(i -> context.createProducerTemplate().asyncSendBody(uri("maxConcurrentRequests=3"), PHOTO.toFile()))
                .toList().forEach(CompletableFuture::join);

        assertThat(cloud.mostInFlight()).isEqualTo(3);
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
    void imagesAreMadeSmallerWhereThatIsWanted() {
        Exchange exchange = send("maxImageSize=100", PHOTO.toFile(), Map.of());

        assertThat(exchange.getException()).isNull();
        assertThat(cloud.requests().get(0).image().length).isLessThan((int) PHOTO.toFile().length());
    }

    @Test
    void anHttpClientConfigurerChangesTheClientAndAProxyIsUsed() {
        context.getRegistry().bind("byProxy", (HttpClientConfigurer) builder ->
                builder.setProxy(new HttpHost("http", "127.0.0.1", cloud.port())));
        cloud.next(Behaviour.json(200, "{\"image\":{\"width\":1,\"height\":1},\"predictions\":[]}"));

        Exchange exchange = send("apiUrl=http://vision.example:9001&httpClientConfigurer=#byProxy", PHOTO.toFile(), Map.of());

        assertThat(exchange.getException()).isNull();
        assertThat(cloud.requests().get(0).target()).startsWith("http://vision.example:9001/my-project/3");
    }

    @Test
    void anHttpClientOfTheUsersOwnIsUsedAndNotClosed() throws Exception {
        try (CloseableHttpClient own = HttpClients.custom().setUserAgent("mine").build()) {
            context.getRegistry().bind("own", own);
            assertThat(request("httpClient=#own").header("User-Agent")).contains("mine");
            context.stop();

            int status = own.execute(new HttpGet(cloud.address() + "/info"),
                    response -> response.getCode());
            assertThat(status).isEqualTo(200);
        }
    }

    @Test
    void anHttpClientOfTheUsersOwnFollowsNoRedirectAndWaitsNoLonger() throws Exception {
        try (CloseableHttpClient own = HttpClients.createDefault()) {
            context.getRegistry().bind("own", own);
            cloud.next(Behaviour.redirect(302, cloud.address() + "/elsewhere"));
            assertThat(send("httpClient=#own", PHOTO.toFile(), Map.of()).getException())
                    .isInstanceOf(RoboflowRejectedException.class).hasMessageContaining("HTTP 302");

            cloud.always(Behaviour.usual().delay(Duration.ofSeconds(20)));
            assertThat(send("httpClient=#own&readTimeout=200&maxRetries=0", PHOTO.toFile(), Map.of()).getException())
                    .isInstanceOf(RoboflowUnavailableException.class).hasMessageContaining("SocketTimeoutException");
            assertThat(cloud.requests()).hasSize(2);
        }
    }

    @Test
    @DisabledIfEnvironmentVariable(named = "ROBOFLOW_API_KEY", matches = ".+", disabledReason = "then there is a key")
    void aKeyIsWantedByRoboflowsOwnServersOnly() {
        assertThatThrownBy(() -> context.getEndpoint("roboflow:my-project/3")).rootCause().isInstanceOf(IllegalArgumentException.class)
                .hasMessage("https://serverless.roboflow.com wants an API key: set apiKey, for all endpoints by"
                        + " camel.component.roboflow.apiKey, or the environment variable ROBOFLOW_API_KEY");
        assertThat(context.getEndpoint("roboflow:my-project/3?apiUrl=http://localhost:9001")).isNotNull();
    }

    @Test
    void theOlderHostsNeedToKnowTheTask() {
        assertThatThrownBy(() -> context.getEndpoint("roboflow:my-project/3?apiKey=k&apiUrl=v1"))
                .hasStackTraceContaining("apiUrl=v1 needs the option task");
        assertThat(context.getEndpoint("roboflow:my-project/3?apiKey=k&apiUrl=v1&task=classification")).isNotNull();
    }

    @Test
    void oneWordOfTheServerForEachKindOfFailure() {
        cloud.next(Behaviour.status(401));
        assertThat(send("", PHOTO.toFile(), Map.of()).getException()).isInstanceOf(RoboflowRejectedException.class);
        cloud.next(Behaviour.json(400, "{\"message\":\"Could not load input image. Cause: Malformed base64 input image.\"}"));
        assertThat(send("maxRetries=2", PHOTO.toFile(), Map.of()).getException()).isInstanceOf(InvalidImageException.class);
    }

    @Test
    void endpointsWithEqualOptionsShareTheirConnections() {
        request("confidence=0.2");
        request("confidence=0.3");

        assertThat(cloud.connections()).isEqualTo(1);
    }

    /** The request went on until its deadline, and the health check stayed down for a route that was gone. */
    @Test
    void stoppingARouteEndsItsRequestsThoughAnotherRouteUsesTheSameClient() throws Exception {
        context.getShutdownStrategy().setTimeout(1);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("seda:one").routeId("one").to(uri(""));
                from("direct:two").routeId("two").to(uri("confidence=0.2"));
            }
        });
        context.start();
        cloud.next(Behaviour.usual().delay(Duration.ofSeconds(60)));
        context.createProducerTemplate().sendBody("seda:one", PHOTO.toFile());
        await().until(() -> cloud.inFlight() == 1);

        context.getRouteController().stopRoute("one");

        await().until(() -> cloud.requests().get(0).wasAborted());
        context.createProducerTemplate().sendBody("direct:two", PHOTO.toFile());
        RoboflowEndpoint two = (RoboflowEndpoint) context.getEndpoint(uri("confidence=0.2"));
        await().until(() -> healthOf(two).getState() == HealthCheck.State.UP);
    }

    private HealthCheck.Result healthOf(RoboflowEndpoint endpoint) {
        return ((RoboflowComponent) endpoint.getComponent()).healthChecks().of(endpoint.getTarget()).call();
    }

    @Test
    void aRouteThatIsRestartedManyTimesKeepsItsBound() throws Exception {
        cloud.holdUntil(2).delay(Duration.ofMillis(30));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:stays").to(uri("maxConcurrentRequests=2"));
                from("direct:restarted").routeId("restarted").to(uri("maxConcurrentRequests=3"));
            }
        });
        context.start();
        for (int i = 0; i < 10; i++) {
            context.getRouteController().stopRoute("restarted");
            context.getRouteController().startRoute("restarted");
        }

        context.createProducerTemplate().requestBody("direct:stays", Collections.nCopies(40, PHOTO.toFile()));

        assertThat(cloud.mostInFlight()).isBetween(2, 5);
    }

    @Test
    void stoppingEndsWhatIsInFlightAtTheEndOfTheShutdownTime() throws Exception {
        cloud.always(Behaviour.usual().delay(Duration.ofSeconds(60)));
        context.getShutdownStrategy().setTimeout(1);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("seda:in").to(uri(""));
            }
        });
        context.start();
        context.createProducerTemplate().sendBody("seda:in", PHOTO.toFile());
        await().until(() -> cloud.inFlight() == 1);

        context.stop();

        await().until(() -> cloud.requests().get(0).wasAborted());
    }
}
