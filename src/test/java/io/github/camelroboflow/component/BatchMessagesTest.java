package io.github.camelroboflow.component;

import static io.github.camelroboflow.condition.Results.detections;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.component.fixture.FakeEngine;
import io.github.camelroboflow.component.fixture.FakeEngineContext;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceFailure;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.ModelPackageException;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.support.ContractNames;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BatchMessagesTest {

    private static final String TOLERANT = FakeEngineContext.ENDPOINT + "&failFast=false";

    private final FakeEngineContext camel = new FakeEngineContext();

    @BeforeEach
    void anImagesTextIsItsAnswer() {
        camel.engine.answers(image -> {
            String text = FakeEngine.text(image);
            if (text.startsWith("bad")) {
                throw new InvalidImageException(image.name() + " is damaged");
            }
            return detections(text);
        });
    }

    @AfterEach
    void stop() {
        camel.close();
    }

    private static List<Object> images(String... texts) {
        return new ArrayList<>(Stream.of(texts).map(String::getBytes).toList());
    }

    private static List<?> results(Exchange exchange) {
        assertThat(exchange.getException()).isNull();
        return exchange.getMessage().getBody(List.class);
    }

    @Test
    void aBatchIsOneCallAndItsResultsAreInOrder() {
        List<?> results = results(camel.send(images("gear/0.9", "bolt/0.8", "nut/0.7")));

        assertThat(results).extracting(one -> ((Inference) one).classes())
                .containsExactly(List.of("gear"), List.of("bolt"), List.of("nut"));
        assertThat(camel.engine.onlyCall().names()).containsExactly("image 1 of 3", "image 2 of 3", "image 3 of 3");
    }

    @Test
    void anEmptyBatchHasNoResults() {
        assertThat(results(camel.send(List.of()))).isEmpty();
        assertThat(results(camel.send(TOLERANT, List.of(), Map.of()))).isEmpty();
        assertThat(camel.engine.calls).isEmpty();
    }

    @Test
    void filesInABatchAreKnownByTheirNames() {
        Exchange exchange = camel.send(List.of(new File("src/models/README.md"), Path.of("config/application.properties")));

        assertThat(exchange.getException()).isNotNull();
        assertThat(camel.engine.onlyCall().names()).containsExactly("README.md", "application.properties");
    }

    @Test
    void aBatchLeavesNoHeadersAndNoLastResult() {
        Exchange exchange = camel.send(FakeEngineContext.ENDPOINT, message -> {
            message.getMessage().setBody(images("gear/0.9"));
            message.getMessage().setHeader(RoboflowConstants.CLASSES, List.of("stale"));
            message.getMessage().setHeader(Exchange.CONTENT_TYPE, "image/jpeg");
            message.setProperty(ContractNames.INFERENCE, detections("stale/0.9"));
            message.setProperty(ContractNames.MODEL_CLASSES, List.of("stale"));
            message.setProperty(ContractNames.CONFIDENCE, 0.1);
        });

        assertThat(results(exchange)).hasSize(1);
        assertThat(exchange.getMessage().getHeaders()).isEmpty();
        assertThat(exchange.getProperties()).doesNotContainKeys(ContractNames.INFERENCE, ContractNames.MODEL_CLASSES,
                ContractNames.CONFIDENCE);
    }

    @Test
    void oneBadImageFailsTheMessage() {
        List<Object> batch = images("gear/0.9", "bad", "nut/0.7");
        Exchange exchange = camel.send(batch);

        assertThat(exchange.getException()).isInstanceOf(InvalidImageException.class).hasMessage("image 2 of 3 is damaged");
        assertThat(exchange.getMessage().getBody()).isSameAs(batch);
    }

    @Test
    void withoutFailFastAFailureStandsInItsPlace() {
        List<?> results = results(camel.send(TOLERANT, images("gear/0.9", "bad", "nut/0.7"), Map.of()));

        assertThat(results).hasSize(3);
        assertThat(((Inference) results.get(0)).classes()).containsExactly("gear");
        assertThat(results.get(1)).isEqualTo(
                new InferenceFailure("image 2 of 3", "image 2 of 3 is damaged", "InvalidImageException"));
        assertThat(((Inference) results.get(2)).classes()).containsExactly("nut");
    }

    @Test
    void withoutFailFastAnUnreadableImageIsAFailureInItsPlace() {
        List<?> results = results(camel.send(TOLERANT,
                Arrays.asList("gear/0.9".getBytes(), new File("target/gone.jpg"), null), Map.of()));

        assertThat(results.get(0)).isInstanceOf(Inference.class);
        assertThat(results.get(1)).isEqualTo(new InferenceFailure("gone.jpg",
                "the image gone.jpg has no file: it was removed before it was read, or was never there", "InvalidImageException"));
        assertThat(results.get(2)).isEqualTo(new InferenceFailure("image 3 of 3", "image 3 of 3 holds no image: it is empty",
                "InvalidImageException"));
    }

    static Stream<RoboflowException> outages() {
        return Stream.of(new RoboflowUnavailableException("down"), new RoboflowRejectedException("refused"),
                new ModelPackageException("broken"));
    }

    @ParameterizedTest
    @MethodSource("outages")
    void withoutFailFastAnOutageStillFailsTheMessageSinceNoImageIsToBlame(RoboflowException outage) {
        camel.engine.fails(outage);

        assertThat(camel.send(TOLERANT, images("gear/0.9"), Map.of()).getException()).isSameAs(outage);
    }

    @Test
    void withoutFailFastAnImageForWhichTheEngineHasNoAnswerIsAFailureInItsPlace() {
        camel.engine.fails(new IllegalStateException("oops"));

        assertThat(results(camel.send(TOLERANT, images("gear/0.9"), Map.of()))).isEqualTo(List.of(new InferenceFailure(
                "image 1 of 1",
                "image 1 of 1 could not be run through parts/1: java.lang.IllegalStateException: oops", "RoboflowException")));
    }

    @Test
    void textInABatchIsAMistakeOfTheRoute() {
        assertThat(camel.send(TOLERANT, List.of("a.jpg"), Map.of()).getException()).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("image 1 of 1 is text");
    }

    @Test
    void anEngineWithTooFewResultsFailsTheMessage() throws Exception {
        camel.engine.holds();
        Future<Exchange> sent = camel.context.createProducerTemplate().asyncSend(FakeEngineContext.ENDPOINT,
                exchange -> exchange.getMessage().setBody(images("gear/0.9", "bolt/0.8")));
        await().until(() -> camel.engine.inFlight() == 1);
        camel.engine.release();

        assertThat(sent.get().getException()).isInstanceOf(RoboflowException.class)
                .hasMessage("the engine gave 1 results for 2 images, the first of them image 1 of 2");
    }
}
