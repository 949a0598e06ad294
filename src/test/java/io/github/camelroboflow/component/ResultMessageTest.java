package io.github.camelroboflow.component;

import static io.github.camelroboflow.condition.Results.detections;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.github.camelroboflow.component.fixture.FakeEngineContext;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.support.ContractNames;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ResultMessageTest {

    private static final byte[] IMAGE = {1, 2, 3};
    private static final Inference FOUND = new Detections(InferenceInfo.of("id-1", 0.25, new ImageSize(100, 50)),
            detections("bolt/0.7; gear/0.9; bolt/0.8").predictions());
    private static final Inference NOTHING = new Detections(InferenceInfo.of("id-2", 0.5, new ImageSize(100, 50)), List.of());

    private final FakeEngineContext camel = new FakeEngineContext(new RouteBuilder() {
        @Override
        public void configure() {
            from("direct:keep").toV(FakeEngineContext.ENDPOINT, null, "result");
            from("direct:twice").toV(FakeEngineContext.ENDPOINT, null, "first").to("roboflow:other/2?engine=#fake&confidence=0.6");
        }
    });

    @AfterEach
    void stop() {
        camel.close();
    }

    private static Map<String, Object> ours(Message message) {
        Map<String, Object> ours = new HashMap<>(message.getHeaders());
        ours.keySet().removeIf(name -> !name.startsWith("CamelRoboflow"));
        return ours;
    }

    @Test
    void theBodyIsTheResultAndTheHeadersSummarizeIt() {
        camel.engine.answers(FOUND);
        Message message = camel.send(IMAGE).getMessage();

        assertThat(message.getBody()).isSameAs(FOUND);
        assertThat(message.getHeader(Exchange.CONTENT_TYPE)).isEqualTo("application/json");
        assertThat(ours(message)).containsOnly(entry("CamelRoboflowModelId", "parts/1"),
                entry("CamelRoboflowTask", "object-detection"), entry("CamelRoboflowClasses", List.of("gear", "bolt")),
                entry("CamelRoboflowCounts", Map.of("gear", 1, "bolt", 2)),
                entry("CamelRoboflowConfidences", Map.of("gear", 0.9, "bolt", 0.8)), entry("CamelRoboflowTopClass", "gear"),
                entry("CamelRoboflowTopConfidence", 0.9), entry("CamelRoboflowPredictionCount", 3),
                entry("CamelRoboflowImageWidth", 100), entry("CamelRoboflowImageHeight", 50),
                entry("CamelRoboflowInferenceId", "id-1"), entry("CamelRoboflowInferenceTime", 0.25),
                entry("CamelRoboflowResultKey", message.getHeader("CamelRoboflowResultKey")),
                entry("CamelRoboflowDeliveryId", message.getHeader("CamelRoboflowDeliveryId")));
        assertThat(message.getHeader("CamelRoboflowResultKey", String.class)).matches("[0-9a-f]{64}");
        assertThat(message.getHeader("CamelRoboflowDeliveryId", String.class)).matches("[0-9a-f]{64}");
    }

    @Test
    void conditionsFindTheResultTheModelsClassesAndTheLowestConfidence() {
        camel.engine.answers(FOUND);
        Exchange exchange = camel.send("roboflow:parts/1?engine=#fake&confidence=25%25", IMAGE, Map.of());

        assertThat(exchange.getProperties()).contains(entry(ContractNames.INFERENCE, FOUND),
                entry(ContractNames.MODEL_CLASSES, List.of("bolt", "gear")), entry(ContractNames.CONFIDENCE, 0.25));
    }

    @Test
    void withNothingFoundThereIsNoTopClass() {
        camel.engine.answers(NOTHING);
        Message message = camel.send(FakeEngineContext.ENDPOINT, IMAGE, Map.of(RoboflowConstants.TOP_CLASS, "stale",
                RoboflowConstants.TOP_CONFIDENCE, 0.9)).getMessage();

        assertThat(ours(message)).doesNotContainKeys("CamelRoboflowTopClass", "CamelRoboflowTopConfidence")
                .contains(entry("CamelRoboflowClasses", List.of()), entry("CamelRoboflowCounts", Map.of()),
                        entry("CamelRoboflowPredictionCount", 0), entry("CamelRoboflowInferenceId", "id-2"));
    }

    @Test
    void missingValuesOfAResultHaveNoHeader() {
        camel.engine.answers(InferenceJson.read("{\"predictions\":[]}"));

        assertThat(ours(camel.send(IMAGE).getMessage())).doesNotContainKeys("CamelRoboflowImageWidth", "CamelRoboflowImageHeight",
                "CamelRoboflowInferenceId", "CamelRoboflowInferenceTime");
    }

    @Test
    void everyHeaderOfAnEarlierCallIsReplaced() {
        Map<String, Object> stale = new HashMap<>();
        camel.engine.answers(FOUND);
        ours(camel.send(IMAGE).getMessage()).keySet().forEach(name -> stale.put(name, "stale"));

        assertThat(ours(camel.send(FakeEngineContext.ENDPOINT, IMAGE, stale).getMessage())).hasSize(14)
                .doesNotContainValue("stale");
    }

    @Test
    void noHeaderButAnOptionsIsReadAsInput() {
        camel.send(IMAGE);
        camel.send(FakeEngineContext.ENDPOINT, IMAGE, Map.of("CamelRoboflowModelId", "secret/9", "CamelRoboflowConfidence", "0.01",
                "CamelRoboflowTask", "classification", "confidence", "0.01", "apiKey", "x"));

        assertThat(camel.engine.calls.get(1).model()).isEqualTo(camel.engine.calls.get(0).model());
        assertThat(camel.engine.calls.get(1).options()).isEqualTo(camel.engine.calls.get(0).options());
    }

    private static void pretendAnEarlierCall(Exchange exchange) {
        exchange.getMessage().setBody(IMAGE);
        exchange.getMessage().setHeader(RoboflowConstants.CLASSES, List.of("stale"));
        exchange.getMessage().setHeader(RoboflowConstants.RESULT_KEY, "stale");
        exchange.setProperty(ContractNames.INFERENCE, FOUND);
        exchange.setProperty(ContractNames.MODEL_CLASSES, List.of("stale"));
        exchange.setProperty(ContractNames.CONFIDENCE, 0.1);
    }

    private static void assertNothingIsLeft(Exchange exchange) {
        assertThat(ours(exchange.getMessage())).isEmpty();
        assertThat(exchange.getProperties()).doesNotContainKeys(ContractNames.INFERENCE, ContractNames.MODEL_CLASSES,
                ContractNames.CONFIDENCE);
    }

    @Test
    void aFailureLeavesTheImageAndNothingOfAnEarlierCall() {
        camel.engine.fails(new InvalidImageException("damaged"));
        Exchange exchange = camel.send(FakeEngineContext.ENDPOINT, ResultMessageTest::pretendAnEarlierCall);

        assertThat(exchange.getException()).hasMessage("damaged");
        assertThat(exchange.getMessage().getBody()).isEqualTo(IMAGE);
        assertNothingIsLeft(exchange);
    }

    @Test
    void anErrorThatIsNoExceptionStillEndsTheExchange() {
        camel.engine.answers(image -> {
            throw new StackOverflowError("deep");
        });

        assertThat(camel.send(IMAGE).getException()).hasRootCauseInstanceOf(StackOverflowError.class);
    }

    @Test
    void variableReceiveKeepsTheImageAsTheBody() {
        camel.engine.answers(FOUND);
        Exchange exchange = camel.send("direct:keep", IMAGE, Map.of("mine", 1));

        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getBody()).isEqualTo(IMAGE);
        assertThat(exchange.getMessage().getHeaders()).containsOnlyKeys("mine");
        assertThat(exchange.getVariable("result")).isSameAs(FOUND);
        assertThat(exchange.getProperty(ContractNames.INFERENCE)).isSameAs(FOUND);
    }

    @Test
    void twoModelsSeeTheSameImageAndTheLastResultIsTheSeconds() {
        camel.engine.answers(image -> camel.engine.calls.size() == 1 ? FOUND : NOTHING);
        Exchange exchange = camel.send("direct:twice", IMAGE, Map.of());

        assertThat(exchange.getException()).isNull();
        assertThat(camel.engine.calls).extracting(call -> call.images().get(0).bytes()).containsExactly(IMAGE, IMAGE);
        assertThat(exchange.getVariable("first")).isSameAs(FOUND);
        assertThat(exchange.getMessage().getBody()).isSameAs(NOTHING);
        assertThat(exchange.getMessage().getHeader(RoboflowConstants.MODEL_ID)).isEqualTo("other/2");
        assertThat(exchange.getProperties()).contains(entry(ContractNames.INFERENCE, NOTHING),
                entry(ContractNames.CONFIDENCE, 0.6));
    }
}
