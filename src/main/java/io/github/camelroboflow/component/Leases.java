package io.github.camelroboflow.component;

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

/** Things that are shared: made for the first who wants one, closed when the last has let go of it. */
final class Leases<K, V extends AutoCloseable> {

    private final Map<K, Shared> shared = new HashMap<>();

    /** Something that is held; {@link #close()} lets go of it, once. */
    interface Lease<V> extends AutoCloseable {

        V value();

        @Override
        void close();
    }

    /** A hold on a service together with places in it, which are given back when it is let go of. */
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

    /** Something that its owner closes. */
    static <V> Lease<V> borrowed(V value) {
        return new Lease<>() {
            @Override
            public V value() {
                return value;
            }

            @Override
            public void close() {
                // its owner does
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

    /** The engines that endpoints share: made for the first endpoint that wants one, closed when the last has let go of it. */
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
                HostedKey key =
                        new HostedKey(connections.settings(options, options.host()), options.getImageInput(), options.cache());
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
                        + " com.microsoft.onnxruntime:onnxruntime and org.bytedeco:opencv with the jars of your platform", e);
            }
        }
    }

    /**
     * Has models that are not in the models directory fetched before the engine opens them. What the engine refuses stays there:
     * its files can be looked at, and need not be fetched again once a newer version of this library takes them.
     *
     * @param lease     on the engine that runs them
     * @param directory the models directory
     * @param fetcher   empty without a key
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
                LOG.info("Model '{}' is there", model);
            }
            try {
                return lease.open(model);
            } catch (ModelPackageException e) {
                if (missing && fetcher.isEmpty()) {
                    throw new ModelPackageException(e.getMessage()
                            + "; or, if it is a model of yours at Roboflow, set apiKey or the"
                            + " environment variable " + HostedSettingsFactory.API_KEY_VARIABLE + ", and it is fetched", e);
                }
                if (ModelFetcher.isFetched(folder)) {
                    throw new ModelPackageException(e.getMessage() + "; it was fetched from Roboflow: delete that folder to have it"
                            + " fetched again", e);
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
