package io.github.camelroboflow.component;

import io.github.camelroboflow.embedded.EmbeddedEngine;
import io.github.camelroboflow.embedded.EmbeddedSettings;
import io.github.camelroboflow.hosted.HostedEngine;
import io.github.camelroboflow.hosted.HostedSettings;
import io.github.camelroboflow.hosted.ImageInput;
import io.github.camelroboflow.hosted.ModelFetcher;
import io.github.camelroboflow.inference.InferenceEngine;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.RoboflowException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The engines that endpoints share: made for the first endpoint that wants one, closed when the last has let go of it. */
final class Engines {

    private final Leases<Object, InferenceEngine> shared = new Leases<>();
    private final HostedConnections connections;

    Engines(HostedConnections connections) {
        this.connections = connections;
    }

    private record HostedKey(HostedSettings settings, ImageInput input, HostedSettings.Cache cache) {
    }

    private record EmbeddedKey(Path modelsDirectory, EmbeddedSettings settings) {
    }

    /** An engine that is held; {@link #close()} lets go of it. */
    interface Lease extends AutoCloseable {

        InferenceEngine engine();

        /** As {@link InferenceEngine#open}. */
        default InferenceEngine.OpenModel open(ModelId model) {
            return engine().open(model);
        }

        @Override
        void close();
    }

    private record Held(Leases.Lease<InferenceEngine> lease) implements Lease {

        @Override
        public InferenceEngine engine() {
            return lease.value();
        }

        @Override
        public void close() {
            lease.close();
        }
    }

    /** The engine for these options: the user's own, which is never closed here, or a shared one. */
    Lease lease(RoboflowConfiguration options) {
        if (options.getEngine() != null) {
            return new Held(Leases.borrowed(options.getEngine()));
        }
        if (options.getRuntime() == InferenceRuntime.HOSTED) {
            HostedKey key = new HostedKey(connections.settings(options, options.host()), options.getImageInput(), options.cache());
            Leases.Lease<InferenceEngine> lease = shared.lease(key, () -> new HostedEngine(key.settings, key.input, key.cache));
            return new Held(Leases.withPlaces(lease, (HostedEngine) lease.value(), options.places()));
        }
        EmbeddedKey key = new EmbeddedKey(Path.of(options.getModelsDirectory()).toAbsolutePath().normalize(),
                options.embeddedSettings());
        Duration timeout = Duration.ofMillis(options.getWeightsTimeout());
        Optional<ModelFetcher> fetcher = connections.platform(options).map(platform -> new ModelFetcher(platform, timeout));
        return new FetchingLease(new Held(shared.lease(key, () -> embedded(key))), key.modelsDirectory, fetcher);
    }

    /** @throws IllegalArgumentException naming the option that is wrong */
    void validate(RoboflowConfiguration options) {
        options.checkRuntime();
        if (options.getEngine() == null && options.getRuntime() == InferenceRuntime.HOSTED) {
            connections.settings(options, options.host());
            options.cache();
        } else if (options.getEngine() == null) {
            connections.platform(options);
        }
    }

    private static InferenceEngine embedded(EmbeddedKey key) {
        try {
            return new EmbeddedEngine(key.modelsDirectory, key.settings);
        } catch (NoClassDefFoundError e) {
            throw new RoboflowException("runtime=embedded needs two more libraries on the class path:"
                    + " com.microsoft.onnxruntime:onnxruntime and org.bytedeco:opencv with the jars of your platform", e);
        }
    }
}
