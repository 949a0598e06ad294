package io.github.camelroboflow.condition.camel;

import static io.github.camelroboflow.condition.Results.detections;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.condition.Condition;
import io.github.camelroboflow.condition.ConditionException;
import io.github.camelroboflow.inference.InferenceFailure;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.support.ContractNames;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.StreamCache;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.converter.stream.InputStreamCache;
import org.apache.camel.converter.stream.ReaderCache;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResultFinderTest {

    private static final String JSON = """
            {"predictions": [{"x": 5, "y": 5, "width": 10, "height": 10, "confidence": 0.9, "class": "Übergang"}]}""";

    private final CamelContext context = new DefaultCamelContext();

    @BeforeAll
    void start() {
        context.start();
    }

    @AfterAll
    void stop() throws Exception {
        context.close();
    }

    private Exchange everywhere() {
        Exchange exchange = Contexts.exchange(context, detections("body/0.9"));
        exchange.setProperty(ContractNames.INFERENCE, detections("property/0.9"));
        exchange.setVariable("det", detections("variable/0.9"));
        return exchange;
    }

    private static boolean test(String condition, Exchange exchange) {
        return DetectionPredicate.detects(condition).matches(exchange);
    }

    @Test
    void namedVariableComesFirst() {
        assertThat(test("det: variable", everywhere())).isTrue();
        assertThat(test("det: body or property", everywhere())).isFalse();
    }

    @Test
    void thenTheBodyIfItIsAResult() {
        assertThat(test("body and not property and not variable", everywhere())).isTrue();
    }

    @Test
    void thenTheLastResult() {
        Exchange exchange = everywhere();
        exchange.getMessage().setBody(JSON);
        assertThat(test("property and not \"Übergang\"", exchange)).isTrue();
        exchange.getMessage().setBody(null);
        assertThat(test("property", exchange)).isTrue();
    }

    @Test
    void thenTheBodysJson(@TempDir Path folder) throws Exception {
        File file = Files.writeString(folder.resolve("result.json"), JSON).toFile();
        byte[] bytes = JSON.getBytes(StandardCharsets.UTF_8);
        for (Object body : List.of(JSON, bytes, new ByteArrayInputStream(bytes), new InputStreamCache(bytes), file,
                file.toPath(), new ObjectMapper().readTree(JSON), new ObjectMapper().readValue(JSON, Map.class),
                new StringReader(JSON), new ReaderCache(JSON))) {
            Exchange exchange = Contexts.exchange(context, body);
            assertThat(test("Übergang >= 0.9", exchange)).as(body.getClass().getName()).isTrue();
        }
    }

    @Test
    void streamsCanBeReadAgainAndAgain() throws Exception {
        byte[] bytes = JSON.getBytes(StandardCharsets.UTF_8);
        for (Object body : List.of(new ByteArrayInputStream(bytes), new InputStreamCache(bytes), new StringReader(JSON),
                new ReaderCache(JSON))) {
            Exchange exchange = Contexts.exchange(context, body);
            assertThat(test("Übergang", exchange)).isTrue();
            assertThat(test("not Übergang", exchange)).isFalse();
            assertThat(exchange.getMessage().getBody(String.class)).as(body.getClass().getName()).isEqualTo(JSON);
            assertThat(exchange.getMessage().getBody()).isInstanceOf(StreamCache.class);
        }
        InputStreamCache half = new InputStreamCache(bytes);
        half.readNBytes(20);
        assertThat(test("Übergang", Contexts.exchange(context, half))).isTrue();
    }

    @Test
    void variableMayHoldJson() {
        Exchange exchange = everywhere();
        exchange.setVariable("det", new ByteArrayInputStream(JSON.getBytes(StandardCharsets.UTF_8)));
        assertThat(test("det: Übergang", exchange)).isTrue();
        assertThat(test("det: Übergang", exchange)).isTrue();
        context.setVariable("last", JSON);
        assertThat(test("global:last: Übergang", exchange)).isTrue();
    }

    @Test
    void everyWrittenResultIsReadBack() {
        byte[] written = InferenceJson.bytes(detections("person/0.9; car/0.8"));
        assertThat(test("person near car", Contexts.exchange(context, written))).isTrue();
    }

    @Test
    void resultInAFileIsReadBack(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("result.json"), JSON);
        Exchange file = context.createConsumerTemplate().receive("file:" + folder + "?noop=true&initialDelay=0", 10_000);
        assertThat(file.getMessage().getBody()).isInstanceOf(GenericFile.class);
        assertThat(test("Übergang", file)).isTrue();
    }

    @Test
    void elseItFailsAndSaysSo() {
        String start = "The condition 'person' has no result to look at: there is none in the exchange property"
                + " CamelRoboflowInference, and the body ";
        String end = "; call a model before it, or name the variable that holds the result, as in 'result: person'";
        assertThatThrownBy(() -> test("person", Contexts.exchange(context, null))).isInstanceOf(ConditionException.class)
                .hasMessage(start + "is empty" + end);
        assertThatThrownBy(() -> test("person", Contexts.exchange(context, new byte[] {1, 2})))
                .isInstanceOf(ConditionException.class).hasMessageStartingWith(start + "(a byte[]) is no result: this is not JSON")
                .hasMessageEndingWith(end);
        assertThatThrownBy(() -> test("person", Contexts.exchange(context, "{\"a\":1}")))
                .hasMessage(start + "(a String) is no result: this JSON is no model result: it has no 'predictions'" + end);
        assertThatThrownBy(() -> test("person", Contexts.exchange(context, new Object())))
                .hasMessage(start + "(an Object) is no result: it can't be converted to JSON" + end);
        assertThatThrownBy(() -> test("person", Contexts.exchange(context, new File("missing.json"))))
                .isInstanceOf(ConditionException.class).hasMessageStartingWith(start + "(a File) is no result: it can't be read");
    }

    @Test
    void variableWithoutAResultIsNamed() {
        assertThatThrownBy(() -> test("other: person", everywhere())).isInstanceOf(ConditionException.class)
                .hasMessage("The condition 'other: person' looks at the variable 'other', which is not set");
        Exchange exchange = everywhere();
        exchange.setVariable("det", "[]");
        assertThatThrownBy(() -> test("det: person", exchange)).isInstanceOf(ConditionException.class)
                .hasMessage("The condition 'det: person' looks at the variable 'det' (a String), which is no result:"
                        + " this JSON is no model result: expected an object with 'predictions'");
    }

    @Test
    void batchIsNotAnsweredByItsLastResult() {
        Exchange exchange = everywhere();
        exchange.getMessage().setBody(List.of(detections("a/0.9"), detections("b/0.9")));
        assertThatThrownBy(() -> test("property", exchange)).isInstanceOf(ConditionException.class)
                .hasMessage("The condition 'property' looks at one result, but the body is a list of 2: split it first");
        exchange.getMessage().setBody(new InferenceFailure("a.jpg", "it is empty", "InvalidImageException"));
        assertThatThrownBy(() -> test("property", exchange)).isInstanceOf(ConditionException.class)
                .hasMessage("The condition 'property' has no result to look at: the inference of a.jpg failed: it is empty");
    }

    @Test
    void otherListsAreNoBatch() {
        Exchange exchange = everywhere();
        exchange.getMessage().setBody(List.of("a"));
        assertThat(test("property", exchange)).isTrue();
    }

    @Test
    void hiddenBodyIsNotLookedAt() {
        assertThat(ResultFinder.findWithoutBody(Condition.parse("x"), everywhere()).classes()).containsExactly("property");
    }
}
