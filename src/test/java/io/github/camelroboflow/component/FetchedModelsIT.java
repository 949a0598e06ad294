package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.camelroboflow.hosted.fake.Behaviour;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import io.github.camelroboflow.hosted.fake.FakeWeights;
import io.github.camelroboflow.inference.ModelPackageException;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code runtime=embedded} with a key: a missing model is fetched when its route starts, and is kept. */
class FetchedModelsIT {

    private static final String COUNTS = RoboflowConstants.COUNTS;
    private static final Path PHOTO = Path.of("src/test/resources/golden/images/t03_plain.jpg");
    private static final String KEY = "apiKey=" + FakeRoboflow.KEY;

    private final FakeWeights cloud = FakeWeights.start();

    @TempDir
    Path models;

    @AfterEach
    void close() {
        cloud.close();
    }

    private String uri(String options) {
        return "roboflow:" + FakeWeights.MODEL + "?runtime=embedded&retryDelay=10&maxRetryDelay=20&modelsDirectory=" + models
                + "&weightsUrl=" + cloud.platform.address() + "&" + options;
    }

    /** Sends a photo through a route with these options and returns the exchange. */
    private Exchange run(String options) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:in").to(uri(options));
                }
            });
            context.start();
            return context.createProducerTemplate().send("direct:in", exchange -> exchange.getMessage().setBody(PHOTO.toFile()));
        }
    }

    private Throwable failure(String options) {
        Throwable failure = catchThrowable(() -> run(options));
        assertThat(failure).isNotNull();
        Throwable cause = failure;
        while (cause.getCause() != null && !cause.getClass().getName().startsWith("io.github.camelroboflow")) {
            cause = cause.getCause();
        }
        return cause;
    }

    @ParameterizedTest
    @CsvSource({"parts-seg,yolov8,instance-segmentation", "bolts-pose,yolov8,keypoint-detection", "rfdetr,rfdetr,object-detection",
        "det-v5,yolov5,object-detection", "cls-multi,vit,multi-label-classification", "cls-v8,yolov8,classification",
        "sem-stretch,deep-lab-v3-plus,semantic-segmentation"})
    void aModelOfTheRegistryRunsAndTheNextStartNeedsNoNetwork(String golden, String architecture, String task) throws Exception {
        cloud.newer(golden, architecture, task);
        Exchange first = run(KEY);
        assertThat(first.getException()).isNull();
        assertThat(first.getMessage().getHeader(RoboflowConstants.TASK)).isEqualTo(task);

        cloud.close();
        int requests = cloud.platform.requests().size();
        Exchange second = run(KEY);
        assertThat(second.getException()).isNull();
        assertThat(second.getMessage().getHeader(COUNTS)).isEqualTo(first.getMessage().getHeader(COUNTS));
        assertThat(run("confidence=0.4").getException()).as("not even the key").isNull();
        assertThat(cloud.platform.requests()).hasSize(requests);
    }

    @ParameterizedTest
    @CsvSource({"parts-seg,yolov8n-seg,instance-segmentation", "pose-letterbox,yolov8n-pose,keypoint-detection",
        "det-v5,yolov5v6s,object-detection", "cls-single,vit,classification", "cls-v8,yolov8n,classification",
        "sem-stretch,deep-lab-v3-plus,semantic-segmentation"})
    void aModelOfTheOlderApiRuns(String golden, String type, String task) throws Exception {
        cloud.older(golden, type, task);
        Exchange exchange = run(KEY);

        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getHeader(RoboflowConstants.TASK)).isEqualTo(task);
    }

    @Test
    void withoutAKeyTheErrorProposesOne() {
        assertThat(failure("confidence=0.4")).isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("there is no folder 'my-project/3'")
                .hasMessageEndingWith("set the option apiKey of the endpoint or the component, or the environment variable"
                        + " ROBOFLOW_API_KEY");
        assertThat(cloud.platform.requests()).isEmpty();
    }

    @Test
    void aRefusedKeyStopsTheStartAndTheNextOneTriesAgain() throws Exception {
        cloud.newer("det-letterbox", "yolov8", "object-detection");
        assertThat(failure("apiKey=wr0ng")).isInstanceOf(RoboflowRejectedException.class).hasMessageContaining("HTTP 401")
                .hasMessageNotContaining("wr0ng");

        assertThat(run(KEY).getException()).isNull();
    }

    @Test
    void anOutageStopsTheStartUnlessTheProducerIsLazy() throws Exception {
        cloud.newer("det-letterbox", "yolov8", "object-detection");
        cloud.platform.always(Behaviour.status(503));
        assertThat(failure(KEY)).isInstanceOf(RoboflowUnavailableException.class);

        assertThat(run(KEY + "&lazyStartProducer=true").getException()).isInstanceOf(RoboflowUnavailableException.class);
    }

    @Test
    void aFetchedModelThatTheEngineRefusesStaysAndTheErrorSaysHowToFetchItAgain() throws Exception {
        cloud.newer("det-letterbox", "yolov8", "object-detection");
        run(KEY);
        Path folder = models.resolve(FakeWeights.MODEL);
        Files.writeString(folder.resolve("class_names.txt"), "");

        assertThat(failure(KEY)).isInstanceOf(ModelPackageException.class).hasMessageContaining("class_names.txt is empty")
                .hasMessageEndingWith("it was fetched from Roboflow: delete that folder to fetch it again");
        assertThat(folder.resolve("weights.onnx")).exists();
    }

    @Test
    void aModelThatWasNotFetchedIsNotToBeDeleted() throws Exception {
        Files.createDirectories(models.resolve(FakeWeights.MODEL));
        Files.writeString(models.resolve(FakeWeights.MODEL).resolve("weights.onnx"), "mine");

        assertThat(failure(KEY)).isInstanceOf(ModelPackageException.class).hasMessageNotContaining("delete");
        assertThat(cloud.platform.requests()).isEmpty();
    }

    @Test
    void routesOfOneModelFetchItOnce() throws Exception {
        cloud.newer("det-letterbox", "yolov8", "object-detection");
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:one").to(uri(KEY)).to(uri(KEY + "&confidence=0.2"));
                    from("direct:two").to(uri(KEY + "&overlap=0.5"));
                }
            });
            context.start();
        }

        assertThat(cloud.platform.requests()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"weightsUrl=ftp://x,weightsUrl is no plain address",
        "weightsUrl=https://x/?api_key=k,weightsUrl is no plain address", "weightsTimeout=0,weightsTimeout=0 is out of range"})
    void aWrongOptionIsNamed(String option, String sentence) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            assertThatThrownBy(() -> context.getEndpoint("roboflow:my-project/3?runtime=embedded&" + option)).rootCause()
                    .hasMessageStartingWith(sentence);
        }
    }
}
