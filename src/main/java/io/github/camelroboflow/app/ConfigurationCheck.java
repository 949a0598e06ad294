package io.github.camelroboflow.app;

import io.github.camelroboflow.app.settings.Settings;
import io.github.camelroboflow.app.validation.StartChecks;
import io.github.camelroboflow.component.ConditionsCheck;
import io.github.camelroboflow.component.RoboflowEndpoint;
import io.github.camelroboflow.condition.camel.RouteConditions;
import io.github.camelroboflow.delivery.bucket.BucketInbox;
import io.github.camelroboflow.delivery.database.DeliveryDatabase;
import io.github.camelroboflow.delivery.folder.InboxStrategy;
import io.github.camelroboflow.delivery.scale.dispatch.Dispatch;
import io.github.camelroboflow.delivery.scale.dispatch.Election;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.Endpoint;
import org.apache.camel.component.file.FileEndpoint;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.model.EndpointRequiredDefinition;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.PropertyBindingSupport;

/**
 * Goes through all steps of a start except those that take, send or write something, and collects the mistakes of every step. A
 * wrong part is replaced or left out, so that the next steps find the mistakes of the others.
 */
final class ConfigurationCheck extends org.apache.camel.main.Main implements AutoCloseable {

    private static final String COMPONENT = "camel.component.";
    /** A condition that every model can answer. */
    private static final String ANY_CONDITION = "none";

    private final Set<String> mistakes = new LinkedHashSet<>();
    private final List<String> fetched = new ArrayList<>();
    private final List<String> summary = new ArrayList<>();
    private Settings settings;
    private boolean complete;

    /** A step of the check. */
    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    ConfigurationCheck() {
        setDefaultPropertyPlaceholderLocation("file:" + Application.PROPERTIES);
        // each wrong option has been found before
        configure().setAutoConfigurationFailFast(false);
        // the check replaces wrong values, also those of the command line, which would stay in force otherwise
        System.getProperties().stringPropertyNames().forEach(name -> addOverrideProperty(name, System.getProperty(name)));
    }

    /** Returns a sentence for each mistake. */
    List<String> mistakes() {
        // a failure of Camel's own steps leaves a context on which the other steps work
        attempt("", this::init);
        if (camelContext != null) {
            makeRoutes();
            attempt("", this::checkModels);
            attempt("", this::checkPlaces);
            summarize();
        }
        return List.copyOf(mistakes);
    }

    /** Returns the settings that were checked. */
    Settings settings() {
        return settings;
    }

    @Override
    public void close() {
        if (camelContext != null) {
            camelContext.stop();
        }
    }

    /** Returns the routes and models that were checked, and says that nothing is wrong. */
    List<String> summary() {
        return List.copyOf(summary);
    }

    private void summarize() {
        summary.addAll(List.of("Nothing is wrong; nothing was taken, sent or written",
                "  routes   " + routes().map(RouteDefinition::getId).sorted().collect(Collectors.joining(", "))));
        StartAnnouncement.models(camelContext).forEach(model -> summary.add("  model    " + model));
        fetched.forEach(model -> summary.add("  model    " + model + ": the start fetches it from Roboflow, which was not tried"));
    }

    private void attempt(String place, Step step) {
        try {
            step.run();
        } catch (Exception | LinkageError e) {
            StartError.sentences(e).forEach(sentence -> mistakes.add(sentence.startsWith(place) ? sentence : place + sentence));
        }
    }

    @Override
    protected CamelContext createCamelContext() {
        CamelContext context = super.createCamelContext();
        Application.readAsUtf8(context);
        ((PropertiesComponent) context.getPropertiesComponent())
                .setSystemPropertiesMode(PropertiesComponent.SYSTEM_PROPERTIES_MODE_NEVER);
        return context;
    }

    @Override
    protected void autoconfigure(CamelContext context) throws Exception {
        attempt("", () -> StartChecks.checkProperties(context));
        settings = StartChecks.replaceWrong(context);
        attempt("", () -> StartChecks.checkFolders(context, settings));
        checkComponentOptions(context);
        attempt("", () -> super.autoconfigure(context));
    }

    /** Sets each option by itself, since Camel ends at the first that is wrong. */
    private void checkComponentOptions(CamelContext context) {
        Properties properties = context.getPropertiesComponent().loadProperties(name -> name.startsWith(COMPONENT));
        System.getProperties().stringPropertyNames().stream().filter(name -> name.startsWith(COMPONENT))
                .forEach(name -> properties.setProperty(name, System.getProperty(name)));
        properties.stringPropertyNames().stream().sorted().forEach(name -> attempt("", () -> {
            String[] parts = name.substring(COMPONENT.length()).split("\\.", 2);
            Component component = context.getComponent(parts[0], true, false);
            if (component != null && parts.length == 2) {
                PropertyBindingSupport.build().withCamelContext(context).withTarget(component)
                        .withConfigurer(component.getComponentPropertyConfigurer()).withIgnoreCase(true).withMandatory(true)
                        .withProperty(parts[1], context.resolvePropertyPlaceholders(properties.getProperty(name))).bind();
            }
        }));
    }

    @Override
    protected void configureRoutes(CamelContext context) {
        new Beans(context, settings, System.out, Optional.empty()).bind();
        for (Resource file : routesCollector.findRouteResourcesFromDirectory(context,
                configure().getRoutesExcludePattern(), configure().getRoutesIncludePattern())) {
            attempt(file.getLocation().replaceFirst("^file:", "") + ": ",
                    () -> PluginHelper.getRoutesLoader(context).loadRoutes(file));
        }
        attempt("", () -> WatchRoutes.addTo(context, settings));
        attempt("", () -> context.addRoutes(DeliverRoute.builder()));
        Election.addTo(context, settings.scale().election(), settings.scale().topic());
        mistakes.addAll(RouteConditions.replaceWrong(context, ANY_CONDITION));
        List<RouteDefinition> wrong = routes().filter(route -> !checkEndpoints(context, route)).toList();
        int before = mistakes.size();
        attempt("", () -> StartChecks.checkRoutes(context, settings));
        complete = mistakes.size() == before;
        wrong.forEach(route -> attempt("", () -> ((ModelCamelContext) context).removeRouteDefinition(route)));
    }

    /** Makes the routes and starts none. Not with a wrong destination, of which Camel would say the same in other words. */
    private void makeRoutes() {
        // a consumer of files would make its folder
        camelContext.getEndpoints().stream().filter(FileEndpoint.class::isInstance)
                .forEach(endpoint -> ((FileEndpoint) endpoint).setAutoCreate(false));
        if (complete) {
            routes().toList().forEach(route -> attempt(place(route, 0),
                    () -> ((ModelCamelContext) camelContext).startRouteDefinitions(List.of(route))));
        }
    }

    private Stream<RouteDefinition> routes() {
        return ((ModelCamelContext) camelContext).getRouteDefinitions().stream()
                .filter(route -> route.getInput() != null);
    }

    /** Returns whether all endpoints of a route can be made. */
    private boolean checkEndpoints(CamelContext context, RouteDefinition route) {
        int before = mistakes.size();
        checkEndpoint(context, route, route.getInput(), route.getInput().getLineNumber());
        for (ProcessorDefinition<?> step : ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(),
                ProcessorDefinition.class)) {
            if (step instanceof EndpointRequiredDefinition to) {
                checkEndpoint(context, route, to, step.getLineNumber());
            }
        }
        return mistakes.size() == before;
    }

    private void checkEndpoint(CamelContext context, RouteDefinition route, EndpointRequiredDefinition step, int line) {
        String uri = step.getEndpointUri();
        if (uri != null) {
            attempt(place(route, line), () -> with(route.getTemplateParameters(), () -> context.getEndpoint(uri)));
        }
    }

    /** Runs a step with the parameters of a template, which Camel provides only while it makes the route. */
    private void with(Map<String, Object> parameters, Step step) throws Exception {
        PropertiesComponent properties = (PropertiesComponent) camelContext.getPropertiesComponent();
        Properties local = new Properties();
        local.putAll(parameters == null ? Map.of() : parameters);
        properties.setLocalProperties(local);
        try {
            step.run();
        } finally {
            properties.setLocalProperties(null);
        }
    }

    private static String place(RouteDefinition route, int line) {
        return route.getResource() == null ? "" : route.getResource().getLocation().replaceFirst("^file:", "")
                + (line > 0 ? ":" + line : "") + ": ";
    }

    private void checkModels() {
        List<RoboflowEndpoint> endpoints = camelContext.getEndpoints().stream().filter(RoboflowEndpoint.class::isInstance)
                .map(RoboflowEndpoint.class::cast).toList();
        endpoints.forEach(endpoint -> attempt("", () -> endpoint.tryModel().ifPresent(model -> fetched.add(model.value()))));
        mistakes.addAll(ConditionsCheck.mistakes(camelContext));
    }

    /** Checks the places of images and deliveries, as far as that is possible without a file, a lock or a connection. */
    private void checkPlaces() {
        for (Endpoint endpoint : camelContext.getEndpoints()) {
            if (endpoint instanceof FileEndpoint files && files.getProcessStrategy() instanceof InboxStrategy inbox) {
                mistakes.addAll(inbox.foreseenFailures());
            }
        }
        if (camelContext.hasService(Dispatch.class) != null) {
            mistakes.addAll(camelContext.hasService(Dispatch.class).foreseenFailures());
        }
        BucketInbox bucket = camelContext.hasService(BucketInbox.class);
        if (bucket != null) {
            attempt("", bucket::checkSettings);
        }
        attempt("", () -> new DeliveryDatabase(settings.database()).check());
    }
}
