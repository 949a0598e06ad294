package io.github.camelroboflow.component;

import io.github.camelroboflow.component.RoboflowConfiguration.InferenceRuntime;
import io.github.camelroboflow.embedded.EmbeddedEngine;
import io.github.camelroboflow.embedded.session.EmbeddedSettings;
import io.github.camelroboflow.hosted.HostedEngine;
import io.github.camelroboflow.hosted.http.HostedClient.HostedService;
import io.github.camelroboflow.hosted.http.HostedSettings;
import io.github.camelroboflow.hosted.http.ImageBody.ImageInput;
import io.github.camelroboflow.hosted.weights.ModelFetcher;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceEngine;
import io.github.camelroboflow.inference.InferenceEngine.InferenceListener;
import io.github.camelroboflow.inference.InferenceEngine.InferenceListener.Outcome;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.ModelPackageException;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.support.Advice;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
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
        private final Function<String, InferenceListener> listeners;

        /** @param listeners makes the listener of engines from the place where models run */
        Engines(HostedSettingsFactory connections, Function<String, InferenceListener> listeners) {
            this.connections = connections;
            this.listeners = listeners;
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

            /** Returns whether {@link #open} would first fetch the model. */
            default boolean wouldFetch(ModelId model) {
                return false;
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
                return new Held(Leases.borrowed(observed(options.getEngine(), listeners.apply("own"))));
            }
            if (options.getRuntime() == InferenceRuntime.HOSTED) {
                HostedKey key =
                        new HostedKey(connections.settings(options, options.host()), options.getImageInput(), options.cache());
                HostedSettingsFactory.checkKey(key.settings, options);
                Leases.Lease<InferenceEngine> lease = shared.lease(key, () -> observed("hosted",
                        listener -> new HostedEngine(key.settings, key.input, key.cache, listener)));
                return new Held(Leases.withPermits(lease, hosted(lease.value()), options.concurrencyLimit()));
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

        private InferenceEngine observed(String runtime, Function<InferenceListener, InferenceEngine> opener) {
            InferenceListener listener = listeners.apply(runtime);
            return observed(opener.apply(listener), listener);
        }

        private static InferenceEngine observed(InferenceEngine engine, InferenceListener listener) {
            return listener == InferenceListener.NONE ? engine : new ObservedEngine(engine, listener);
        }

        private static HostedService hosted(InferenceEngine engine) {
            return (HostedService) (engine instanceof ObservedEngine observed ? observed.engine() : engine);
        }

        private InferenceEngine embedded(EmbeddedKey key) {
            try {
                return observed("embedded", listener -> new EmbeddedEngine(key.modelsDirectory, key.settings, listener));
            } catch (NoClassDefFoundError e) {
                throw new RoboflowException("runtime=embedded needs two more libraries on the class path:"
                        + " com.microsoft.onnxruntime:onnxruntime and org.bytedeco:opencv-platform", e);
            }
        }
    }

    /** An engine whose calls are reported to a listener, each before its caller has the answer. */
    record ObservedEngine(InferenceEngine engine, InferenceListener listener) implements InferenceEngine {

        @Override
        public OpenModel open(ModelId model) {
            return engine.open(model);
        }

        @Override
        public Duration estimate(ModelId model, int ahead, int images) {
            return engine.estimate(model, ahead, images);
        }

        @Override
        public CompletionStage<List<Inference>> infer(ModelId model, List<ImageSource> images, InferenceOptions options) {
            long start = System.nanoTime();
            listener.begun(model.value());
            CompletionStage<List<Inference>> results;
            try {
                results = engine.infer(model, images, options);
            } catch (RuntimeException | Error e) {
                listener.completed(model.value(), System.nanoTime() - start, Outcome.FAILURE);
                throw e;
            }
            Answer answer = new Answer(results);
            results.whenComplete((all, error) -> {
                listener.completed(model.value(), System.nanoTime() - start, outcome(error));
                if (error == null) {
                    answer.complete(all);
                } else {
                    answer.completeExceptionally(error);
                }
            });
            return answer;
        }

        /** The answer of an engine after it was reported. Its cancellation is that of the engine's own. */
        private static final class Answer extends CompletableFuture<List<Inference>> {

            private final CompletionStage<List<Inference>> results;

            Answer(CompletionStage<List<Inference>> results) {
                this.results = results;
            }

            @Override
            public boolean cancel(boolean mayInterruptIfRunning) {
                results.toCompletableFuture().cancel(mayInterruptIfRunning);
                return super.cancel(mayInterruptIfRunning) || isCancelled();
            }
        }

        private static Outcome outcome(Throwable error) {
            return error == null ? Outcome.SUCCESS
                    : error instanceof CancellationException ? Outcome.CANCELLED : Outcome.FAILURE;
        }

        @Override
        public void close() {
            engine.close();
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
        public boolean wouldFetch(ModelId model) {
            return fetcher.isPresent() && !ModelFetcher.exists(directory.resolve(model.value()));
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
                            + "; or, to fetch a model of yours from Roboflow, set " + Advice.modelOption("apiKey")
                            + ", or the environment variable " + HostedSettingsFactory.API_KEY_VARIABLE, e);
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
