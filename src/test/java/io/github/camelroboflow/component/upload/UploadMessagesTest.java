package io.github.camelroboflow.component.upload;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.component.Metadata;
import io.github.camelroboflow.component.RoboflowComponent;
import io.github.camelroboflow.component.RoboflowConfiguration;
import io.github.camelroboflow.hosted.Behaviour;
import io.github.camelroboflow.hosted.FakeRequest;
import io.github.camelroboflow.hosted.FakeRoboflow;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
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
import java.util.stream.IntStream;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.HttpHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages to {@code roboflow-upload}: each option and header has its effect on what a server gets. */
class UploadMessagesTest {

    private static final Metadata METADATA = Metadata.of("roboflow-upload");
    private static final Path PHOTO = Path.of("config/samples/bolts-and-nuts.jpg");
    private static final String GEAR = "{\"image\":{\"width\":9,\"height\":8},\"predictions\":[{\"x\":1,\"y\":2,\"width\":3,\"height\":4,"
            + "\"class\":\"gear\",\"confidence\":0.5}]}";

    /** The test that shows an option's effect: a method of this class, or the name of another. */
    private static final Map<String, String> SHOWN_BY = Map.ofEntries(
            entry("project", "anImageGoesToTheDatasetAndStaysTheBody"), entry("apiUrl", "anImageGoesToTheDatasetAndStaysTheBody"),
            entry("apiKey", "anImageGoesToTheDatasetAndStaysTheBody"), entry("split", "anOptionIsPartOfTheRequest"),
            entry("batch", "anOptionIsPartOfTheRequest"), entry("tag", "tagsAreSeparatedByCommas"),
            entry("apiKeyTransport", "anOptionIsPartOfTheRequest"), entry("imageInput", "anImageIsSentAsImageInputSays"),
            entry("annotateWithResult", "whatAModelFoundGoesWithTheImageAsPredictions"),
            entry("annotationFormat", "anAnnotationFollowsTheImage"), entry("prediction", "anAnnotationFollowsTheImage"),
            entry("maxConcurrentRequests", "maxConcurrentRequestsBoundsWhatIsInFlight"),
            entry("whenFull", "whenFullFailRefusesWhatIsTooMuch"), entry("requestTimeout", "requestTimeoutHoldsForImageAndAnnotation"),
            entry("maxRetries", "maxRetriesIsKept"), entry("retryDelay", "aWrongOptionStopsTheStart"),
            entry("maxRetryDelay", "aWrongOptionStopsTheStart"), entry("connectTimeout", "aWrongOptionStopsTheStart"),
            entry("readTimeout", "readTimeoutEndsATry"), entry("maxRequestsPerSecond", "maxRequestsPerSecondSpacesRequests"),
            entry("sslContextParameters", "HostedTlsTest"),
            entry("httpClientConfigurer", "theWayThroughAProxyOfModelsHoldsForUploadsToo"),
            entry("httpClient", "anHttpClientOfTheUsersOwnIsUsed"), entry("lazyStartProducer", "camelsOwnOption"));

    private final FakeRoboflow cloud = FakeRoboflow.start();
    private final DefaultCamelContext context = new DefaultCamelContext();

    @AfterEach
    void stop() {
        // first, so that nothing is waited for
        cloud.close();
        context.stop();
    }

    private String uri(String options) {
        return "roboflow-upload:my-project?retryDelay=10&maxRetryDelay=20"
                + (options.contains("apiKey=") ? "" : "&apiKey=" + FakeRoboflow.KEY)
                + (options.contains("apiUrl=") ? "" : "&apiUrl=" + cloud.address()) + (options.isEmpty() ? "" : "&" + options);
    }

    private Exchange send(String options, Object body, Map<String, Object> headers) {
        context.start();
        return context.createProducerTemplate().send(uri(options), exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().getHeaders().putAll(headers);
        });
    }

    private Exchange sent(String options, Object body, Map<String, Object> headers) {
        Exchange exchange = send(options, body, headers);
        assertThat(exchange.getException()).isNull();
        return exchange;
    }

    private FakeRequest request(String options, Map<String, Object> headers) {
        sent(options, PHOTO.toFile(), headers);
        return last();
    }

    private FakeRequest last() {
        return cloud.requests().get(cloud.requests().size() - 1);
    }

    private Exchange sendWithResult(String options, String result, Map<String, Object> headers) {
        context.start();
        return context.createProducerTemplate().send(uri(options), exchange -> {
            exchange.getMessage().setBody(PHOTO.toFile());
            exchange.getMessage().getHeaders().putAll(headers);
            exchange.setProperty("CamelRoboflowInference", InferenceJson.read(result));
        });
    }

    @Test
    void anImageGoesToTheDatasetAndStaysTheBody() throws IOException {
        Exchange exchange = sent("", PHOTO.toFile(), Map.of("mine", 1));

        assertThat(cloud.requests()).hasSize(1);
        assertThat(last().path()).isEqualTo("/dataset/my-project/upload");
        assertThat(last().query()).containsOnlyKeys("name").containsEntry("name", "bolts-and-nuts.jpg");
        assertThat(last().image()).isEqualTo(Files.readAllBytes(PHOTO));
        assertThat(last().header("Authorization")).contains("Bearer " + FakeRoboflow.KEY);
        assertThat(exchange.getMessage().getBody()).isEqualTo(PHOTO.toFile());
        assertThat(exchange.getMessage().getHeaders()).containsOnly(entry("mine", 1), entry(UploadConstants.UPLOAD_ID, "image-1"),
                entry(UploadConstants.UPLOAD_DUPLICATE, false));
    }

    @Test
    void aStreamStaysReadable() throws IOException {
        Exchange exchange = sent("", new ByteArrayInputStream(Files.readAllBytes(PHOTO)), Map.of());

        assertThat(last().image()).isEqualTo(Files.readAllBytes(PHOTO));
        assertThat(exchange.getMessage().getBody(InputStream.class).readAllBytes()).isEqualTo(last().image());
    }

    @Test
    void theSameImageAgainIsADuplicate() {
        sent("", PHOTO.toFile(), Map.of());
        Exchange again = sent("", PHOTO.toFile(), Map.of());

        assertThat(again.getMessage().getHeaders()).containsEntry(UploadConstants.UPLOAD_ID, "image-1")
                .containsEntry(UploadConstants.UPLOAD_DUPLICATE, true);
    }

    @ParameterizedTest
    @CsvSource({"split=test,split,test", "batch=RAW(a&b=c),batch,a&b=c", "apiKeyTransport=query,api_key," + FakeRoboflow.KEY})
    void anOptionIsPartOfTheRequest(String option, String parameter, String value) {
        assertThat(request(option, Map.of()).query()).containsEntry(parameter, value);
    }

    @Test
    void tagsAreSeparatedByCommas() {
        assertThat(request("tag=night,line 2", Map.of()).target()).contains("&tag=night&tag=line%202");
        assertThat(request("tag=night", Map.of(UploadConstants.OPTION_TAG, "a,, b")).target()).contains("&tag=a&tag=b")
                .doesNotContain("night");
        assertThat(request("tag=night", Map.of(UploadConstants.OPTION_TAG, List.of("a,b", 3, ""))).target())
                .endsWith("&tag=a%2Cb&tag=3");
        assertThat(request("tag=night", Map.of(UploadConstants.OPTION_TAG, "")).query()).doesNotContainKey("tag");
    }

    @Test
    void aHeaderOverridesAnOptionForOneMessageAndIsGoneAfterwards() {
        Exchange exchange = sent("split=train&batch=day", PHOTO.toFile(), Map.of(UploadConstants.OPTION_SPLIT, "valid",
                "camelroboflowoptionbatch", "night", UploadConstants.OPTION_NAME, "other.jpg"));

        assertThat(last().query()).containsEntry("split", "valid").containsEntry("batch", "night").containsEntry("name", "other.jpg");
        assertThat(exchange.getMessage().getHeaders()).containsOnlyKeys(UploadConstants.UPLOAD_ID, UploadConstants.UPLOAD_DUPLICATE);
        assertThat(request("split=train&batch=day", Map.of()).query()).containsEntry("split", "train").containsEntry("batch", "day");
    }

    @Test
    void anImageWithoutANameIsCalledByItsExchangesId() throws IOException {
        Exchange nameless = sent("", Files.readAllBytes(PHOTO), Map.of());
        assertThat(last().query()).containsEntry("name", nameless.getExchangeId());

        sent("", Files.readAllBytes(PHOTO), Map.of(Exchange.FILE_NAME, "in/a.jpg"));
        assertThat(last().query()).containsEntry("name", "in/a.jpg");

        sent("", Files.readAllBytes(PHOTO), Map.of(Exchange.FILE_NAME, "in/a.jpg", UploadConstants.OPTION_NAME, "b.jpg"));
        assertThat(last().query()).containsEntry("name", "b.jpg");
    }

    @Test
    void anImageIsSentAsImageInputSays() throws IOException {
        assertThat(request("", Map.of()).header("Content-Type").orElseThrow()).startsWith("multipart/form-data");
        assertThat(request("imageInput=base64", Map.of()).header("Content-Type")).contains("application/x-www-form-urlencoded");
        assertThat(last().image()).isEqualTo(Files.readAllBytes(PHOTO));

        String presigned = "https://bucket.s3.amazonaws.com/in/a.jpg?X-Amz-Signature=secret";
        Exchange exchange = sent("imageInput=url", presigned, Map.of());
        assertThat(last().query()).containsEntry("image", presigned).containsEntry("name", "a.jpg");
        assertThat(exchange.getMessage().getBody()).isEqualTo(presigned);
    }

    @ParameterizedTest
    @CsvSource({"'',{},bolts-and-nuts.json,", "annotationFormat=xml,<a/>,bolts-and-nuts.xml,",
        "annotationFormat=txt&prediction=true,gear,bolts-and-nuts.txt,true"})
    void anAnnotationFollowsTheImage(String options, String labels, String name, String prediction) {
        Exchange exchange = sent(options, PHOTO.toFile(), Map.of(UploadConstants.ANNOTATION, labels));

        assertThat(cloud.requests()).hasSize(2);
        assertThat(last().path()).isEqualTo("/dataset/my-project/annotate/image-1");
        assertThat(last().text()).isEqualTo(labels);
        assertThat(last().query().get("name")).isEqualTo(name);
        assertThat(last().query().get("prediction")).isEqualTo(prediction);
        assertThat(exchange.getMessage().getHeaders()).containsEntry(UploadConstants.UPLOAD_ANNOTATED, true)
                .doesNotContainKey(UploadConstants.ANNOTATION);
        assertThat(exchange.getMessage().getBody()).isEqualTo(PHOTO.toFile());
    }

    @Test
    void headersOverrideWhatTheAnnotationIs() {
        request("", Map.of(UploadConstants.ANNOTATION, "a,b".getBytes(), UploadConstants.OPTION_ANNOTATION_FORMAT, "csv",
                UploadConstants.OPTION_PREDICTION, "true", UploadConstants.OPTION_NAME, "x/other.png"));

        assertThat(last().query()).containsEntry("name", "other.csv").containsEntry("prediction", "true");
    }

    @Test
    void labelsThatAreThereAlreadyStayAndThatIsNoFailure() {
        sent("", PHOTO.toFile(), Map.of(UploadConstants.ANNOTATION, "{}"));
        Exchange again = sent("", PHOTO.toFile(), Map.of(UploadConstants.ANNOTATION, "{}"));

        assertThat(again.getMessage().getHeaders()).containsEntry(UploadConstants.UPLOAD_ANNOTATED, false)
                .containsEntry(UploadConstants.UPLOAD_DUPLICATE, true);
    }

    @Test
    void whatAModelFoundGoesWithTheImageAsPredictions() {
        Exchange exchange = sendWithResult("annotateWithResult=true", GEAR, Map.of());

        assertThat(last().text()).isEqualTo(GEAR);
        assertThat(last().query()).containsEntry("name", "bolts-and-nuts.json").containsEntry("prediction", "true");
        assertThat(exchange.getMessage().getHeaders()).containsEntry(UploadConstants.UPLOAD_ANNOTATED, true);
        assertThat(exchange.getProperty("CamelRoboflowInference")).isNotNull();
    }

    @Test
    void aResultIsSentOnlyWhereThatIsWanted() {
        sendWithResult("", GEAR, Map.of());
        sendWithResult("annotateWithResult=true", GEAR, Map.of(UploadConstants.OPTION_ANNOTATE_WITH_RESULT, false));
        assertThat(cloud.requests()).hasSize(2);

        sendWithResult("", GEAR, Map.of(UploadConstants.OPTION_ANNOTATE_WITH_RESULT, true));
        assertThat(cloud.requests()).hasSize(4);
    }

    @Test
    void anAnnotationInTheHeaderComesBeforeTheResult() {
        sendWithResult("annotateWithResult=true", GEAR, Map.of(UploadConstants.ANNOTATION, "{\"mine\":1}"));

        assertThat(last().text()).isEqualTo("{\"mine\":1}");
        assertThat(last().query()).doesNotContainKey("prediction");
    }

    @Test
    void whereNothingWasFoundTheImageGoesAlone() {
        Exchange exchange = sendWithResult("annotateWithResult=true", "{\"image\":{\"width\":9,\"height\":8},\"predictions\":[]}", Map.of());

        assertThat(cloud.requests()).hasSize(1);
        assertThat(exchange.getMessage().getHeaders()).containsKey(UploadConstants.UPLOAD_ID)
                .doesNotContainKey(UploadConstants.UPLOAD_ANNOTATED);
    }

    @Test
    void withoutAResultNothingIsSentThatShouldHaveOne() {
        Exchange exchange = send("annotateWithResult=true", PHOTO.toFile(), Map.of());

        assertThat(exchange.getException()).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there is no result of a model: the exchange property CamelRoboflowInference is not set");
        assertThat(cloud.requests()).isEmpty();
    }

    @Test
    void anImageWhoseLabelsAreRefusedIsThereAllTheSame() {
        cloud.next(Behaviour.usual()).next(Behaviour.json(200, "{\"error\":\"Unrecognized annotation format.\"}"));

        Exchange exchange = send("", PHOTO.toFile(), Map.of(UploadConstants.ANNOTATION, "{}"));

        assertThat(exchange.getException()).isInstanceOf(RoboflowException.class)
                .hasMessageContaining("the annotation of image 'bolts-and-nuts.jpg'").hasMessageContaining("Unrecognized annotation format.");
        assertThat(exchange.getMessage().getHeaders()).containsEntry(UploadConstants.UPLOAD_ID, "image-1")
                .doesNotContainKey(UploadConstants.UPLOAD_ANNOTATED);
    }

    @Test
    void aFailureLeavesNoAnswerOfAnEarlierCall() {
        cloud.next(Behaviour.status(401));

        Exchange exchange = send("", PHOTO.toFile(), Map.of(UploadConstants.UPLOAD_ID, "image-0", UploadConstants.UPLOAD_DUPLICATE, true,
                UploadConstants.UPLOAD_ANNOTATED, true));

        assertThat(exchange.getException()).isInstanceOf(RoboflowRejectedException.class);
        assertThat(exchange.getMessage().getHeaders()).isEmpty();
        assertThat(exchange.getMessage().getBody()).isEqualTo(PHOTO.toFile());
    }

    @Test
    void aRedeliveryHasTheSameOptionsAndLabels() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                onException(RoboflowUnavailableException.class).maximumRedeliveries(1).redeliveryDelay(0);
                from("direct:in").to(uri("maxRetries=0"));
            }
        });
        context.start();
        cloud.next(Behaviour.status(503));

        context.createProducerTemplate().send("direct:in", exchange -> {
            exchange.getMessage().setBody(PHOTO.toFile());
            exchange.getMessage().setHeader(UploadConstants.OPTION_SPLIT, "test");
            exchange.getMessage().setHeader(UploadConstants.ANNOTATION, "{}");
        });

        assertThat(cloud.requests()).hasSize(3);
        assertThat(cloud.requests().get(1).query()).containsEntry("split", "test");
        assertThat(last().text()).isEqualTo("{}");
    }

    @Test
    void aListIsRefused() {
        Exchange exchange = send("", List.of(PHOTO.toFile()), Map.of());

        assertThat(exchange.getException()).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the body is a list").hasMessageContaining("takes one image: split the list before it")
                .hasMessageNotContaining(FakeRoboflow.KEY);
        assertThat(cloud.requests()).isEmpty();
    }

    @Test
    void aResultInTheBodyIsRefused() {
        assertThat(send("", InferenceJson.read(GEAR), Map.of()).getException()).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("keep it as the body with variableReceive");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            CamelRoboflowOptionSplit            | all   | split=all is no split: known are train, valid and test
            CamelRoboflowOptionConfidence       | 0.5   | the header CamelRoboflowOptionConfidence sets no option: known are [
            CamelRoboflowOptionPrediction       | maybe | the header CamelRoboflowOptionPrediction holds a String that is no Boolean
            CamelRoboflowAnnotation             | ''    | the annotation is empty: leave it out
            """)
    void aWrongHeaderFailsItsMessageAndNothingIsSent(String header, String value, String told) {
        assertThat(send("", PHOTO.toFile(), Map.of(header, value)).getException()).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(told);
        assertThat(cloud.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            split=all                            | split=all is no split
            annotationFormat=yolo                | annotationFormat=yolo is no format: known are [json, xml, txt, csv]
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
    void aWrongOptionStopsTheStart(String option, String told) {
        String uri = "roboflow-upload:my-project?apiKey=" + FakeRoboflow.KEY + "&" + option.replace("?", "%3F");

        assertThatThrownBy(() -> context.getEndpoint(uri)).hasStackTraceContaining(told);
    }

    @ParameterizedTest
    @ValueSource(strings = {"my-workspace/my-project", "my-project/3"})
    void aProjectIsNamedAlone(String project) {
        assertThatThrownBy(() -> context.getEndpoint("roboflow-upload:" + project + "?apiKey=k"))
                .hasStackTraceContaining("'" + project + "' is not a project: write its id alone, such as my-project");
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
        assertThatThrownBy(() -> context.getEndpoint("roboflow-upload:my-project"))
                .hasStackTraceContaining("https://api.roboflow.com wants an API key: set apiKey");
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

        Exchange exchange = send("requestTimeout=2s", PHOTO.toFile(), Map.of(UploadConstants.ANNOTATION, "{}"));

        assertThat(exchange.getException()).isInstanceOf(RoboflowUnavailableException.class)
                .hasMessageContaining("requestTimeout=2000 ms").hasMessageContaining("the annotation of image 'bolts-and-nuts.jpg'");
    }

    @Test
    void maxRequestsPerSecondSpacesRequests() {
        long begun = System.nanoTime();
        sendAll(10, "maxRequestsPerSecond=50");

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(170));
    }

    @Test
    void maxConcurrentRequestsBoundsWhatIsInFlight() {
        cloud.delay(Duration.ofMillis(30));
        sendAll(12, "maxConcurrentRequests=3");

        assertThat(cloud.mostInFlight()).isEqualTo(3);
    }

    private void sendAll(int messages, String options) {
        context.start();
        IntStream.range(0, messages).mapToObj(i -> context.createProducerTemplate().asyncSendBody(uri(options), PHOTO.toFile()))
                .toList().forEach(CompletableFuture::join);
    }

    @Test
    void whenFullFailRefusesWhatIsTooMuch() {
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
        Set<String> tests = new HashSet<>(Set.of("HostedTlsTest", "camelsOwnOption"));
        Arrays.stream(getClass().getDeclaredMethods()).map(Method::getName).forEach(tests::add);

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
        Set<String> known = new HashSet<>(sent("", PHOTO.toFile(), Map.of(UploadConstants.ANNOTATION, "{}")).getMessage().getHeaders()
                .keySet());
        String refusal = send("", PHOTO.toFile(), Map.of("CamelRoboflowOptionNone", 1)).getException().getMessage();
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
