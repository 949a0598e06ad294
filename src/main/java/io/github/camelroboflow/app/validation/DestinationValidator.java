package io.github.camelroboflow.app.validation;

import io.github.camelroboflow.app.validation.ServerAddress.Webhook;
import io.github.camelroboflow.delivery.folder.FolderChecks;
import io.github.camelroboflow.inference.support.ConfigurationException.ConfigurationErrors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Endpoint;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.component.kamelet.Kamelet;
import org.apache.camel.component.kamelet.KameletEndpoint;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.RouteTemplateParameterDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.spi.ResourceLoader;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.RouteTemplateHelper;

/**
 * Checks the parameters of {@code kamelet:} destinations in routes: required ones, unknown ones, and values. Camel reports some of
 * these mistakes less clearly, and others only when something is sent, or never.
 */
final class DestinationValidator {

    /** The parameters that Camel adds. */
    private static final Set<String> CAMEL_PARAMETERS = Set.of(Kamelet.PARAM_TEMPLATE_ID, Kamelet.PARAM_ROUTE_ID,
            Kamelet.PARAM_UUID, Kamelet.NO_ERROR_HANDLER, Kamelet.BRIDGE_ERROR_HANDLER, Kamelet.PARENT_ROUTE_ID,
            Kamelet.PARENT_PROCESSOR_ID);

    private static final String ENDING = ".kamelet.yaml";
    private static final List<String> OURS =
            List.of("azure", "folder", "kafka", "mail", "mqtt", "queue", "s3", "sqs", "webhook");

    private final ModelCamelContext context;
    private final DestinationParameters values;
    private final ConfigurationErrors mistakes;

    DestinationValidator(ModelCamelContext context, DestinationParameters values, ConfigurationErrors mistakes) {
        this.context = context;
        this.values = values;
        this.mistakes = mistakes;
    }

    /** Checks the destinations before Camel makes routes of them. */
    void check() {
        Map<Endpoint, String> places = locations();
        for (Endpoint endpoint : List.copyOf(context.getEndpoints())) {
            if (endpoint instanceof KameletEndpoint kamelet && kamelet.getKameletProperties() != null) {
                check(kamelet, places.getOrDefault(kamelet, ""));
            }
        }
        if (isUsed("folder")) {
            mistakes.check(() -> FolderChecks.require("results", context.resolvePropertyPlaceholders("{{results:data/results}}")));
        }
    }

    private boolean isUsed(String destination) {
        return context.getEndpoints().stream().anyMatch(endpoint -> endpoint instanceof KameletEndpoint kamelet
                && kamelet.getTemplateId().equals(destination));
    }

    /** Returns the places in routes that send to each endpoint, such as {@code routes/by-class.camel.yaml:31}. */
    private Map<Endpoint, String> locations() {
        Map<Endpoint, String> places = new HashMap<>();
        // those of a template have its parameters
        for (RouteDefinition route : context.getRouteDefinitions().stream().filter(each -> each.getTemplateParameters() == null)
                .toList()) {
            for (ToDefinition step : ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ToDefinition.class)) {
                Endpoint endpoint = step.getUri() == null ? null
                        : context.hasEndpoint(context.resolvePropertyPlaceholders(step.getUri()));
                if (endpoint != null && route.getResource() != null) {
                    String file = route.getResource().getLocation().replaceFirst("^file:", "");
                    places.putIfAbsent(endpoint, file + (step.getLineNumber() > 0 ? ":" + step.getLineNumber() : "") + ": ");
                }
            }
        }
        return places;
    }

    private void check(KameletEndpoint endpoint, String place) {
        String destination = endpoint.getTemplateId();
        RouteTemplateDefinition template = template(endpoint);
        if (template == null) {
            mistakes.check(place, () -> {
                throw new IllegalArgumentException("there is no destination " + destination + ": there are "
                        + String.join(", ", destinations()));
            });
            return;
        }
        Map<String, Object> given = endpoint.getKameletProperties();
        mistakes.check(place, () -> checkNames("kamelet:" + destination, template.getTemplateParameters(), given));
        Map<String, String> set = new HashMap<>();
        for (RouteTemplateParameterDefinition parameter : template.getTemplateParameters()) {
            String value = value(given.get(parameter.getName()));
            if (!value.isBlank()) {
                set.put(parameter.getName(), value);
                mistakes.check(place, () -> values.check(destination, parameter.getName(), value, parameter.getDefaultValue()));
            }
        }
        mistakes.check(place, () -> values.checkTogether(destination, set));
        values.checkService(destination, mistakes);
    }

    /** Returns the value with its placeholders resolved. */
    private String value(Object given) {
        return given == null ? "" : context.resolvePropertyPlaceholders(Webhook.unwrapRaw(String.valueOf(given)));
    }

    /** Loads the definition of a Kamelet as Camel does. Returns {@code null} if there is none. */
    private RouteTemplateDefinition template(KameletEndpoint endpoint) {
        String destination = endpoint.getTemplateId();
        String location = endpoint.getLocation() == null ? endpoint.getComponent().getLocation() : endpoint.getLocation();
        ResourceLoader resources = PluginHelper.getResourceLoader(context);
        boolean isFile = Stream.of(location.split(",")).anyMatch(folder -> folder.endsWith(ENDING)
                || resources.resolveResource(folder.replaceFirst("/?$", "/") + destination + ENDING).exists());
        if (context.getRouteTemplateDefinition(destination) == null && isFile) {
            try {
                RouteTemplateHelper.loadRouteTemplateFromLocation(context, null, destination, location);
            } catch (Exception e) {
                throw RuntimeCamelException.wrapRuntimeException(e);
            }
        }
        return context.getRouteTemplateDefinition(destination);
    }

    private Set<String> destinations() {
        Set<String> names = new TreeSet<>(OURS);
        context.getRouteTemplateDefinitions().forEach(template -> names.add(template.getId()));
        return names;
    }

    private static void checkNames(String destination, List<RouteTemplateParameterDefinition> parameters,
            Map<String, Object> given) {
        Set<String> names = parameters.stream().map(RouteTemplateParameterDefinition::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        String unknown = given.keySet().stream().filter(name -> !CAMEL_PARAMETERS.contains(name) && !names.contains(name)).sorted()
                .findFirst().map(name -> " has no parameter " + name + ": it has " + String.join(", ", names)
                        + hint(given, name)).orElse("");
        String missing = parameters.stream().filter(parameter -> parameter.getDefaultValue() == null && parameter.isRequired())
                .map(RouteTemplateParameterDefinition::getName).filter(name -> Objects.toString(given.get(name), "").isBlank())
                .collect(Collectors.joining(" and "));
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException(destination + " needs " + missing + (unknown.isEmpty() ? "" : ", and" + unknown));
        }
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(destination + unknown);
        }
    }

    /** Returns advice for a value with an ampersand: Camel reads the text after it as a parameter. */
    private static String hint(Map<String, Object> given, String unknown) {
        if (given.values().stream().anyMatch(value -> String.valueOf(value).contains("://"))) {
            return "; if it is a part of an address, write RAW(...) around that";
        }
        return Objects.toString(given.get(unknown), "").isBlank() ? "; if it is a part of a name, write RAW(...) around that" : "";
    }
}
