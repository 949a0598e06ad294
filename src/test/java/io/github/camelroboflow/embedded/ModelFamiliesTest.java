package io.github.camelroboflow.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.camelroboflow.inference.ImageSize;
import io.github.camelroboflow.inference.Task;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFamiliesTest {

    private static final List<String> NAMES = List.of("bolt", "nut", "washer");

    private static Map<String, long[]> outputs(String shapes) {
        Map<String, long[]> outputs = new LinkedHashMap<>();
        for (String shape : shapes.split(" ")) {
            String[] sides = shape.split(",");
            long[] numbers = new long[sides.length];
            for (int i = 0; i < sides.length; i++) {
                numbers[i] = Long.parseLong(sides[i]);
            }
            outputs.put("output" + outputs.size(), numbers);
        }
        return outputs;
    }

    private static OutputDecoder decoder(String shapes, String task) {
        return ModelFamilies.decoder(new ModelTraits(outputs(shapes), new ImageSize(640, 640), NAMES,
                new ModelDeclaration(task, "", "", false, List.of(), KeypointNames.UNKNOWN)));
    }

    @Test
    void detection() {
        assertThat(decoder("1,7,8400", "").task()).isEqualTo(Task.OBJECT_DETECTION);
        assertThat(decoder("1,7,8400", "object-detection").task()).isEqualTo(Task.OBJECT_DETECTION);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,8400,8", "1,300,6", "1,39,8400 1,32,160,160", "1,300,4 1,300,3", "1,3", "1,3,320,320"})
    void otherLayoutsAreNamed(String shapes) {
        assertThatIllegalArgumentException().isThrownBy(() -> decoder(shapes, ""))
                .withMessageContaining("output0 [" + shapes.split(" ")[0].replace(",", ", ") + "]")
                .withMessageContaining("[1, 4 + classes, anchors]");
    }

    @Test
    void otherTasksAreNamed() {
        assertThatIllegalArgumentException().isThrownBy(() -> decoder("1,7,8400", "obb"))
                .withMessageContaining("'obb'");
    }

    @Test
    void bothNumbersOfAMismatchAreNamed() {
        assertThatIllegalArgumentException().isThrownBy(() -> decoder("1,84,8400", ""))
                .withMessageContaining("80 classes").withMessageContaining("3 class names");
    }
}
