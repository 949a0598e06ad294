package io.github.camelroboflow.component;

import io.github.camelroboflow.component.ImageEndpoint.Workers;
import io.github.camelroboflow.component.Leases.Engines;
import io.github.camelroboflow.component.RoboflowConfiguration.InferenceRuntime;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.support.MessageText;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Category;
import org.apache.camel.Producer;
import org.apache.camel.spi.EndpointServiceLocation;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;

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

    RoboflowHealthCheck acquireHealthCheck(ModelId id, Object user) {
        return component.healthChecks().acquire(getCamelContext(), id.value(), component.isHealthCheckProducerEnabled(), user);
    }

    void release(RoboflowHealthCheck check, Object user) {
        component.healthChecks().release(getCamelContext(), check, user);
    }

    void modelOpened(ModelDescription model) {
        description = model;
    }

    /** Returns the description of the endpoint's own model; empty until a producer has opened it, or if there is none. */
    public Optional<ModelDescription> modelDescription() {
        return Optional.ofNullable(description);
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
