package io.github.camelroboflow.component.upload;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.component.RoboflowComponent;
import io.github.camelroboflow.component.RoboflowConfiguration;
import io.github.camelroboflow.component.fixture.GeneratedMetadata;
import io.github.camelroboflow.hosted.fake.Behaviour;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.HttpHost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each option of {@code roboflow-upload} has its effect, and the metadata contain all of them. */
class UploadOptionsIT extends UploadTestBase {

    private static final GeneratedMetadata METADATA = GeneratedMetadata.of("roboflow-upload");

    /** The test of each option's effect: a method of this class or of UploadMessagesTest, or the name of another class. */
    private static final Map<String, String> SHOWN_BY = Map.ofEntries(
            entry("project", "anImageGoesToTheDatasetAndStaysTheBody"), entry("apiUrl", "anImageGoesToTheDatasetAndStaysTheBody"),
            entry("apiKey", "anImageGoesToTheDatasetAndStaysTheBody"), entry("split", "anOptionIsPartOfTheRequest"),
            entry("apiKeyFile", "theKeyMayBeInAFile"),
            entry("batch", "anOptionIsPartOfTheRequest"), entry("tag", "tagsAreSeparatedByCommas"),
            entry("apiKeyTransport", "anOptionIsPartOfTheRequest"), entry("imageInput", "anImageIsSentAsImageInputSays"),
            entry("annotateWithResult", "theResultOfAModelIsUploadedWithTheImageAsPredictions"),
            entry("annotationFormat", "anAnnotationFollowsTheImage"), entry("prediction", "anAnnotationFollowsTheImage"),
            entry("maxConcurrentRequests", "maxConcurrentRequestsLimitsTheRequestsInFlight"),
            entry("whenFull", "whenFullFailRefusesFurtherMessages"), entry("workers", "workersAreThreadsOfTheEndpoint"),
            entry("requestTimeout", "requestTimeoutHoldsForImageAndAnnotation"),
            entry("maxRetries", "maxRetriesIsKept"), entry("retryDelay", "aWrongOptionStopsTheStart"),
            entry("maxRetryDelay", "aWrongOptionStopsTheStart"), entry("connectTimeout", "aWrongOptionStopsTheStart"),
            entry("readTimeout", "readTimeoutEndsATry"), entry("maxRequestsPerSecond", "maxRequestsPerSecondSpacesRequests"),
            entry("sslContextParameters", "HostedTlsIT"),
            entry("httpClientConfigurer", "theWayThroughAProxyOfModelsHoldsForUploadsToo"),
            entry("httpClient", "anHttpClientOfTheUsersOwnIsUsed"), entry("lazyStartProducer", "camelsOwnOption"));

    @ParameterizedTest
    @CsvSource({"split=test,split,test", "batch=RAW(a&b=c),batch,a&b=c", "apiKeyTransport=query,api_key," + FakeRoboflow.KEY})
    void anOptionIsPartOfTheRequest(String option, String parameter, String value) {
        assertThat(request(option, Map.of()).query()).containsEntry(parameter, value);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            split=all                            | split=all is unknown
            annotationFormat=yolo                | annotationFormat=yolo is unknown: use one of [json, xml, txt, csv]
            maxConcurrentRequests=0              | maxConcurrentRequests=0 is out of range
            requestTimeout=0                     | requestTimeout=0 is out of range
            retryDelay=0                         | retryDelay=0 is out of range
            maxRetryDelay=0                      | maxRetryDelay=0 is out of range
            connectTimeout=0                     | connectTimeout=0 is out of range
            maxRetries=-1                        | maxRetries=-1 is out of range
            maxRequestsPerSecond=-1              | maxRequestsPerSecond=-1.0 is out of range
            apiUrl=serverless                    | apiUrl is no plain address such as https://api.roboflow.com
            apiUrl=https://api.roboflow.com?k=1  | apiUrl is no plain address
            """)
    void aWrongOptionStopsTheStart(String option, String message) {
        String uri = "roboflow-upload:my-project?apiKey=" + FakeRoboflow.KEY + "&" + option.replace("?", "%3F");

        assertThatThrownBy(() -> context.getEndpoint(uri)).hasStackTraceContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"my-workspace/my-project", "my-project/3"})
    void aProjectIsNamedAlone(String project) {
        assertThatThrownBy(() -> context.getEndpoint("roboflow-upload:" + project + "?apiKey=k"))
                .hasStackTraceContaining("'" + project + "' is not a project: use its id alone, such as my-project");
    }

    @Test
    void itStartsNoRoute() {
        Endpoint endpoint = context.getEndpoint(uri(""));

        assertThatThrownBy(() -> endpoint.createConsumer(exchange -> { })).hasMessageContaining("can't be a route's start")
                .hasMessageNotContaining(FakeRoboflow.KEY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"apiKey=" + FakeRoboflow.KEY, "apiKey=RAW(" + FakeRoboflow.KEY + ")"})
    void theKeyIsNowhereInTheEndpointsUri(String key) {
        Endpoint endpoint = context.getEndpoint(uri(key));

        assertThat(endpoint.getEndpointUri()).startsWith("roboflow-upload:").doesNotContain(FakeRoboflow.KEY);
        assertThat(endpoint.toString()).doesNotContain(FakeRoboflow.KEY);
        assertThat(endpoint).isNotSameAs(context.getEndpoint(uri("apiKey=other")));
    }

    @Test
    void theKeyMayBeInAFile(@TempDir Path secrets) throws IOException {
        Path file = Files.writeString(secrets.resolve("key"), FakeRoboflow.KEY + "\n");

        assertThat(request("apiKey=&apiKeyFile=" + file, Map.of()).header("Authorization"))
                .contains("Bearer " + FakeRoboflow.KEY);
    }

    @Test
    void theKeyOfModelsHoldsForUploadsToo() {
        context.getComponent("roboflow", RoboflowComponent.class).getConfiguration().setApiKey(FakeRoboflow.KEY);

        assertThat(request("apiKey=", Map.of()).header("Authorization")).contains("Bearer " + FakeRoboflow.KEY);
    }

    @Test
    void aKeyOfUploadsOwnComesFirst() {
        context.getComponent("roboflow", RoboflowComponent.class).getConfiguration().setApiKey("another");
        UploadConfiguration defaults = new UploadConfiguration();
        defaults.setApiKey(FakeRoboflow.KEY);
        context.getComponent("roboflow-upload", UploadComponent.class).setConfiguration(defaults);
        context.start();

        context.createProducerTemplate().sendBody("roboflow-upload:my-project?apiUrl=" + cloud.address(), PHOTO.toFile());

        assertThat(last().header("Authorization")).contains("Bearer " + FakeRoboflow.KEY);
    }

    @Test
    @DisabledIfEnvironmentVariable(named = "ROBOFLOW_API_KEY", matches = ".+", disabledReason = "then there is a key")
    void roboflowsPlatformWantsAKey() {
        context.start();
        assertThatThrownBy(() -> context.createProducerTemplate().sendBody("roboflow-upload:my-project", PHOTO.toFile()))
                .hasStackTraceContaining("https://api.roboflow.com wants an API key: set the option apiKey");
    }

    @Test
    void theWayThroughAProxyOfModelsHoldsForUploadsToo() {
        HttpClientConfigurer byProxy = builder -> builder.setProxy(new HttpHost("http", "127.0.0.1", cloud.port()));
        HttpClientConfigurer nowhere = builder -> builder.setProxy(new HttpHost("http", "127.0.0.1", 1));
        RoboflowConfiguration models = context.getComponent("roboflow", RoboflowComponent.class).getConfiguration();
        context.getRegistry().bind("byProxy", byProxy);
        cloud.always(Behaviour.json(200, "{\"success\":true,\"id\":\"x\"}"));

        models.setHttpClientConfigurer(byProxy);
        assertThat(request("apiUrl=http://platform.example", Map.of()).target())
                .startsWith("http://platform.example/dataset/my-project/upload");
        models.setHttpClientConfigurer(nowhere);
        assertThat(request("apiUrl=http://platform.example&httpClientConfigurer=#byProxy", Map.of()).target())
                .startsWith("http://platform.example/dataset/my-project/upload");
        assertThat(cloud.requests()).hasSize(2);
    }

    @Test
    void anHttpClientOfTheUsersOwnIsUsed() throws IOException {
        try (CloseableHttpClient own = HttpClients.custom().setUserAgent("mine").build()) {
            context.getRegistry().bind("own", own);
            assertThat(request("httpClient=#own", Map.of()).header("User-Agent")).contains("mine");

            context.getComponent("roboflow", RoboflowComponent.class).getConfiguration().setHttpClient(own);
            assertThat(request("split=test", Map.of()).header("User-Agent")).contains("mine");
        }
    }

    @Test
    void maxRetriesIsKept() {
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
    void requestTimeoutHoldsForImageAndAnnotation() {
        cloud.next(Behaviour.usual()).always(Behaviour.usual().delay(Duration.ofSeconds(20)));

        Exchange exchange = send("requestTimeout=4s", PHOTO.toFile(), Map.of(UploadConstants.ANNOTATION, "{}"));

        assertThat(exchange.getException()).isInstanceOf(RoboflowUnavailableException.class)
                .hasMessageContaining("requestTimeout=4000 ms")
                .hasMessageContaining("the annotation of image 'bolts-and-nuts.jpg'");
    }

    @Test
    void maxRequestsPerSecondSpacesRequests() {
        long begun = System.nanoTime();
        sendAll(10, "maxRequestsPerSecond=50");

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(170));
    }

    @Test
    void maxConcurrentRequestsLimitsTheRequestsInFlight() {
        cloud.holdUntil(3).delay(Duration.ofMillis(30));
        sendAll(12, "maxConcurrentRequests=3");

        assertThat(cloud.mostInFlight()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"0, true", "2, false", "auto, false"})
    void workersAreThreadsOfTheEndpoint(String workers, boolean isCallers) throws Exception {
        context.start();
        AsyncProducer producer = context.getEndpoint(uri("workers=" + workers)).createAsyncProducer();
        producer.start();
        Exchange exchange = producer.getEndpoint().createExchange();
        exchange.getMessage().setBody(PHOTO.toFile());
        CompletableFuture<Thread> answered = new CompletableFuture<>();
        producer.process(exchange, isSync -> answered.complete(Thread.currentThread()));

        assertThat(answered.join() == Thread.currentThread()).isEqualTo(isCallers);
        assertThat(exchange.getException()).isNull();
    }

    @Test
    void whenFullFailRefusesFurtherMessages() {
        context.start();
        cloud.next(Behaviour.usual().delay(Duration.ofSeconds(20)));
        String options = "maxConcurrentRequests=1&whenFull=fail";
        context.createProducerTemplate().asyncSendBody(uri(options), PHOTO.toFile());
        await().until(() -> cloud.inFlight() == 1);

        assertThat(send(options, PHOTO.toFile(), Map.of()).getException()).isInstanceOf(RoboflowUnavailableException.class)
                .hasMessageContaining("already works on 1 messages").hasMessageNotContaining(FakeRoboflow.KEY);
    }

    @Test
    void endpointsWithEqualConnectionsShareThem() {
        request("split=test", Map.of());
        request("split=valid", Map.of());

        assertThat(cloud.connections()).isEqualTo(1);
    }

    @Test
    void everyOptionOfAnEndpointHasATest() {
        Set<String> tests = new HashSet<>(Set.of("HostedTlsIT", "camelsOwnOption"));
        Stream.of(UploadMessagesTest.class, UploadOptionsIT.class).flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .map(Method::getName).forEach(tests::add);

        assertThat(SHOWN_BY.keySet()).isEqualTo(METADATA.endpoint().keySet());
        assertThat(tests).containsAll(SHOWN_BY.values());
    }

    @Test
    void theComponentHasTheEndpointsOptionsAndCamelsOwn() {
        Set<String> expected = new HashSet<>(METADATA.endpoint().keySet());
        expected.remove("project");
        expected.addAll(Set.of("configuration", "autowiredEnabled", "useGlobalSslContextParameters"));

        assertThat(METADATA.component().keySet()).isEqualTo(expected);
    }

    @Test
    void everyAdvertisedHeaderIsWrittenOrReadAndNoOther() {
        Exchange exchange = sent("", PHOTO.toFile(), Map.of(UploadConstants.ANNOTATION, "{}"));
        Set<String> known = new HashSet<>(exchange.getMessage().getHeaders().keySet());
        String refusal = send("", PHOTO.toFile(), Map.of("CamelRoboflowOptionWithoutMeaning", 1)).getException()
                .getMessage();
        known.addAll(List.of(refusal.substring(refusal.indexOf('[') + 1, refusal.indexOf(']')).split(", ")));
        known.add(UploadConstants.ANNOTATION);

        assertThat(METADATA.headers().keySet()).isEqualTo(known);
    }

    @Test
    void defaultsInTheMetadataAreTheCodes() {
        UploadConfiguration code = new UploadConfiguration();
        Map<String, String> defaults = new HashMap<>();
        METADATA.endpoint().forEach((name, json) -> defaults.put(name, json.path("defaultValue").asText(null)));

        assertThat(defaults).containsEntry("apiUrl", code.getApiUrl()).containsEntry("requestTimeout", "2m")
                .containsEntry("annotationFormat", code.getAnnotationFormat())
                .containsEntry("maxConcurrentRequests", String.valueOf(code.getMaxConcurrentRequests()))
                .containsEntry("imageInput", code.getImageInput().name().toLowerCase(Locale.ROOT));
        assertThat(code.getRequestTimeout()).isEqualTo(Duration.ofMinutes(2).toMillis());
    }
}
