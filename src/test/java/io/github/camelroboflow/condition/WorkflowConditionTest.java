package io.github.camelroboflow.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.WorkflowOutputs;
import io.github.camelroboflow.inference.geometry.ImageSize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests conditions on the outputs of a workflow. */
class WorkflowConditionTest {

    private static final Inference PEOPLE = Results.detections("person/0.9@0,0,20,60; person/0.6@50,0,70,60");
    private static final Inference HELMETS = Results.detections("helmet/0.8@5,0,15,10");
    private static final Inference SCENE = Results.classification("hall/0.7");

    private static WorkflowOutputs outputs(Object... namesAndValues) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            Object value = namesAndValues[i + 1];
            json.set((String) namesAndValues[i], value instanceof Inference inference ? inference.toJson()
                    : JsonNodeFactory.instance.pojoNode(value));
        }
        return WorkflowOutputs.of(json);
    }

    private static boolean test(String condition, WorkflowOutputs outputs) {
        return Condition.parse(condition).test(outputs);
    }

    @ParameterizedTest
    @CsvSource({"person, true", "hall, true", "person and hall, true", "hall > 0.8, false", "count(person) = 2, true",
        "none, false", "count(*) = 4, true", "car, false"})
    void classesAreLookedForInAllResults(String condition, boolean expected) {
        assertThat(test(condition, outputs("people", PEOPLE, "helmets", HELMETS, "scene", SCENE, "n", 3))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"person without helmet, true", "count(person without helmet) = 1, true", "helmet inside person, true",
        "coverage(person or helmet) = 24%, true", "coverage(helmet) > 1%, false"})
    void detectionsOfSeveralModelsInOneImageAreRelated(String condition, boolean expected) {
        assertThat(test(condition, outputs("people", PEOPLE, "helmets", HELMETS, "n", 3))).isEqualTo(expected);
    }

    @Test
    void aDetectionBeforeAndAfterAFilterDoesNotRelateToItself() {
        ObjectNode people = Results.detections("person/0.9@0,0,20,60").toJson();
        ((ObjectNode) people.path("predictions").path(0)).put("detection_id", "p");
        ObjectNode outputs = JsonNodeFactory.instance.objectNode();
        outputs.set("all", people);
        outputs.set("filtered", people.deepCopy());

        assertThat(test("person overlaps person", WorkflowOutputs.of(outputs))).isFalse();
    }

    @Test
    void theOnlyResultIsAskedAsItself() {
        assertThat(test("coverage(rust) = 10%", outputs("rust", Results.segmentation(10, 0), "n", 1))).isTrue();
        assertThatThrownBy(() -> test("a near b", outputs("scene", SCENE))).isInstanceOf(ConditionException.class)
                .hasMessageContaining("this result is a classification");
    }

    @Test
    void placesInResultsOfDifferentKindsAreNotGuessed() {
        Inference rust = Results.segmentation(1, 1);

        assertThatThrownBy(() -> test("person near car", outputs("people", PEOPLE, "scene", SCENE)))
                .isInstanceOf(ConditionException.class).hasMessage("The condition 'person near car' asks for locations, but the "
                        + "workflow's outputs [people, scene] are not all detections: set the body to one of the outputs "
                        + "first, as in ${body.inferences[people]}");
        assertThatThrownBy(() -> test("coverage(rust) > 5%", outputs("a", rust, "b", rust)))
                .isInstanceOf(ConditionException.class).hasMessageContaining("[a, b] are not all detections");
    }

    @Test
    void placesInImagesOfDifferentSizesAreNotGuessed() {
        Detections cut = new Detections(InferenceInfo.of("", 0, new ImageSize(20, 60)),
                Results.detections("car/0.9").predictions());

        assertThatThrownBy(() -> test("person near car", outputs("people", PEOPLE, "cars", cut)))
                .isInstanceOf(ConditionException.class)
                .hasMessageContaining("[people, cars] belong to images of different sizes, [100 x 100, 20 x 60]");
        assertThat(test("person and car", outputs("people", PEOPLE, "cars", cut))).isTrue();
    }

    @Test
    void aConditionThatCouldNeverBeTrueFails() {
        assertThatThrownBy(() -> test("person", outputs("count", 3, "text", "a"))).isInstanceOf(ConditionException.class)
                .hasMessageContaining("none of the workflow's outputs [count, text] is the result of a model");
    }

    @ParameterizedTest
    @CsvSource({"person, false", "none, true", "person without helmet, false", "coverage(person) > 0, false"})
    void aStepThatWasSkippedFoundNothing(String condition, boolean expected) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("count", 3).putNull("people");

        assertThat(test(condition, WorkflowOutputs.of(json))).isEqualTo(expected);
    }
}
