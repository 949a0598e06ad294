package io.github.camelroboflow.condition.camel;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.language.ExpressionDefinition;

/** Finds the file and line at which a condition is written first. */
final class ConditionPlaces {

    private static final String LANGUAGE = "roboflow";

    private final Map<String, String> places = new HashMap<>();

    private ConditionPlaces() {
    }

    static ConditionPlaces in(CamelContext context) {
        ConditionPlaces places = new ConditionPlaces();
        for (RouteDefinition route : ((ModelCamelContext) context).getRouteDefinitions()) {
            if (route.getTemplateParameters() == null) {
                RouteParts.visit(route, (part, line) -> places.add(context, route, part, line));
            }
        }
        return places;
    }

    /** Such as {@code routes/by-class.camel.yaml:31}; empty if it is not written in a route that was read from a file. */
    Optional<String> of(String condition) {
        return Optional.ofNullable(places.get(condition));
    }

    private void add(CamelContext context, RouteDefinition route, Object part, int line) {
        if (part instanceof ExpressionDefinition expression && LANGUAGE.equals(expression.getLanguage())) {
            add(route, context.resolvePropertyPlaceholders(expression.getExpression()), line);
        }
        String simple = SimpleTexts.of(part);
        if (simple != null && simple.contains(DetectsFunction.NAME)) {
            DetectsArguments.literals(context.resolvePropertyPlaceholders(simple)).forEach(text -> add(route, text, line));
        }
    }

    private void add(RouteDefinition route, String condition, int line) {
        String file = route.getResource() == null ? "route " + route.getRouteId()
                : route.getResource().getLocation().replaceFirst("^file:", "");
        places.putIfAbsent(condition, line > 0 && route.getResource() != null ? file + ":" + line : file);
    }
}
