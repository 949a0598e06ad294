package io.github.camelroboflow.component.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.component.RoboflowConfiguration.InferenceRuntime;
import io.github.camelroboflow.component.RoboflowConfiguration;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.RoboflowRejectedException.UnknownModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The models that clients may use, and the log of a server about them at its start. */
class ServedModelsTest {

    @TempDir
    Path directory;

    @BeforeEach
    void makeFolders() throws IOException {
        for (String model : List.of("parts/2", "parts/1", "faces/1", "rfdetr-base", "coco/3", ".cache/1", "no name/1")) {
            Files.createDirectories(directory.resolve(model));
        }
        Files.writeString(directory.resolve("rfdetr-base/weights.onnx"), "a net");
        Files.writeString(directory.resolve("notes.txt"), "no model");
    }

    private ServedModels served(InferenceRuntime runtime, Path models, String... names) {
        RoboflowConfiguration options = new RoboflowConfiguration();
        options.setRuntime(runtime);
        options.setModelsDirectory(models.toString());
        return ServedModels.of(options, List.of(names));
    }

    @Test
    void theModelsThatHaveAFolderAreNamedInOrder() {
        ServedModels served = served(InferenceRuntime.EMBEDDED, directory);

        assertThat(served.installed()).containsExactly("coco/3", "faces/1", "parts/1", "parts/2", "rfdetr-base");
        assertThat(served.isEmpty()).isFalse();
    }

    @Test
    void installedModelsThatClientsMayUseAreListed() {
        assertThat(served(InferenceRuntime.EMBEDDED, directory, "parts/*").installed()).containsExactly("parts/1", "parts/2");
        assertThat(served(InferenceRuntime.EMBEDDED, directory, "parts/2", "other/1").installed()).containsExactly("parts/2");
    }

    @Test
    void modelsThatAreNamedInFullAreOfferedToo() {
        assertThat(served(InferenceRuntime.EMBEDDED, directory, "parts/2", "other/1", "faces/*").offered())
                .extracting(ModelId::value).containsExactly("faces/1", "parts/2", "other/1");
        assertThat(served(InferenceRuntime.HOSTED, directory, "parts/2", "faces/*").offered()).extracting(ModelId::value)
                .containsExactly("parts/2");
    }

    @Test
    void aMissingFolderHasNoModels() {
        Path missing = directory.resolve("missing");

        assertThat(served(InferenceRuntime.EMBEDDED, missing).installed()).isEmpty();
        assertThat(served(InferenceRuntime.EMBEDDED, missing).isEmpty()).isTrue();
        assertThat(served(InferenceRuntime.EMBEDDED, directory, "other/*").isEmpty()).isTrue();
    }

    @Test
    void aModelThatCanBeFetchedCountsAsServed() {
        assertThat(served(InferenceRuntime.EMBEDDED, directory.resolve("missing"), "other/1").isEmpty()).isFalse();
    }

    @Test
    void modelsOfAnotherServerAreNotListed() {
        ServedModels served = served(InferenceRuntime.HOSTED, directory);

        assertThat(served.installed()).isEmpty();
        assertThat(served.isEmpty()).isFalse();
    }

    @Test
    void aModelThatHasAFolderIsServed() {
        ServedModels all = served(InferenceRuntime.EMBEDDED, directory);

        assertThatCode(() -> all.find(new ModelId("parts/1"))).doesNotThrowAnyException();
        assertThatCode(() -> all.find(new ModelId("rfdetr-base"))).doesNotThrowAnyException();
    }

    @Test
    void aPublicModelIsFoundUnderEachOfItsIds() {
        ServedModels all = served(InferenceRuntime.EMBEDDED, directory);

        assertThat(all.find(new ModelId("yolov8n-640"))).isEqualTo(new ModelId("coco/3"));
        assertThat(all.find(new ModelId("coco/36"))).isEqualTo(new ModelId("rfdetr-base"));
        assertThatThrownBy(() -> all.find(new ModelId("yolov8s-640"))).isInstanceOf(UnknownModelException.class);
    }

    @Test
    void aPublicModelMayBeNamedByEachOfItsIds() {
        ServedModels named = served(InferenceRuntime.EMBEDDED, directory, "rfdetr-base", "rfdetr-nano", "yolov8n-640", "coco/6");

        assertThat(named.installed()).containsExactly("coco/3", "rfdetr-base");
        assertThat(named.find(new ModelId("coco/36"))).isEqualTo(new ModelId("rfdetr-base"));
        assertThat(named.find(new ModelId("coco/3"))).isEqualTo(new ModelId("coco/3"));
        assertThat(named.find(new ModelId("coco/38"))).as("not fetched yet").isEqualTo(new ModelId("rfdetr-nano"));
        assertThat(named.find(new ModelId("yolov8s-640"))).as("not fetched yet").isEqualTo(new ModelId("coco/6"));
        assertThatThrownBy(() -> named.find(new ModelId("coco/7"))).isInstanceOf(UnknownModelException.class);
    }

    @Test
    void theFolderOfAProjectIsNoModel() {
        ServedModels all = served(InferenceRuntime.EMBEDDED, directory);

        assertThatThrownBy(() -> all.find(new ModelId("parts"))).isInstanceOf(UnknownModelException.class);
        assertThatThrownBy(() -> all.find(new ModelId("parts/3"))).isInstanceOf(UnknownModelException.class);
        assertThatThrownBy(() -> all.find(new ModelId("none"))).isInstanceOf(UnknownModelException.class);
    }
}
