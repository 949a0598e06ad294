package io.github.camelroboflow.component;

import io.github.camelroboflow.embedded.EmbeddedEngine;
import io.github.camelroboflow.hosted.HostedEngine;
import io.github.camelroboflow.hosted.HostedSettings;
import io.github.camelroboflow.hosted.ImageInput;
import io.github.camelroboflow.hosted.ModelFetcher;
import io.github.camelroboflow.inference.InferenceEngine;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.RoboflowException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The engines that endpoints share: made for the first endpoint that wants one, closed when the last has let go of it. */
final class Engines {

    private final Map<Object, Shared> shared = new HashMap<>();
    private final HostedConnections connections;

    Engines(HostedConnections connections) {
        this.connections = connections;
    }

    private record HostedKey(HostedSettings settings, ImageInput input) {
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

    /** The engine for these options: the user's own, which is never closed here, or a shared one. */
    Lease lease(RoboflowConfiguration options) {
        if (options.getEngine() != null) {
            return new Borrowed(options.getEngine());
        }
        if (options.getRuntime() == InferenceRuntime.HOSTED) {
            HostedKey key = new HostedKey(connections.settings(options, options.host()), options.getImageInput());
            Shared engine = shared(key, () -> new HostedEngine(key.settings, key.input));
            ((HostedEngine) engine.engine).addPlaces(options.places());
            return engine.new Use();
        }
        Path directory = Path.of(options.getModelsDirectory()).toAbsolutePath().normalize();
        Duration timeout = Duration.ofMillis(options.getWeightsTimeout());
        Optional<ModelFetcher> fetcher = connections.platform(options).map(platform -> new ModelFetcher(platform, timeout));
        return new FetchingLease(shared(directory, () -> embedded(directory)).new Use(), directory, fetcher);
    }

    private Shared shared(Object key, Supplier<InferenceEngine> opener) {
        synchronized (shared) {
            Shared engine = shared.computeIfAbsent(key, id -> new Shared(id, opener.get()));
            engine.users++;
            return engine;
        }
    }

    /** @throws IllegalArgumentException naming the option that is wrong */
    void validate(RoboflowConfiguration options) {
        options.checkRuntime();
        if (options.getEngine() == null && options.getRuntime() == InferenceRuntime.HOSTED) {
            connections.settings(options, options.host());
        } else if (options.getEngine() == null) {
            connections.platform(options);
        }
    }

    private static InferenceEngine embedded(Path modelsDirectory) {
        try {
            return new EmbeddedEngine(modelsDirectory);
        } catch (NoClassDefFoundError e) {
            throw new RoboflowException("runtime=embedded needs two more libraries on the class path: com.microsoft.onnxruntime:onnxruntime"
                    + " and org.bytedeco:opencv with the jars of your platform", e);
        }
    }

    private record Borrowed(InferenceEngine engine) implements Lease {

        @Override
        public void close() {
            // its owner closes it
        }
    }

    private final class Shared {

        private final Object key;
        private final InferenceEngine engine;
        private int users;

        Shared(Object key, InferenceEngine engine) {
            this.key = key;
            this.engine = engine;
        }

        private final class Use implements Lease {

            private boolean closed;

            @Override
            public InferenceEngine engine() {
                return engine;
            }

            @Override
            public void close() {
                synchronized (shared) {
                    if (closed || --users > 0) {
                        closed = true;
                        return;
                    }
                    closed = true;
                    shared.remove(key);
                }
                engine.close();
            }
        }
    }
}
