package io.github.camelroboflow.app;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.StartupListener;
import org.apache.camel.component.kamelet.Kamelet;
import org.apache.camel.component.kamelet.KameletEndpoint;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.RouteTemplateParameterDefinition;

/** What routes give to {@code kamelet:} destinations. Camel misses what is missing, but passes over what is misspelt. */
final class DestinationParameters implements StartupListener {

    /** What Camel itself adds. */
    private static final Set<String> CAMELS = Set.of(Kamelet.PARAM_TEMPLATE_ID, Kamelet.PARAM_ROUTE_ID, Kamelet.PARAM_UUID,
            Kamelet.NO_ERROR_HANDLER, Kamelet.BRIDGE_ERROR_HANDLER, Kamelet.PARENT_ROUTE_ID, Kamelet.PARENT_PROCESSOR_ID);

    private DestinationParameters() {
    }

    /** Has a start fail at which a destination is given a parameter that it does not have, before anything runs. */
    static void checkAtStart(CamelContext context) {
        try {
            context.addStartupListener(new DestinationParameters());
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeException(e);
        }
    }

    @Override
    public void onCamelContextStarting(CamelContext context, boolean alreadyStarted) {
        context.getEndpoints().stream().filter(KameletEndpoint.class::isInstance).map(KameletEndpoint.class::cast)
                .forEach(endpoint -> check(endpoint, (ModelCamelContext) context));
    }

    @Override
    public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
        // checked before
    }

    private static void check(KameletEndpoint endpoint, ModelCamelContext context) {
        RouteTemplateDefinition template = context.getRouteTemplateDefinition(endpoint.getTemplateId());
        if (template == null || endpoint.getKameletProperties() == null) {
            // the one is told by Camel, the other is a template's own beginning
            return;
        }
        Set<String> parameters = template.getTemplateParameters().stream().map(RouteTemplateParameterDefinition::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        endpoint.getKameletProperties().keySet().stream()
                .filter(name -> !CAMELS.contains(name) && !parameters.contains(name)).sorted().findFirst().ifPresent(name -> {
                    throw new IllegalArgumentException("kamelet:" + endpoint.getTemplateId() + " has no parameter " + name
                            + ": it has " + String.join(", ", parameters) + hint(endpoint.getKameletProperties().values()));
                });
    }

    /** Camel takes what follows an ampersand for a parameter. */
    private static String hint(Collection<Object> values) {
        return values.stream().anyMatch(value -> String.valueOf(value).contains("://"))
                ? "; if it is a part of an address, write RAW(...) around that" : "";
    }
}
