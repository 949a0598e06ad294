package io.github.camelroboflow.hosted.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.camelroboflow.hosted.HostedEngineFixture;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import io.github.camelroboflow.hosted.fake.FakeWeights;
import io.github.camelroboflow.hosted.http.ApiKey;
import io.github.camelroboflow.hosted.http.HostedSettings;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.RoboflowException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A platform with models, and a folder for downloads. */
abstract class ModelFetcherTestBase {

    static final ModelId MODEL = new ModelId(FakeWeights.MODEL);
    static final Path WEIGHTS = FakeWeights.golden("det-letterbox").resolve("weights.onnx");
    static final Duration LONG = Duration.ofSeconds(30);

    final FakeWeights cloud = FakeWeights.start();

    @TempDir
    Path models;

    @AfterEach
    void close() {
        cloud.close();
    }

    Path folder() {
        return models.resolve(MODEL.value());
    }

    void fetch() {
        fetch(new ApiKey(FakeRoboflow.KEY), LONG);
    }

    void fetch(ApiKey key, Duration timeout) {
        new ModelFetcher(settings(key), timeout).fetch(MODEL, folder());
    }

    /** Downloads the model with this read timeout. */
    void fetch(Duration readTimeout) {
        new ModelFetcher(HostedEngineFixture.settings(cloud.platform.address(), readTimeout), LONG).fetch(MODEL, folder());
    }

    HostedSettings settings(ApiKey key) {
        HostedSettings usual = HostedEngineFixture.settings(cloud.platform.address());
        return new HostedSettings(usual.host(), key, usual.keyTransport(), usual.connectTimeout(), usual.readTimeout(),
                usual.retries(), 0, usual.network());
    }

    <T extends RoboflowException> T refused(Class<T> type) {
        return refused(type, this::fetch);
    }

    <T extends RoboflowException> T refused(Class<T> type, ThrowableAssert.ThrowingCallable fetch) {
        T failure = catchThrowableOfType(type, fetch);
        assertThat(failure).as(type.getSimpleName()).isNotNull();
        assertThat(failure).hasMessageContaining(MODEL.value()).hasMessageNotContainingAny(FakeRoboflow.KEY, "5ecre7", "null");
        assertNothingIsThere();
        return failure;
    }

    void assertNothingIsThere() {
        assertThat(filesBelow(models)).isEmpty();
        assertThat(folder()).doesNotExist();
    }

    private static List<String> filesBelow(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).map(file -> directory.relativize(file).toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void assertFetched(String... files) {
        assertThat(filesBelow(models)).containsExactlyInAnyOrderElementsOf(
                Stream.of(files).map(file -> MODEL + "/" + file).toList());
    }

    void assertWhole() {
        assertThat(folder().resolve("weights.onnx")).hasSameBinaryContentAs(WEIGHTS);
        assertThat(filesBelow(models)).allMatch(file -> file.startsWith(MODEL + "/"));
    }

    FakeWeights detector() {
        return cloud.newer("det-letterbox", "yolov8", "object-detection");
    }
}
