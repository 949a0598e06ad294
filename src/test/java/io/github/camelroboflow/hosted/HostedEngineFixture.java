package io.github.camelroboflow.hosted;

import io.github.camelroboflow.hosted.fake.FakeRequest;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import io.github.camelroboflow.hosted.http.ApiKey;
import io.github.camelroboflow.hosted.http.ApiKey.KeyTransport;
import io.github.camelroboflow.hosted.http.HostedClient;
import io.github.camelroboflow.hosted.http.HostedSettings;
import io.github.camelroboflow.hosted.http.ImageBody.ImageInput;
import io.github.camelroboflow.hosted.http.RoboflowHost;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;

/** A hosted engine with a fake cloud and short pauses. */
public final class HostedEngineFixture implements AutoCloseable {

    static final ModelId MODEL = new ModelId(FakeRoboflow.MODEL);
    static final Path PHOTO = Path.of("config/samples/bolts-and-nuts.jpg");
    public static final Duration BREAKER_PAUSE = Duration.ofSeconds(1);

    public final FakeRoboflow cloud;
    final HostedEngine engine;

    private HostedEngineFixture(FakeRoboflow cloud, HostedSettings settings, ImageInput input) {
        this(cloud, settings, input, BREAKER_PAUSE);
    }

    private HostedEngineFixture(FakeRoboflow cloud, HostedSettings settings, ImageInput input, Duration breakerPause) {
        this.cloud = cloud;
        engine = new HostedEngine(settings, input, new HostedClient(settings, breakerPause));
        engine.addPermits(8);
    }

    public static HostedEngineFixture start() {
        return start(ImageInput.FILE);
    }

    static HostedEngineFixture start(ImageInput input) {
        FakeRoboflow cloud = FakeRoboflow.start();
        return new HostedEngineFixture(cloud, settings(cloud.address()), input);
    }

    static HostedEngineFixture startWith(ApiKey key) {
        return start(usual -> new HostedSettings(usual.host(), key, usual.keyTransport(), usual.connectTimeout(),
                usual.readTimeout(), usual.retries(), usual.maxRequestsPerSecond(), usual.network()));
    }

    static HostedEngineFixture startWith(KeyTransport transport) {
        return start(usual -> new HostedSettings(usual.host(), usual.key(), transport, usual.connectTimeout(),
                usual.readTimeout(), usual.retries(), usual.maxRequestsPerSecond(), usual.network()));
    }

    static HostedEngineFixture startWith(HostedSettings.Retries retries) {
        return start(usual -> new HostedSettings(usual.host(), usual.key(), usual.keyTransport(), usual.connectTimeout(),
                usual.readTimeout(), retries, usual.maxRequestsPerSecond(), usual.network()));
    }

    static HostedEngineFixture startWithRate(double requestsPerSecond) {
        return start(usual -> new HostedSettings(usual.host(), usual.key(), usual.keyTransport(), usual.connectTimeout(),
                usual.readTimeout(), usual.retries(), requestsPerSecond, usual.network()));
    }

    private static HostedEngineFixture start(UnaryOperator<HostedSettings> change) {
        FakeRoboflow cloud = FakeRoboflow.start();
        return new HostedEngineFixture(cloud, change.apply(settings(cloud.address())), ImageInput.FILE);
    }

    /** Starts one with this read timeout. */
    static HostedEngineFixture start(Duration readTimeout) {
        FakeRoboflow cloud = FakeRoboflow.start();
        return new HostedEngineFixture(cloud, settings(cloud.address(), readTimeout), ImageInput.FILE);
    }

    /** Starts one whose circuit breaker waits this long after a rejection. */
    static HostedEngineFixture startWithPause(Duration afterRefusal) {
        FakeRoboflow cloud = FakeRoboflow.start();
        return new HostedEngineFixture(cloud, settings(cloud.address()), ImageInput.FILE, afterRefusal);
    }

    /**
     * Returns settings with a key that the fake accepts, three retries at most 20 ms apart, no rate limit, and timeouts
     * that are long enough for a busy machine.
     */
    public static HostedSettings settings(String address) {
        return settings(address, Duration.ofSeconds(20));
    }

    public static HostedSettings settings(String address, Duration readTimeout) {
        return new HostedSettings(RoboflowHost.of(address, null), new ApiKey(FakeRoboflow.KEY), KeyTransport.AUTO,
                Duration.ofSeconds(20), readTimeout,
                new HostedSettings.Retries(3, Duration.ofMillis(10), Duration.ofMillis(20)), 0, HostedSettings.Network.DEFAULT);
    }

    public static ImageSource photo() {
        return ImageSource.of(PHOTO);
    }

    public static byte[] photoBytes() {
        try {
            return Files.readAllBytes(PHOTO);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Inference infer(InferenceOptions options) {
        return infer(photo(), options);
    }

    /** Returns the result, or throws the engine's failure. */
    Inference infer(ImageSource image, InferenceOptions options) {
        try {
            return engine.infer(MODEL, List.of(image), options).toCompletableFuture().join().get(0);
        } catch (CompletionException e) {
            throw (RuntimeException) e.getCause();
        }
    }

    /** Returns the engine's failure. */
    RuntimeException failure(InferenceOptions options) {
        try {
            infer(options);
        } catch (RuntimeException e) {
            return e;
        }
        throw new AssertionError("there was a result");
    }

    FakeRequest onlyRequest() {
        if (cloud.requests().size() != 1) {
            throw new AssertionError(cloud.requests().size() + " requests instead of one");
        }
        return cloud.requests().get(0);
    }

    @Override
    public void close() {
        engine.close();
        cloud.close();
    }
}
