package io.github.camelroboflow.component;

import io.github.camelroboflow.component.Leases.Engines;
import io.github.camelroboflow.condition.camel.ConditionPlugin;
import io.github.camelroboflow.condition.camel.ConditionPlugin.CamelVersion;
import io.github.camelroboflow.inference.InferenceEngine;
import io.github.camelroboflow.inference.InferenceEngine.InferenceListener;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.apache.camel.Endpoint;
import org.apache.camel.SSLContextParametersAware;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.HealthCheckComponent;

/** Runs images through vision models: {@code roboflow:my-project/3}. */
@Component("roboflow")
public class RoboflowComponent extends HealthCheckComponent implements SSLContextParametersAware {

    @Metadata(description = "The defaults of all endpoints.")
    private RoboflowConfiguration configuration = new RoboflowConfiguration();

    @Metadata(label = "security", defaultValue = "false",
              description = "Whether the context's own SSLContextParameters are used where an endpoint has none.")
    private boolean useGlobalSslContextParameters;

    private Engines engines;
    private final Map<String, InferenceListener> listeners = new HashMap<>();
    private Optional<InferenceMeters> meters = Optional.empty();
    private final RoboflowHealthCheck.Checks healthChecks = new RoboflowHealthCheck.Checks();

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        RoboflowConfiguration copy = configuration.copy();
        Optional<ModelId> model = remaining.equals(RoboflowEndpoint.ANY) ? Optional.empty() : Optional.of(new ModelId(remaining));
        RoboflowEndpoint endpoint = new RoboflowEndpoint(uri, this, model, copy);
        setProperties(endpoint, parameters);
        if (copy.getSslContextParameters() == null) {
            copy.setSslContextParameters(retrieveGlobalSslContextParameters());
        }
        endpoint.validate();
        return endpoint;
    }

    @Override
    protected void doBuild() throws Exception {
        // before the plugin, whose type older versions lack
        CamelVersion.check(getCamelContext());
        // Camel finds the plugin itself, except in a class loader that the context does not know, as on an application server
        new ConditionPlugin().load(getCamelContext());
        super.doBuild();
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        engines = new Engines(new HostedSettingsFactory(getCamelContext()), this::listener);
        getCamelContext().addStartupListener(new ConditionsCheck());
    }

    /** Returns the listener of the engines in a place where models run. */
    synchronized InferenceListener listener(String runtime) {
        if (meters.isEmpty()) {
            meters = InferenceMeters.find(getCamelContext());
        }
        return meters.map(found -> listeners.computeIfAbsent(runtime, found::listener)).orElse(InferenceListener.NONE);
    }

    @Override
    protected synchronized void doShutdown() throws Exception {
        super.doShutdown();
        healthChecks.stopProbes(getCamelContext());
        meters.ifPresent(InferenceMeters::close);
        meters = Optional.empty();
        listeners.clear();
    }

    @Override
    public boolean isUseGlobalSslContextParameters() {
        return useGlobalSslContextParameters;
    }

    @Override
    public void setUseGlobalSslContextParameters(boolean useGlobalSslContextParameters) {
        this.useGlobalSslContextParameters = useGlobalSslContextParameters;
    }

    /**
     * Leases the engine that endpoints with only this component's options use, for code outside of the endpoints.
     *
     * @throws IllegalArgumentException naming the option that is wrong
     */
    public EngineHandle acquireEngine() {
        RoboflowConfiguration options = configuration.copy();
        if (options.getSslContextParameters() == null) {
            options.setSslContextParameters(retrieveGlobalSslContextParameters());
        }
        engines.validate(options);
        return new EngineHandle(engines.lease(options));
    }

    /** Returns the engines that this component's endpoints share. */
    Engines engines() {
        return engines;
    }

    RoboflowHealthCheck.Checks healthChecks() {
        return healthChecks;
    }

    public RoboflowConfiguration getConfiguration() {
        return configuration;
    }

    public void setConfiguration(RoboflowConfiguration configuration) {
        this.configuration = configuration;
    }

    /** A lease on an engine that endpoints share. */
    public static final class EngineHandle implements AutoCloseable {

        private final Engines.Lease lease;

        EngineHandle(Engines.Lease lease) {
            this.lease = lease;
        }

        public InferenceEngine engine() {
            return lease.engine();
        }

        /** Ends the lease. The engine is closed with its last lease. */
        @Override
        public void close() {
            lease.close();
        }
    }

    /**
     * Keeps the models that messages or clients ask for open, up to a limit; beyond it the least recently used one is closed. While
     * a model is being opened, only requests for that model wait. A model that could not be opened is tried again by the next
     * request.
     */
    public static final class ModelCache implements AutoCloseable {

        private final Function<ModelId, InferenceEngine.OpenModel> opener;
        private final int maxModels;
        private final Object owner;
        /** In order of use, the most recently used one last. */
        private final Map<ModelId, CompletableFuture<InferenceEngine.OpenModel>> models = new LinkedHashMap<>(16, 0.75f, true);
        private boolean closed;

        /**
         * @param maxModels 1 or more
         * @param owner the user of the models, for messages
         */
        public ModelCache(Function<ModelId, InferenceEngine.OpenModel> opener, int maxModels, Object owner) {
            if (maxModels < 1) {
                throw new IllegalArgumentException("maxLoadedModels=" + maxModels + " is out of range: it must be 1 or more");
            }
            this.opener = opener;
            this.maxModels = maxModels;
            this.owner = owner;
        }

        /**
         * Opens a model, or returns it if it is open.
         *
         * @throws io.github.camelroboflow.inference.RoboflowException if it can't be opened, or the cache is closed
         */
        public InferenceEngine.OpenModel open(ModelId model) {
            CompletableFuture<InferenceEngine.OpenModel> mine = new CompletableFuture<>();
            CompletableFuture<InferenceEngine.OpenModel> opening;
            synchronized (models) {
                if (closed) {
                    throw new RoboflowUnavailableException("Model '" + model + "' can't be used: " + owner + " is stopped");
                }
                opening = models.get(model);
                if (opening == null) {
                    models.put(model, mine);
                }
            }
            if (opening == null) {
                opening = mine;
                open(model, mine);
            }
            try {
                return opening.join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            }
        }

        private void open(ModelId model, CompletableFuture<InferenceEngine.OpenModel> opening) {
            try {
                InferenceEngine.OpenModel opened = opener.apply(model);
                opening.complete(opened);
                boolean stays;
                synchronized (models) {
                    stays = models.get(model) == opening;
                }
                if (stays) {
                    closeLeastRecentlyUsed();
                } else {
                    opened.close();
                }
            } catch (Throwable e) {
                synchronized (models) {
                    models.remove(model, opening);
                }
                opening.completeExceptionally(e);
            }
        }

        private void closeLeastRecentlyUsed() {
            List<CompletableFuture<InferenceEngine.OpenModel>> old = new ArrayList<>();
            synchronized (models) {
                var oldest = models.values().iterator();
                for (int surplus = models.size() - maxModels; surplus > 0; surplus--) {
                    old.add(oldest.next());
                    oldest.remove();
                }
            }
            old.forEach(ModelCache::close);
        }

        /** Returns the open models, the most recently used one last. */
        public List<ModelDescription> opened() {
            synchronized (models) {
                return models.values().stream().filter(ModelCache::isOpen).map(opening -> opening.join().description()).toList();
            }
        }

        /** Closes a model and frees its memory, even if the route still holds the model open. */
        public void close(ModelId model) {
            CompletableFuture<InferenceEngine.OpenModel> removed;
            synchronized (models) {
                removed = models.remove(model);
            }
            if (removed != null && isOpen(removed)) {
                removed.join().unload();
                removed.join().close();
            }
        }

        @Override
        public void close() {
            List<CompletableFuture<InferenceEngine.OpenModel>> all;
            synchronized (models) {
                closed = true;
                all = List.copyOf(models.values());
                models.clear();
            }
            all.forEach(ModelCache::close);
        }

        /** Closes a model. A model that is still being opened is closed by the thread that opens it. */
        private static void close(CompletableFuture<InferenceEngine.OpenModel> opening) {
            if (isOpen(opening)) {
                opening.join().close();
            }
        }

        private static boolean isOpen(CompletableFuture<InferenceEngine.OpenModel> opening) {
            return opening.isDone() && !opening.isCompletedExceptionally();
        }
    }
}
