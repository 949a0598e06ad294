package io.github.camelroboflow.component;

import static io.github.camelroboflow.inference.InferenceOption.TILE;

import io.github.camelroboflow.component.ImageEndpoint.Workers;
import io.github.camelroboflow.component.Leases.Engines;
import io.github.camelroboflow.component.ResultWriter.ResultKeys;
import io.github.camelroboflow.component.ResultWriter.Tasks;
import io.github.camelroboflow.component.RoboflowConfiguration.InferenceRuntime;
import io.github.camelroboflow.component.RoboflowHealthCheck.Probe;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceEngine.InferenceListener;
import io.github.camelroboflow.inference.InferenceEngine.OpenModel;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.support.ContractNames;
import io.github.camelroboflow.inference.support.MessageText;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Category;
import org.apache.camel.Exchange;
import org.apache.camel.Producer;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.EndpointServiceLocation;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.service.ServiceHelper;

/** Run images through a vision model, Roboflow's or your own, in this JVM or on a server. */
@UriEndpoint(firstVersion = "0.1.0", scheme = "roboflow", title = "Roboflow", syntax = "roboflow:target", producerOnly = true,
             category = Category.AI, headersClass = RoboflowConstants.class)
public class RoboflowEndpoint extends ImageEndpoint implements EndpointServiceLocation {

    /** The target of an endpoint whose model each message chooses. */
    static final String ANY = "*";

    @UriPath(description = "The model: project/version, workspace/model, or the name of a public model; or an asterisk if each"
                           + " message chooses one of allowedModels")
    @Metadata(required = true)
    private final String target;
    @UriParam
    private final RoboflowConfiguration configuration;

    private final RoboflowComponent component;
    private final Optional<ModelId> model;
    private volatile ModelDescription description;
    /** The health of the endpoint before its first producer; {@code null} if the endpoint is not one of a route's. */
    private volatile Unopened unopened;

    RoboflowEndpoint(String uri, RoboflowComponent component, Optional<ModelId> model,
                     RoboflowConfiguration configuration) {
        super(uri, component);
        this.component = component;
        this.target = model.map(ModelId::value).orElse(ANY);
        this.model = model;
        this.configuration = configuration;
    }

    @Override
    protected void validate() {
        configuration.inferenceOptions();
        Workers.count(configuration.getWorkers(), configuration.concurrencyLimit());
        if (allowed().isEmpty() && model.isEmpty()) {
            throw new IllegalArgumentException("roboflow:* has no model of its own: list in allowedModels which models messages may"
                    + " choose with the header " + RoboflowConstants.MODEL);
        }
        component.engines().validate(configuration);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        if (!isDynamic()) {
            unopened = new Unopened();
        }
    }

    /** Returns whether a message has led to this endpoint. Camel keeps such endpoints for some time, and does not stop them. */
    private boolean isDynamic() {
        CamelContext context = getCamelContext();
        return context.isStarted() && !context.getCamelContextExtension().isSetupRoutes()
                && !context.getRouteController().isStartingRoutes();
    }

    @Override
    protected void doStop() throws Exception {
        Unopened last = unopened;
        unopened = null;
        if (last != null) {
            last.close();
        }
        super.doStop();
    }

    @Override
    public Producer createProducer() {
        return new RoboflowProducer(this);
    }

    @Override
    public boolean isRemote() {
        return configuration.getRuntime() == InferenceRuntime.HOSTED;
    }

    @Override
    Workers createWorkers() {
        return new Workers(this, "roboflow-" + model.map(ModelId::value).orElse("any"), configuration.getWorkers(),
                configuration.concurrencyLimit(), configuration.getWhenFull());
    }

    Engines engines() {
        return component.engines();
    }

    /** Returns the listener of the engine that runs the endpoint's models. */
    InferenceListener listener() {
        return component.listener(runtime());
    }

    /**
     * Returns the description of an open model, with the task if an option has it.
     *
     * @throws IllegalArgumentException if another option is not for this model
     */
    ModelDescription describe(OpenModel opened) {
        ModelDescription known = opened.description();
        ModelDescription described = configuration.knownTask().map(known::withTask).orElse(known);
        if (configuration.inferenceOptions().isChanged(TILE) && Tasks.isWholeImage(described.task())) {
            throw new IllegalArgumentException("tile=" + configuration.getTile() + " is not for " + known.id()
                    + ", which classifies whole images (" + described.task() + "): leave out tile");
        }
        return described;
    }

    /** Begins the use of a model by a producer that has opened it. */
    RoboflowHealthCheck.Use acquireHealthCheck(ModelId id, OpenModel opened) {
        Unopened before = unopened;
        // any other model is opened for a message, whose call shows more than a probe
        boolean first = before != null && before.isFirst() && model.equals(Optional.of(id));
        Optional<Probe> probe = server().map(url -> new ServerProbe(opened, url));
        return acquireHealthCheck(id.value(), probe, !first || probe.isEmpty());
    }

    private RoboflowHealthCheck.Use acquireHealthCheck(String id, Optional<Probe> probe, boolean ready) {
        return component.healthChecks().acquire(getCamelContext(), id, component.isHealthCheckProducerEnabled(), probe, ready);
    }

    /** Records that a producer has opened the endpoint's own model. */
    void modelOpened(ModelDescription opened) {
        description = opened;
        Unopened before = unopened;
        if (before != null) {
            before.close();
        }
    }

    /** Asks the server of an open model whether it is ready. */
    private record ServerProbe(OpenModel opened, String server) implements Probe {

        @Override
        public void run() {
            opened.probe();
        }

        @Override
        public String pending() {
            return pending(server);
        }

        static String pending(String server) {
            return server + " was not yet asked whether it is ready";
        }
    }

    /**
     * The use of the endpoint's own model before a producer has opened it, as with {@code lazyStartProducer} or a supervised route.
     * A probe opens the model, which stays open until a producer has opened it or the endpoint stops.
     */
    private final class Unopened implements Probe, AutoCloseable {

        private final RoboflowHealthCheck.Use use;
        private Engines.Lease lease;
        private OpenModel opened;
        private boolean closed;

        Unopened() {
            boolean ready = model.isEmpty() || configuration.getEngine() != null;
            use = acquireHealthCheck(target, ready ? Optional.empty() : Optional.of(this), ready);
        }

        @Override
        public void run() {
            OpenModel known = opened();
            if (known == null) {
                open(true);
            } else {
                known.probe();
            }
        }

        private synchronized OpenModel opened() {
            return opened;
        }

        /** @param asked whether its server must be ready */
        private void open(boolean asked) {
            Engines.Lease held = engines().lease(configuration);
            OpenModel probed = null;
            try {
                probed = held.open(model.orElseThrow());
                ModelDescription described = describe(probed);
                if (asked) {
                    probed.probe();
                }
                if (!keep(held, probed, described)) {
                    close(held, probed);
                }
            } catch (RuntimeException | Error e) {
                close(held, probed);
                throw e;
            }
        }

        private synchronized boolean keep(Engines.Lease held, OpenModel probed, ModelDescription described) {
            boolean first = !closed && opened == null;
            if (first) {
                lease = held;
                opened = probed;
                description = described;
            }
            return first;
        }

        /** Returns whether no producer has opened the model, and no probe found it ready. */
        synchronized boolean isFirst() {
            return !closed && !use.isReady();
        }

        @Override
        public String pending() {
            return server().map(ServerProbe::pending).orElse(target + " is not loaded yet");
        }

        /**
         * {@inheritDoc} Other routes open the model before the context is started, and an endpoint that no route uses needs none.
         */
        @Override
        public boolean isNeeded() {
            CamelContext context = getCamelContext();
            boolean later = isLazyStartProducer() || context.getRouteController().isSupervising();
            return (later || !context.isStarted()) && !isSkipped();
        }

        @Override
        public void close() {
            use.close();
            Engines.Lease held;
            OpenModel probed;
            synchronized (this) {
                closed = true;
                held = lease;
                probed = opened;
                lease = null;
                opened = null;
            }
            if (held != null) {
                close(held, probed);
            }
        }

        private static void close(Engines.Lease held, OpenModel probed) {
            if (probed != null) {
                probed.close();
            }
            held.close();
        }
    }

    /**
     * Opens the endpoint's own model, which its first producer opens otherwise, if that is started late
     * ({@code lazyStartProducer}). It stays open until a producer has opened it or the endpoint stops.
     *
     * @throws RuntimeException the reason why it can't be opened
     */
    public void openEarly() {
        Unopened before = unopened;
        if (before != null && model.isPresent() && !isSkipped() && before.opened() == null) {
            before.open(false);
        }
    }

    /**
     * Opens the endpoint's own model and closes it again, for a check before the start. It asks no server, and does not fetch a
     * model.
     *
     * @return the model that the start would fetch from Roboflow; empty if the model is here, on a server, or chosen by messages
     */
    public Optional<ModelId> tryModel() {
        if (model.isEmpty() || isSkipped()) {
            return Optional.empty();
        }
        try (Engines.Lease held = engines().lease(configuration)) {
            if (held.wouldFetch(model.get())) {
                return model;
            }
            try (OpenModel opened = held.open(model.get())) {
                description = describe(opened);
            }
            return Optional.empty();
        }
    }

    /**
     * Returns the delivery id that a message gets by the endpoint's own model, without an inference.
     *
     * @throws IllegalStateException if the model is not open
     */
    public String deliveryId(Exchange exchange) {
        ModelDescription opened = modelDescription().orElseThrow(() -> new IllegalStateException(name() + " is not open"));
        ImageSource image = MessageImages.of(exchange, configuration.reading()).single();
        return ResultKeys.deliveryId(ResultKeys.resultKey(image, opened, configuration.inferenceOptions()), exchange);
    }

    /** Runs the endpoint's own model on a message outside of a route, and returns the result. */
    public Inference infer(Exchange exchange) {
        RoboflowProducer producer = new RoboflowProducer(this);
        try {
            ServiceHelper.startService(this, producer);
            producer.process(exchange);
            if (exchange.getException() != null) {
                throw RuntimeCamelException.wrapRuntimeException(exchange.getException());
            }
            return exchange.getProperty(ContractNames.INFERENCE, Inference.class);
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeException(e);
        } finally {
            ServiceHelper.stopService(producer);
        }
    }

    /** Returns the description of the endpoint's own model; empty until a producer has opened it, or if there is none. */
    public Optional<ModelDescription> modelDescription() {
        return Optional.ofNullable(description);
    }

    /** Returns the options of an inference, which messages may replace for themselves. */
    public InferenceOptions inferenceOptions() {
        return configuration.inferenceOptions();
    }

    /** Returns the address of the server that runs the model; empty if it runs in this JVM, or on an engine of the user's own. */
    public Optional<String> server() {
        return configuration.getEngine() != null || configuration.getRuntime() != InferenceRuntime.HOSTED ? Optional.empty()
                : Optional.of(configuration.host().toString());
    }

    /** Returns the server for Camel's tools; {@code null} if the model runs in this JVM, or on an engine of the user's own. */
    @Override
    public String getServiceUrl() {
        return server().orElse(null);
    }

    @Override
    public String getServiceProtocol() {
        return server().map(url -> URI.create(url).getScheme()).orElse(null);
    }

    @Override
    public Map<String, String> getServiceMetadata() {
        return Map.of("model", target);
    }

    /** Returns the scheme and the target, for messages. */
    String name() {
        return "roboflow:" + target;
    }

    /** Returns where the model runs: {@code own} on an engine of the application. */
    String runtime() {
        return configuration.getEngine() != null ? "own" : configuration.getRuntime().name().toLowerCase(Locale.ROOT);
    }

    /** Returns the health check of the model; empty while no producer uses it. */
    Optional<RoboflowHealthCheck> healthCheck() {
        return Optional.ofNullable(component.healthChecks().of(target));
    }

    /** Returns the endpoint's own model; empty if each message chooses one. */
    Optional<ModelId> model() {
        return model;
    }

    /**
     * Returns the models that messages may choose.
     *
     * @throws IllegalArgumentException if a part of the option is no id of a model
     */
    AllowedModels allowed() {
        return AllowedModels.of(configuration.getAllowedModels());
    }

    public String getTarget() {
        return target;
    }

    public RoboflowConfiguration getConfiguration() {
        return configuration;
    }

    /**
     * The models that messages may choose.
     *
     * @param listed ids of models in which {@code *} stands for any characters except a slash
     * @param ids    the ids that the list stands for
     */
    record AllowedModels(List<String> listed, Pattern ids) {

        private static final Pattern FORM = Pattern.compile("[A-Za-z0-9*_-][A-Za-z0-9*._-]*(/[A-Za-z0-9*_-][A-Za-z0-9*._-]*)?");

        private static AllowedModels of(String option) {
            List<String> listed = option == null ? List.of()
                    : Stream.of(option.split(",")).map(String::strip).filter(id -> !id.isEmpty()).toList();
            listed.stream().filter(id -> !FORM.matcher(id).matches()).findFirst().ifPresent(wrong -> {
                throw new IllegalArgumentException("allowedModels: '" + MessageText.printable(wrong) + "' is no id of a model: list"
                        + " ids such as helmets/3, with * for any characters except a slash, separated by commas");
            });
            return new AllowedModels(listed, Pattern.compile(listed.stream().map(AllowedModels::expression)
                    .collect(Collectors.joining("|"))));
        }

        private static String expression(String id) {
            return Stream.of(id.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining("[^/]*"));
        }

        boolean isEmpty() {
            return listed.isEmpty();
        }

        /** Returns whether the list has the model, by one of its ids. */
        boolean include(ModelId model) {
            return Stream.concat(Stream.of(model), model.synonyms().stream()).anyMatch(id -> ids.matcher(id.value()).matches());
        }

        @Override
        public String toString() {
            return String.join(", ", listed);
        }
    }
}
