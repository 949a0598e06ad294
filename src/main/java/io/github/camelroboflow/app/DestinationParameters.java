package io.github.camelroboflow.app;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.component.kamelet.Kamelet;
import org.apache.camel.component.kamelet.KameletEndpoint;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.RouteTemplateParameterDefinition;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * What routes give to {@code kamelet:} destinations: whether it is all that they need, nothing that they don't have, and of a form
 * that can work. Camel tells some of this in words of its own, and the rest not before something is sent, if at all.
 */
final class DestinationParameters extends LifecycleStrategySupport {

    /** What Camel itself adds. */
    private static final Set<String> CAMELS = Set.of(Kamelet.PARAM_TEMPLATE_ID, Kamelet.PARAM_ROUTE_ID, Kamelet.PARAM_UUID,
            Kamelet.NO_ERROR_HANDLER, Kamelet.BRIDGE_ERROR_HANDLER, Kamelet.PARENT_ROUTE_ID, Kamelet.PARENT_PROCESSOR_ID);

    private DestinationParameters() {
    }

    /** Has a start fail at which something is wrong with what a destination is given, before anything runs. */
    static void checkAtStart(CamelContext context) {
        context.addLifecycleStrategy(new DestinationParameters());
    }

    /** Before Camel makes routes of destinations. */
    @Override
    public void onContextInitialized(CamelContext context) {
        context.getEndpoints().stream().filter(KameletEndpoint.class::isInstance).map(KameletEndpoint.class::cast)
                .filter(endpoint -> endpoint.getKameletProperties() != null)
                .forEach(endpoint -> check(endpoint, (ModelCamelContext) context));
    }

    private static void check(KameletEndpoint endpoint, ModelCamelContext context) {
        String destination = endpoint.getTemplateId();
        RouteTemplateDefinition template = context.getRouteTemplateDefinition(destination);
        if (template == null) {
            checkThatItIsAFile(destination, context);
            return;
        }
        checkNames("kamelet:" + destination, template.getTemplateParameters(), endpoint.getKameletProperties());
        for (RouteTemplateParameterDefinition parameter : template.getTemplateParameters()) {
            Object value = endpoint.getKameletProperties().get(parameter.getName());
            if (value != null) {
                DestinationValues.check(destination, parameter.getName(), String.valueOf(value), parameter.getDefaultValue());
                checkName(destination, parameter.getName(), String.valueOf(value), context);
            }
        }
        DestinationValues.checkService(destination, context.getPropertiesComponent()::resolveProperty);
    }

    private static void checkName(String destination, String parameter, String given, ModelCamelContext context) {
        String value = context.resolvePropertyPlaceholders(DestinationValues.plain(given));
        DestinationNames.check(destination, parameter, value);
        if (destination.equals("queue")) {
            DestinationNames.checkQueue(value, context.getPropertiesComponent()::resolveProperty);
        }
    }

    /** Camel takes a file from the class path for what is no template. */
    private static void checkThatItIsAFile(String destination, ModelCamelContext context) {
        if (context.getClassResolver().loadResourceAsURL("kamelets/" + destination + ".kamelet.yaml") == null) {
            throw new IllegalArgumentException("there is no destination " + destination + ": there are "
                    + context.getRouteTemplateDefinitions().stream().map(RouteTemplateDefinition::getId).sorted()
                            .collect(Collectors.joining(", ")));
        }
    }

    private static void checkNames(String destination, List<RouteTemplateParameterDefinition> parameters,
            Map<String, Object> given) {
        Set<String> names = parameters.stream().map(RouteTemplateParameterDefinition::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        String unknown = given.keySet().stream().filter(name -> !CAMELS.contains(name) && !names.contains(name)).sorted()
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

    /** Camel takes what follows an ampersand for a parameter. */
    private static String hint(Map<String, Object> given, String unknown) {
        if (given.values().stream().anyMatch(value -> String.valueOf(value).contains("://"))) {
            return "; if it is a part of an address, write RAW(...) around that";
        }
        return Objects.toString(given.get(unknown), "").isBlank() ? "; if it is a part of a name, write RAW(...) around that" : "";
    }
}
