package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.component.fixture.FakeEngineContext;
import io.github.camelroboflow.inference.ModelPackageException;
import io.github.camelroboflow.inference.support.ContractNames;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheck;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A message that chooses its model by a header. */
class ChosenModelTest {

    private static final String LISTED = FakeEngineContext.ENDPOINT + "&maxLoadedModels=2&allowedModels=parts-*/*,helmets/3";
    private static final byte[] IMAGE = {1};

    private final FakeEngineContext camel = new FakeEngineContext(new RouteBuilder() {
        @Override
        public void configure() {
            from("direct:one-endpoint").errorHandler(noErrorHandler()).to(LISTED);
        }
    });

    @AfterEach
    void stop() {
        camel.close();
    }

    private Exchange ask(String uri, Object model) {
        return camel.send(uri, IMAGE, Map.of(RoboflowConstants.MODEL, model));
    }

    private List<String> models() {
        return camel.engine.calls.stream().map(call -> call.model().value()).toList();
    }

    @Test
    void aListedModelRunsAndTheHeaderIsRemoved() {
        Exchange exchange = ask(LISTED, "parts-left/7");

        assertThat(exchange.getException()).isNull();
        assertThat(models()).containsExactly("parts-left/7");
        assertThat(exchange.getMessage().getHeaders()).doesNotContainKey(RoboflowConstants.MODEL)
                .containsEntry(RoboflowConstants.MODEL_ID, "parts-left/7");
    }

    @Test
    void withoutTheHeaderTheEndpointsOwnModelRuns() {
        ask(LISTED, "helmets/3");
        camel.send(LISTED, IMAGE, Map.of());

        assertThat(models()).containsExactly("helmets/3", "parts/1");
    }

    @Test
    void aBatchRunsThroughTheChosenModel() {
        Exchange exchange = camel.send(LISTED + "&failFast=false", List.of(IMAGE, IMAGE),
                Map.of(RoboflowConstants.MODEL, "helmets/3"));

        assertThat(exchange.getMessage().getBody()).asInstanceOf(InstanceOfAssertFactories.LIST).hasSize(2);
        assertThat(models()).containsExactly("helmets/3", "helmets/3");
    }

    @Test
    void theResultKeyIsTheChosenModels() {
        Object own = camel.send(LISTED, IMAGE, Map.of()).getMessage().getHeader(ContractNames.RESULT_KEY);
        Object chosen = ask(LISTED, "helmets/3").getMessage().getHeader(ContractNames.RESULT_KEY);
        Object alone = camel.send("roboflow:helmets/3?engine=#fake", IMAGE, Map.of()).getMessage()
                .getHeader(ContractNames.RESULT_KEY);

        assertThat(chosen).isEqualTo(alone).isNotEqualTo(own);
    }

    @ParameterizedTest
    @ValueSource(strings = {"helmets/4", "parts/2", "parts-left", "parts-left/1/2", "parts-left/../x", "../parts-left/1", "",
        "roboflow:helmets/3?apiUrl=http://other", "helmets/3,helmets/4", "parts-*/*"})
    void anyOtherModelIsRefusedWithTheList(String model) {
        Exchange exchange = ask(LISTED, model);

        assertThat(exchange.getException()).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the header CamelRoboflowModel asks for " + model + ", but roboflow:parts/1 allows parts-*/*, helmets/3"
                        + " (allowedModels)");
        assertThat(exchange.getMessage().getHeaders()).doesNotContainKey(RoboflowConstants.MODEL);
        assertThat(camel.engine.calls).isEmpty();
    }

    @Test
    void aRefusalShowsNoControlCharactersAndNoEndlessName() {
        assertThat(ask(LISTED, "a\nb".repeat(1000)).getException()).message().contains("a\\u000Ab").hasSizeLessThan(1000);
    }

    @Test
    void withoutAListOnlyTheEndpointsOwnModelMayBeAskedFor() {
        assertThat(ask(FakeEngineContext.ENDPOINT, "parts/1").getException()).isNull();
        assertThat(ask(FakeEngineContext.ENDPOINT, "helmets/3").getException())
                .hasMessage("the header CamelRoboflowModel asks for helmets/3, but roboflow:parts/1 has no option allowedModels:"
                        + " list there what messages may ask for, or leave out the header");
    }

    @ParameterizedTest
    @CsvSource({"*, parts/1, false", "*, rfdetr-nano, true", "*/*, parts/1, true", "coco/38, rfdetr-nano, true",
        "rfdetr-nano, coco/38, true", "parts/*, parts/1, true", "parts/*, parts/1-b, true", "p.rts/*, parts/1, false",
        "PARTS/*, parts/1, false", "*-left/*, parts-left/2, true"})
    void anAsteriskStandsForAnythingWithoutASlash(String list, String model, boolean allowed) {
        Exchange exchange = ask("roboflow:own/1?engine=#fake&allowedModels=" + list, model);

        assertThat(exchange.getException() == null).isEqualTo(allowed);
    }

    @Test
    void atMostMaxLoadedModelsStayOpen() {
        for (int i = 0; i < 20; i++) {
            assertThat(ask("direct:one-endpoint", "parts-x/" + i % 5).getException()).isNull();
        }
        assertThat(camel.engine.opened.get() - camel.engine.modelsClosed.get()).as("its own and two others").isEqualTo(3);

        camel.context.stop();
        assertThat(camel.engine.modelsClosed).hasValue(camel.engine.opened.get());
    }

    @Test
    void anEndpointWithoutAModelOfItsOwnNeedsTheHeader() {
        String any = "roboflow:*?engine=#fake&allowedModels=parts/*";

        assertThat(ask(any, "parts/3").getException()).isNull();
        assertThat(camel.send(any, IMAGE, Map.of()).getException())
                .hasMessage("roboflow:* has no model of its own: set the header CamelRoboflowModel to one of parts/*");
        assertThatThrownBy(() -> camel.context.getEndpoint("roboflow:*?engine=#fake"))
                .hasStackTraceContaining("roboflow:* has no model of its own: list in allowedModels");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a/b/c", "../x", "a?b"})
    void aListThatNamesNoModelStopsTheStart(String list) {
        assertThatThrownBy(() -> camel.context.getEndpoint(FakeEngineContext.ENDPOINT + "&allowedModels=RAW(" + list + ")"))
                .hasStackTraceContaining("allowedModels: '" + list + "' is no id of a model");
    }

    @Test
    void aChosenModelThatCanNotBeOpenedFailsItsMessageAlone() {
        camel.engine.cannotOpen(new ModelPackageException("no folder"));

        assertThat(ask("direct:one-endpoint", "helmets/3").getException()).isInstanceOf(ModelPackageException.class);
        assertThat(camel.send("direct:one-endpoint", IMAGE, Map.of()).getException()).isNull();
        RoboflowHealthCheck check = camel.context.getComponent("roboflow", RoboflowComponent.class).healthChecks().of("parts/1");
        assertThat(check.call().getState()).isEqualTo(HealthCheck.State.UP);
    }
}
