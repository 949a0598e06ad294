package io.github.camelroboflow.condition.camel;

import static io.github.camelroboflow.condition.Results.detections;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.condition.Condition;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.support.ContractNames;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

class CheckedConditionTest {

    private final CamelContext context = new DefaultCamelContext();
    private final Inference result = detections("person/0.9");
    private final List<String> warnings = new ArrayList<>();

    private Exchange exchange(List<String> classes, Double confidence) {
        Exchange exchange = Contexts.exchange(context, "image");
        exchange.setProperty(ContractNames.INFERENCE, result);
        exchange.setProperty(ContractNames.MODEL_CLASSES, classes);
        exchange.setProperty(ContractNames.CONFIDENCE, confidence);
        return exchange;
    }

    private CheckedCondition condition(String text) {
        return new CheckedCondition(Condition.parse(text), warnings::add);
    }

    @Test
    void classThatTheModelDoesNotHaveIsWarnedAboutOnce() {
        CheckedCondition condition = condition("persn or \"car*\" or person or truck*");
        condition.warnOnce(exchange(List.of("person", "car"), null), result);
        condition.warnOnce(exchange(List.of("person", "car"), null), result);
        assertThat(warnings).containsExactly(
                "The condition 'persn or \"car*\" or person or truck*' asks for 'persn', a class that the model does not have:"
                        + " its classes are person, car.",
                "The condition 'persn or \"car*\" or person or truck*' asks for 'car*', a class that the model does not have:"
                        + " its classes are person, car.",
                "The condition 'persn or \"car*\" or person or truck*' asks for 'truck*', a class that the model does not have:"
                        + " its classes are person, car.");
    }

    @Test
    void thresholdBelowTheEndpointsIsWarnedAboutOnce() {
        CheckedCondition condition = condition("person >= 20% or person >= 0.4 or count(person) > 0");
        condition.warnOnce(exchange(null, 0.4), result);
        condition.warnOnce(exchange(null, 0.4), result);
        assertThat(warnings).containsExactly("The condition 'person >= 20% or person >= 0.4 or count(person) > 0' asks for a"
                + " confidence of 0.2, but the model leaves out findings below 0.4: lower the option confidence, or"
                + " raise the condition's.");
    }

    @Test
    void longListsOfClassesAreCut() {
        condition("x").warnOnce(exchange(IntStream.range(0, 80).mapToObj(i -> "c" + i).toList(), null), result);
        assertThat(warnings).hasSize(1);
        assertThat(warnings.get(0)).contains("its classes are c0, c1,").endsWith(", c29 and 50 more.");
    }

    @Test
    void resultsOfOtherModelsAreLeftAlone() {
        condition("persn > 0.1").warnOnce(exchange(List.of("person"), 0.4), detections("person/0.9"));
        assertThat(warnings).isEmpty();
    }

    @Test
    void nothingIsKnownNothingIsSaid() {
        condition("persn > 0.1").warnOnce(exchange(null, null), result);
        condition("persn > 0.1").warnOnce(exchange(List.of(), null), result);
        assertThat(warnings).isEmpty();
    }
}
