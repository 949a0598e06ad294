package io.github.camelroboflow.component.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.component.RoboflowComponent;
import io.github.camelroboflow.component.fixture.GeneratedMetadata;
import io.github.camelroboflow.condition.camel.DetectionPredicate;
import io.github.camelroboflow.hosted.fake.Behaviour;
import io.github.camelroboflow.hosted.fake.FakeRequest;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import io.github.camelroboflow.hosted.http.ApiKey.KeyTransport;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.WorkflowOutputs;
import jakarta.activation.DataHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.attachment.AttachmentMessage;
import org.apache.camel.attachment.CamelFileDataSource;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages to {@code roboflow-workflow:}. Each option and header has its effect on the request to the server. */
class WorkflowMessagesTest {

    private static final Path PHOTO = Path.of("config/samples/bolts-and-nuts.jpg");
    private static final String OUTPUTS = "{\"people\":{\"image\":{\"width\":100,\"height\":50},\"predictions\":["
            + "{\"x\":10,\"y\":10,\"width\":5,\"height\":5,\"confidence\":0.9,\"class\":\"person\",\"class_id\":0,"
            + "\"detection_id\":\"a\"}]},\"total\":1,\"crop\":{\"type\":\"base64\",\"value\":\"AAAA\"}}";
    private static final String SPECIFICATION = "{\"version\":\"1.0\","
            + "\"inputs\":[{\"type\":\"InferenceImage\",\"name\":\"image\"}],\"steps\":[],\"outputs\":[]}";

    /** Options that this class tests, and options of all endpoints of services, which other classes test. */
    private static final Set<String> HERE = Set.of("workflow", "apiKey", "apiUrl", "specification", "imageName",
            "imageInput", "useCache", "workflowVersionId", "excludedFields", "maxConcurrentRequests", "requestTimeout",
            "maxRetries");
    private static final Set<String> OF_ALL = Set.of("apiKeyFile", "apiKeyTransport", "connectTimeout", "readTimeout", "retryDelay",
            "maxRetryDelay", "maxRequestsPerSecond", "sslContextParameters", "httpClientConfigurer", "httpClient", "whenFull",
            "workers", "lazyStartProducer");

    @TempDir
    Path folder;

    private final FakeRoboflow cloud = FakeRoboflow.start();
    private final DefaultCamelContext context = new DefaultCamelContext();

    @BeforeEach
    void start() {
        cloud.answer("acme/workflows/find", OUTPUTS).answer("workflows/run", OUTPUTS);
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
        cloud.close();
    }

    private String uri(String target, String options) {
        return "roboflow-workflow:" + target + "?apiKey=" + FakeRoboflow.KEY + "&retryDelay=10&maxRetryDelay=20&apiUrl="
                + cloud.address() + (options.isEmpty() ? "" : "&" + options);
    }

    private Exchange send(String uri, Object body, Map<String, Object> headers) {
        return context.createProducerTemplate().send(uri, exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().getHeaders().putAll(headers);
        });
    }

    private Exchange send(String options) {
        return send(uri("acme/find", options), PHOTO.toFile(), Map.of());
    }

    private JsonNode requestBody(String options) throws IOException {
        assertThat(send(options).getException()).isNull();
        return lastBody();
    }

    private JsonNode lastBody() throws IOException {
        List<FakeRequest> requests = cloud.requests();
        return new ObjectMapper().readTree(requests.get(requests.size() - 1).body());
    }

    @Test
    void everyOptionIsShownByATest() {
        Set<String> shown = new HashSet<>(HERE);
        shown.addAll(OF_ALL);

        assertThat(GeneratedMetadata.of("roboflow-workflow").endpoint().keySet()).isEqualTo(shown);
    }

    private Exchange sendAttached(String... files) {
        return context.createProducerTemplate().send(uri("acme/find", ""), exchange -> {
            exchange.getMessage().setBody("a mail");
            exchange.getMessage().setHeader("CamelRoboflowParameter.a", 1);
            for (String file : files) {
                exchange.getMessage(AttachmentMessage.class).addAttachment(file,
                        new DataHandler(new CamelFileDataSource(PHOTO.toFile(), file)));
            }
        });
    }

    @Test
    void attachedImagesGoToTheWorkflowIfTheBodyIsNone() throws IOException {
        Exchange one = sendAttached("a.jpg", "b.pdf");
        assertThat(one.getMessage().getBody()).isInstanceOf(WorkflowOutputs.class);
        assertThat(one.getMessage().getHeader(WorkflowConstants.IMAGE_NAMES)).isEqualTo(List.of("a.jpg"));
        assertThat(lastBody().at("/inputs/image/value").binaryValue()).isEqualTo(Files.readAllBytes(PHOTO));

        Exchange two = sendAttached("a.jpg", "b.pdf", "c.jpg");
        assertThat(two.getMessage().getBody(List.class)).hasSize(2);
        assertThat(two.getMessage().getHeader(WorkflowConstants.IMAGE_NAMES)).isEqualTo(List.of("a.jpg", "c.jpg"));
    }

    @Test
    void everyAdvertisedHeaderIsWrittenOrRead() {
        Exchange exchange = sendAttached("a.jpg");
        Set<String> known = new HashSet<>(exchange.getMessage().getHeaders().keySet());
        known.remove(Exchange.CONTENT_TYPE);
        known.add(WorkflowConstants.PARAMETERS);
        known.add(WorkflowConstants.PARAMETER);
        known.add(WorkflowConstants.INFERENCE_ID);

        assertThat(GeneratedMetadata.of("roboflow-workflow").headers().keySet()).isEqualTo(known);
    }

    @Test
    void aSavedWorkflowRunsOnTheImageAndItsOutputsAreTheBody() throws IOException {
        Exchange exchange = send("");

        assertThat(exchange.getException()).isNull();
        WorkflowOutputs outputs = exchange.getMessage().getBody(WorkflowOutputs.class);
        assertThat(outputs.inferences().get("people")).isInstanceOf(Detections.class);
        assertThat(outputs.values().get("total").asInt()).isEqualTo(1);
        assertThat(exchange.getMessage().getBody(JsonNode.class)).isEqualTo(new ObjectMapper().readTree(OUTPUTS));
        assertThat(exchange.getMessage().getHeader(WorkflowConstants.CLASSES)).isEqualTo(List.of("person"));
        assertThat(exchange.getMessage().getHeader(WorkflowConstants.MODEL_ID)).isEqualTo("acme/find");
        assertThat(DetectionPredicate.detects("person >= 0.8").matches(exchange)).isTrue();
        assertThat(DetectionPredicate.detects("none").matches(exchange)).isFalse();
        FakeRequest request = cloud.requests().get(0);
        assertThat(request.path()).isEqualTo("/acme/workflows/find");
        assertThat(request.header("Authorization")).contains("Bearer " + FakeRoboflow.KEY);
        assertThat(lastBody().at("/inputs/image/type").asText()).isEqualTo("base64");
        assertThat(lastBody().at("/inputs/image/value").binaryValue()).isEqualTo(Files.readAllBytes(PHOTO));
        assertThat(lastBody().at("/use_cache").asBoolean()).isTrue();
        assertThat(lastBody().has("api_key")).isFalse();
    }

    @Test
    void anInlineWorkflowIsSentAlong() throws IOException {
        Path file = Files.writeString(folder.resolve("workflow.json"), SPECIFICATION);
        context.getRegistry().bind("wrapped", "{\"specification\":" + SPECIFICATION + "}");

        assertThat(send(uri("inline", "specification=file:" + file), PHOTO.toFile(), Map.of()).getException()).isNull();
        JsonNode first = lastBody();
        assertThat(send(uri("inline", "specification=#wrapped"), PHOTO.toFile(), Map.of()).getException()).isNull();

        assertThat(cloud.requests()).extracting(FakeRequest::path).containsOnly("/workflows/run");
        assertThat(first.get("specification")).isEqualTo(new ObjectMapper().readTree(SPECIFICATION));
        assertThat(lastBody().get("specification")).isEqualTo(first.get("specification"));
    }

    @Test
    void aWrongWorkflowStopsTheStart() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.json"), "{");
        Path other = Files.writeString(folder.resolve("other.json"), "{\"a\":1}");

        assertStopsTheStart(uri("find", ""), "'find' is not a workflow");
        assertStopsTheStart(uri("acme/a/b", ""), "is not a workflow");
        assertStopsTheStart(uri("inline", ""), "needs the option specification");
        assertStopsTheStart(uri("acme/find", "specification=file:" + other), "specification is for roboflow-workflow:inline");
        assertStopsTheStart(uri("inline", "specification=file:" + broken), "is no JSON");
        assertStopsTheStart(uri("inline", "specification=file:" + other), "needs lists of inputs, steps and outputs");
        assertStopsTheStart(uri("inline", "specification=file:" + folder.resolve("none.json")), "can't be read");
        assertStopsTheStart("roboflow-workflow:acme/find?apiKey=k&apiUrl=v1", "apiUrl=v1 is not for workflows");
        assertStopsTheStart(uri("acme/find", "imageInput=file"), "imageInput=file is not for workflows");
        assertStopsTheStart(uri("acme/find", "maxConcurrentRequests=0"), "maxConcurrentRequests=0 is out of range");
    }

    private void assertStopsTheStart(String uri, String words) {
        assertThatThrownBy(() -> context.getEndpoint(uri)).hasStackTraceContaining(words);
    }

    @Test
    void optionsReachTheServer() throws IOException {
        assertThat(requestBody("imageName=photo").at("/inputs/photo/type").asText()).isEqualTo("base64");
        assertThat(requestBody("useCache=false").at("/use_cache").asBoolean(true)).isFalse();
        assertThat(requestBody("workflowVersionId=v7").at("/workflow_version_id").asText()).isEqualTo("v7");
        assertThat(requestBody("excludedFields=crop, total").at("/excluded_fields")).extracting(JsonNode::asText)
                .containsExactly("crop", "total");
        assertThat(requestBody("").has("excluded_fields")).isFalse();
    }

    @Test
    void withImageInputUrlTheServerFetchesTheImage() throws IOException {
        assertThat(send(uri("acme/find", "imageInput=url"), "https://images.example/a.jpg", Map.of()).getException()).isNull();

        assertThat(lastBody().at("/inputs/image")).isEqualTo(new ObjectMapper().readTree(
                "{\"type\":\"url\",\"value\":\"https://images.example/a.jpg\"}"));
    }

    @Test
    void parametersComeFromHeadersKeepTheirTypesAndAreRemoved() throws IOException {
        Exchange exchange = send(uri("acme/find", ""), PHOTO.toFile(), Map.of("CamelRoboflowParameters",
                Map.of("threshold", 0.5, "tags", List.of("a", "b"), "name", "other"), "CamelRoboflowParameter.name", "gate 3",
                "CamelRoboflowParameter.strict", true));

        JsonNode inputs = lastBody().get("inputs");
        assertThat(inputs.get("threshold").isDouble()).isTrue();
        assertThat(inputs.get("tags").size()).isEqualTo(2);
        assertThat(inputs.get("name").asText()).isEqualTo("gate 3");
        assertThat(inputs.get("strict").isBoolean()).isTrue();
        assertThat(exchange.getMessage().getHeaders().keySet()).noneMatch(name -> name.startsWith("CamelRoboflowParameter"));
    }

    @Test
    void aParameterThatIsNoJsonIsTheRoutesMistakeAndNamesItsHeader() {
        Object self = new Object() {
            @SuppressWarnings("unused")
            public Object getSelf() {
                return this;
            }
        };

        assertThat(send(uri("acme/find", ""), PHOTO.toFile(), Map.of("CamelRoboflowParameter.x", self)).getException())
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("the header CamelRoboflowParameter.x holds a");
        assertThat(cloud.requests()).isEmpty();
    }

    @Test
    void aListIsOneRequestAndGivesAListInOrder() throws IOException {
        Exchange exchange = send(uri("acme/find", ""), List.of(PHOTO.toFile(), new byte[] {1, 2}), Map.of());

        assertThat(exchange.getMessage().getBody(List.class)).hasSize(2).allSatisfy(each -> assertThat(each)
                .isInstanceOf(WorkflowOutputs.class));
        assertThat(cloud.requests()).hasSize(1);
        assertThat(lastBody().at("/inputs/image/1/value").binaryValue()).isEqualTo(new byte[] {1, 2});
        assertThat(exchange.getMessage().getHeaders()).doesNotContainKey(WorkflowConstants.CLASSES);
    }

    @Test
    void aMistakeInTheWorkflowIsReportedWithItsBlockAndIsNoImagesFault() {
        cloud.next(Behaviour.json(400, "{\"message\":\"Workflow is wrong\",\"error_type\":\"x\",\"blocks_errors\":["
                + "{\"block_id\":\"model\",\"block_type\":\"roboflow_core/model@v2\",\"property_details\":\"no such model\"}]}"));

        assertThat(send("").getException()).isExactlyInstanceOf(RoboflowRejectedException.class).hasMessageContaining(
                "refuses the workflow acme/find (HTTP 400: Workflow is wrong; block 'model'"
                        + " (roboflow_core/model@v2) no such model)");
    }

    @Test
    void otherFailuresAreReportedAsForModels() {
        cloud.next(Behaviour.json(400, "{\"message\":\"Could not load input image. Cause: x\"}"));
        assertThat(send("").getException()).isInstanceOf(InvalidImageException.class);
        cloud.next(Behaviour.json(200, "{\"outputs\":[]}"));
        assertThat(send("").getException()).isInstanceOf(RoboflowUnavailableException.class)
                .hasMessageContaining("outputs for 0 of 1 images");
        cloud.next(Behaviour.json(200, "{\"outputs\":\"" + FakeRoboflow.KEY + "\""));
        assertThat(send("").getException()).isInstanceOf(RoboflowUnavailableException.class)
                .hasMessageContaining("no outputs of a workflow").hasMessageNotContaining(FakeRoboflow.KEY);
        cloud.next(Behaviour.status(500).times(2));
        assertThat(send("").getException()).isNull();
        cloud.next(Behaviour.status(500).times(2));
        assertThat(send("maxRetries=1").getException()).isInstanceOf(RoboflowUnavailableException.class);
        assertThat(send(uri("acme/none", ""), PHOTO.toFile(), Map.of()).getException())
                .isInstanceOf(RoboflowRejectedException.class)
                .hasMessageContaining("refuses the workflow acme/none (HTTP 404");
    }

    @Test
    void afterARefusedKeyNoRequestIsSent() {
        cloud.next(Behaviour.status(401));

        assertThat(send("").getException()).isInstanceOf(RoboflowRejectedException.class).hasMessageContaining("check apiKey");
        assertThat(send("").getException()).isInstanceOf(RoboflowRejectedException.class);

        assertThat(cloud.requests()).hasSize(1);
    }

    @Test
    void requestTimeoutHoldsForEverything() {
        cloud.always(Behaviour.usual().delay(Duration.ofSeconds(20)));

        assertThat(send("requestTimeout=200").getException()).isInstanceOf(RoboflowUnavailableException.class)
                .hasMessageContaining("requestTimeout=200 ms");
    }

    @Test
    void maxConcurrentRequestsLimitsTheRequestsInFlight() {
        cloud.holdUntil(3).delay(Duration.ofMillis(30));
        IntStream.range(0, 12).mapToObj(i -> context.createProducerTemplate()
                .asyncSendBody(uri("acme/find", "maxConcurrentRequests=3"), PHOTO.toFile())).toList()
                .forEach(CompletableFuture::join);

        assertThat(cloud.mostInFlight()).isEqualTo(3);
    }

    @Test
    void theModelsComponentLendsItsKeyAndItsServer() {
        RoboflowComponent models = context.getComponent("roboflow", RoboflowComponent.class);
        models.getConfiguration().setApiKey(FakeRoboflow.KEY);
        models.getConfiguration().setApiUrl(cloud.address());
        models.getConfiguration().setApiKeyTransport(KeyTransport.QUERY);

        assertThat(send("roboflow-workflow:acme/find", PHOTO.toFile(), Map.of()).getException()).isNull();
        assertThat(cloud.requests()).singleElement()
                .satisfies(request -> assertThat(request.query()).containsEntry("api_key", FakeRoboflow.KEY));
    }

    @Test
    void theKeyIsNotInTheEndpointsUri() {
        assertThat(context.getEndpoint(uri("acme/find", "")).getEndpointUri()).doesNotContain(FakeRoboflow.KEY);
    }
}
