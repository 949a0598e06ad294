package io.github.camelroboflow.server;

import static io.github.camelroboflow.inference.InferenceOption.FORMAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.condition.Results;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InferenceOptions.ResultFormat;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

class InferenceRunnerTest {

    private final Inference result = Results.detections("gear/0.9");
    private final FakeModels models = new FakeModels().answers(result);
    private final InferenceRunner runner = new InferenceRunner(models, Runnable::run);

    private ServerResponse ask(ResultFormat format, LongConsumer memory) {
        RequestHead head = new RequestHead("1", "POST", List.of("parts", "1"), Map.of(), Map.of(), null);
        return runner.run(head, models.open(new ModelId("parts/1")), List.of(ImageSource.of("image", new byte[1])),
                InferenceOptions.DEFAULTS.with(FORMAT, format), memory, responses -> responses.get(0)).join();
    }

    @Test
    void anImageIsNotDecodedForAVisualizationWithoutMemoryForIt() {
        ImageSize size = result.info().image();
        List<Long> reserved = new ArrayList<>();

        assertThatThrownBy(() -> ask(ResultFormat.IMAGE, bytes -> {
            reserved.add(bytes);
            throw ResponseException.busy();
        })).hasCauseInstanceOf(ResponseException.class);
        assertThat(reserved).containsExactly(3L * size.width() * size.height());
    }

    @Test
    void withoutAVisualizationNoMemoryIsReserved() {
        assertThat(ask(ResultFormat.JSON, bytes -> {
            throw ResponseException.busy();
        }).status()).isEqualTo(200);
    }
}
