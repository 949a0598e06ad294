package io.github.camelroboflow.component;

import io.github.camelroboflow.component.RoboflowConfiguration.InferenceRuntime;
import io.github.camelroboflow.embedded.EmbeddedEngine;
import io.github.camelroboflow.embedded.session.EmbeddedSettings;
import io.github.camelroboflow.hosted.HostedEngine;
import io.github.camelroboflow.hosted.http.HostedService;
import io.github.camelroboflow.hosted.http.HostedSettings;
import io.github.camelroboflow.hosted.http.ImageBody.ImageInput;
import io.github.camelroboflow.hosted.weights.ModelFetcher;
import io.github.camelroboflow.inference.InferenceEngine;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.ModelPackageException;
import io.github.camelroboflow.inference.RoboflowException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shared objects. Each is created for its first lease and closed with its last. */
final class Leases<K, V extends AutoCloseable> {

    private final Map<K, Shared> shared = new HashMap<>();

    /** A lease on a shared object. {@link #close()} ends the lease; further calls have no effect. */
    interface Lease<V> extends AutoCloseable {

        V value();

        @Override
        void close();
    }

    /** Adds permits to a lease on a service; they are removed when the lease is closed. */
    static <V> Lease<V> withPermits(Lease<V> lease, HostedService service, int places) {
        service.addPermits(places);
        AtomicBoolean closed = new AtomicBoolean();
        return new Lease<>() {
            @Override
            public V value() {
                return lease.value();
            }

            @Override
            public void close() {
                if (closed.compareAndSet(false, true)) {
                    service.removePermits(places);
                    lease.close();
                }
            }
        };
    }

    /** Makes a lease on an object that its owner closes. */
    static <V> Lease<V> borrowed(V value) {
        return new Lease<>() {
            @Override
            public V value() {
                return value;
            }

            @Override
            public void close() {
                // the owner closes it
            }
        };
    }

    Lease<V> lease(K key, Supplier<? extends V> opener) {
        synchronized (shared) {
            Shared held = shared.computeIfAbsent(key, id -> new Shared(id, opener.get()));
            held.users++;
            return held.new Use();
        }
    }

    private final class Shared {

        private final K key;
        private final V value;
        private int users;

        Shared(K key, V value) {
            this.key = key;
            this.value = value;
        }

        private final class Use implements Lease<V> {

            private boolean closed;

            @Override
            public V value() {
                return value;
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
                try {
                    value.close();
                } catch (RuntimeException e) {
                    throw e;
                } catch (Exception e) {
                    throw new IllegalStateException("a shared service could not be closed", e);
                }
            }
        }
    }

    /** The engines that endpoints share. Each is created for its first lease and closed with its last. */
    static final class Engines {

        private final Leases<Object, InferenceEngine> shared = new Leases<>();
        private final HostedSettingsFactory connections;

        Engines(HostedSettingsFactory connections) {
            this.connections = connections;
        }

        private record HostedKey(HostedSettings settings, ImageInput input, HostedSettings.Cache cache) {
        }

        private record EmbeddedKey(Path modelsDirectory, EmbeddedSettings settings) {
        }

        /** A lease on an engine; {@link #close()} ends it. */
        interface Lease extends AutoCloseable {

            InferenceEngine engine();

            /** Opens a model as {@link InferenceEngine#open} does. */
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

        /** Leases the engine for these options: the user's own, which is never closed here, or a shared one. */
        Lease lease(RoboflowConfiguration options) {
            if (options.getEngine() != null) {
                return new Held(Leases.borrowed(options.getEngine()));
            }
            if (options.getRuntime() == InferenceRuntime.HOSTED) {
                HostedKey key =
                        new HostedKey(connections.settings(options, options.host()), options.getImageInput(), options.cache());
                HostedSettingsFactory.checkKey(key.settings, options);
                Leases.Lease<InferenceEngine> lease = shared.lease(key, () -> new HostedEngine(key.settings, key.input, key.cache));
                return new Held(Leases.withPermits(lease, (HostedEngine) lease.value(), options.concurrencyLimit()));
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
                        + " com.microsoft.onnxruntime:onnxruntime and org.bytedeco:opencv-platform", e);
            }
        }
    }

    /**
     * A lease that fetches models that are not in the models directory before the engine opens them. A model that the engine
     * refuses stays there, so that its files can be inspected and a newer version of this library can use them without fetching
     * them again.
     *
     * @param lease     the lease on the engine that runs the models
     * @param directory the models directory
     * @param fetcher   the fetcher of models; empty without a key
     */
    record FetchingLease(Engines.Lease lease, Path directory, Optional<ModelFetcher> fetcher) implements Engines.Lease {

        private static final Logger LOG = LoggerFactory.getLogger(FetchingLease.class);

        @Override
        public InferenceEngine engine() {
            return lease.engine();
        }

        @Override
        public InferenceEngine.OpenModel open(ModelId model) {
            Path folder = directory.resolve(model.value());
            boolean missing = !ModelFetcher.exists(folder);
            if (missing && fetcher.isPresent()) {
                LOG.info("Model '{}' is fetched into {}, which happens once", model, folder);
                fetcher.get().fetch(model, folder);
                LOG.info("Model '{}' is fetched", model);
            }
            try {
                return lease.open(model);
            } catch (ModelPackageException e) {
                if (missing && fetcher.isEmpty()) {
                    throw new ModelPackageException(e.getMessage()
                            + "; or, to fetch a model of yours from Roboflow, set apiKey or the"
                            + " environment variable " + HostedSettingsFactory.API_KEY_VARIABLE, e);
                }
                if (ModelFetcher.isFetched(folder)) {
                    throw new ModelPackageException(e.getMessage()
                            + "; it was fetched from Roboflow: delete that folder to fetch it again", e);
                }
                throw e;
            }
        }

        @Override
        public void close() {
            lease.close();
        }
    }
}
