package io.github.camelroboflow.condition.camel;

import io.github.camelroboflow.condition.ConditionSyntaxException;
import io.github.camelroboflow.condition.camel.DetectsFunction.DetectsArguments;
import io.github.camelroboflow.condition.camel.RouteModelVisitor.SimpleExpressions;
import java.util.Collection;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.camel.Route;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.PropertiesComponent;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * Checks the conditions of {@code ${detects('…')}} when a route is added. Simple evaluates an argument with each
 * message, so that a syntax error would appear only with the first image.
 */
final class DetectsCheck extends LifecycleStrategySupport {

    private final DetectsFunction detects;

    DetectsCheck(DetectsFunction detects) {
        this.detects = detects;
    }

    @Override
    public void onRoutesAdd(Collection<Route> routes) {
        for (Route route : routes) {
            if (route.getRoute() instanceof RouteDefinition definition) {
                check(route, definition);
            }
        }
    }

    private void check(Route route, RouteDefinition definition) {
        for (String text : SimpleExpressions.in(definition)) {
            for (String condition : DetectsArguments.literals(resolved(route, definition, text))) {
                try {
                    detects.predicate(condition).init(route.getCamelContext());
                } catch (ConditionSyntaxException e) {
                    throw new IllegalArgumentException("Route '" + route.getRouteId() + "' has a wrong ${detects(…)}: "
                            + e.getMessage(), e);
                }
            }
        }
    }

    private static String resolved(Route route, RouteDefinition definition, String text) {
        if (!text.contains(PropertiesComponent.PREFIX_TOKEN)) {
            return text;
        }
        PropertiesComponent placeholders = route.getCamelContext().getPropertiesComponent();
        Supplier<String> resolve = () -> route.getCamelContext().resolvePropertyPlaceholders(text);
        return definition.getTemplateParameters() == null ? resolve.get() : with(placeholders, definition, resolve);
    }

    /** Resolves placeholders with a template's parameters, which Camel provides only while it creates the route. */
    private static String with(PropertiesComponent placeholders, RouteDefinition definition, Supplier<String> resolve) {
        Properties before = placeholders.getLocalProperties();
        Properties parameters = new Properties();
        parameters.putAll(definition.getTemplateParameters());
        placeholders.setLocalProperties(parameters);
        try {
            return resolve.get();
        } finally {
            placeholders.setLocalProperties(before);
        }
    }
}
