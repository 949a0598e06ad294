package io.github.camelroboflow.condition;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplainedConditionTest {

    private static final InferenceInfo INFO = InferenceInfo.of("", 0, new ImageSize(100, 100));
    private static final Inference RESULT = new Detections(INFO, List.of(detection("person", 0.9, 0), detection("person", 0.7, 40),
            detection("helmet", 0.8, 2)));

    private static Detection detection(String name, double confidence, double left) {
        return Detection.of(new Box(left, 0, left + 20, 50), confidence, name, 0, "");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            person                        | person: person 0.900, person 0.700
            person >= 0.8                 | person >= 0.8: person 0.900
            helmet > 95%                  | helmet > 0.95: none, only helmet 0.800
            car                           | car: none
            count(person >= 0.6) > 3      | count(person >= 0.6) > 3: 2, person 0.900, person 0.700
            person without helmet         | person without helmet: person 0.700 at (50, 25), among 2 person and 1 helmet
            car near person               | car near person: no such pair, among 0 car and 2 person
            coverage(person) > 5%         | coverage(person) > 0.05: 0.2000
            none                          | none: person 0.900, person 0.700, helmet 0.800
            """)
    void eachPartHasTheNumbersThatDecideIt(String condition, String fact) {
        assertThat(Condition.parse(condition).explain(RESULT)).containsExactly(fact);
    }

    @Test
    void thePartsOfALogicalConditionHaveAFactEach() {
        assertThat(Condition.parse("(car or helmet) and not person < 0.5").explain(RESULT))
                .containsExactly("car: none", "helmet: helmet 0.800", "person < 0.5: none, only person 0.900, person 0.700");
        assertThat(Condition.parse("none").explain(new Detections(INFO, List.of()))).containsExactly("none: nothing was found");
    }
}
