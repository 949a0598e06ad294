package com.example.plain;

import static io.github.camelroboflow.condition.camel.DetectionPredicate.detects;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.condition.Condition;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceEngine;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.Task;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The ways on the page "Testing your routes": none needs a key, a model or a native library. */
class TestingRoutesTest {

    private static final String RECORDED = """
            {"image": {"width": 640, "height": 480},
             "predictions": [{"class": "person", "class_id": 0, "confidence": 0.9, "x": 100, "y": 80, "width": 40, "height": 90}]}
            """;

    private final CamelContext context = new DefaultCamelContext();

    private static RouteBuilder routes(String options) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:images").routeId("images")
                        .to("roboflow:my-project/3" + options)
                        .filter(detects("person without helmet")).to("mock:alarms");
            }
        };
    }

    private void assertOneAlarm() throws InterruptedException {
        MockEndpoint alarms = context.getEndpoint("mock:alarms", MockEndpoint.class);
        alarms.expectedMessageCount(1);
        context.createProducerTemplate().sendBody("direct:images", new byte[] {1});
        alarms.assertIsSatisfied();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void anEngineOfTheTestGivesRecordedResults() throws Exception {
        context.getRegistry().bind("recorded", new RecordedEngine(RECORDED));
        context.addRoutes(routes("?engine=#bean:recorded"));
        context.start();

        assertOneAlarm();
    }

    @Test
    void theStepIsReplacedByWeaving() throws Exception {
        context.addRoutes(routes(""));
        AdviceWith.adviceWith(context, "images", route -> route.mockEndpointsAndSkip("roboflow:*"));
        context.getEndpoint("mock:roboflow:my-project/3", MockEndpoint.class)
                .whenAnyExchangeReceived(exchange -> exchange.getMessage().setBody(InferenceJson.read(RECORDED)));
        context.start();

        assertOneAlarm();
    }

    @Test
    void aConditionIsTestedOnARecordedResult() {
        Inference result = InferenceJson.read(RECORDED);

        assertThat(Condition.parse("person without helmet").test(result)).isTrue();
        assertThat(Condition.parse("helmet").test(result)).isFalse();
    }

    /** Gives the same result for every image. */
    private record RecordedEngine(String json) implements InferenceEngine {

        @Override
        public OpenModel open(ModelId model) {
            return new OpenModel() {
                @Override
                public ModelDescription description() {
                    return new ModelDescription(model, Task.OBJECT_DETECTION, List.of("person", "helmet"), ImageSize.UNKNOWN, "",
                            Duration.ZERO);
                }

                @Override
                public void close() {
                    // holds nothing
                }
            };
        }

        @Override
        public CompletionStage<List<Inference>> infer(ModelId model, List<ImageSource> images, InferenceOptions options) {
            return CompletableFuture.completedFuture(images.stream().map(image -> InferenceJson.read(json)).toList());
        }

        @Override
        public void close() {
            // holds nothing
        }
    }
}
