package io.github.camelroboflow.embedded.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import io.github.camelroboflow.embedded.TestModels;
import io.github.camelroboflow.embedded.session.EmbeddedSettings.ExecutionProvider;
import io.github.camelroboflow.inference.RoboflowException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OnnxSessionsTest {

    private static final Path WEIGHTS = TestModels.SHIPPED.resolve(TestModels.PARTS.value()).resolve("weights.onnx");

    @BeforeAll
    static void load() {
        NativeLibraries.load();
    }

    @Test
    void anImageThatIsAloneHasASessionOfItsOwnIfThereAreSeveralProcessors() throws OrtException {
        try (OnnxSessions sessions = new OnnxSessions(WEIGHTS, EmbeddedSettings.DEFAULTS)) {
            assertThat(sessions.choose(2)).isSameAs(sessions.any()).isSameAs(sessions.choose(9));
            assertThat(sessions.choose(1) == sessions.any()).isEqualTo(InferencePool.SIZE == 1);
        }
    }

    @Test
    void cudaWithoutItsLibraryIsRefusedWithTheArtifactThatHasIt() {
        assertThatThrownBy(() -> new OnnxSessions(WEIGHTS, new EmbeddedSettings(0, ExecutionProvider.CUDA, 8)))
                .isInstanceOf(RoboflowException.class).hasMessageContaining("executionProvider=cuda")
                .hasMessageContaining("com.microsoft.onnxruntime:onnxruntime_gpu");
    }

    @Test
    void aConfiguredNumberNeedsOneSession() throws OrtException {
        try (OnnxSessions sessions = new OnnxSessions(WEIGHTS, new EmbeddedSettings(2, ExecutionProvider.CPU, 8))) {
            assertThat(sessions.choose(1)).isSameAs(sessions.any()).isSameAs(sessions.choose(2));
        }
    }
}
