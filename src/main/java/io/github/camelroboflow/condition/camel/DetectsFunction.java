package io.github.camelroboflow.condition.camel;

import io.github.camelroboflow.condition.ConditionException;
import io.github.camelroboflow.condition.ConditionSyntaxException;
import io.github.camelroboflow.condition.camel.RouteModelVisitor.SimpleExpressions;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.PropertiesComponent;
import org.apache.camel.spi.SimpleFunction;
import org.apache.camel.support.LRUCacheFactory;
import org.apache.camel.support.LifecycleStrategySupport;

/** Simple's function {@code detects}: {@code ${detects('person without helmet')}} is true or false. */
@Metadata(label = "bean", annotations = "interfaceName=org.apache.camel.spi.SimpleFunction",
          description = "Simple's function detects: ${detects('person without helmet')} is true or false. The library registers it"
                        + " in every Camel context; the language roboflow describes the conditions.")
public final class DetectsFunction implements SimpleFunction {

    static final String NAME = "detects";

    private static final int CONDITIONS_KEPT = 1000;

    // bounded, because a message may contain a condition
    private final Map<String, DetectionPredicate> predicates = LRUCacheFactory.newLRUCache(CONDITIONS_KEPT);

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public boolean allowNull() {
        return true;
    }

    DetectionPredicate predicate(String condition) {
        return predicates.computeIfAbsent(condition, DetectionPredicate::detects);
    }

    @Override
    public Object apply(Exchange exchange, Object input) {
        if (!(input instanceof String argument)) {
            throw new ConditionException("${detects(…)} takes a condition in quotes, such as ${detects('person >= 0.8')}");
        }
        return predicate(DetectsArguments.unescape(argument)).matchesWithoutBody(exchange);
    }

    /** Finds the arguments of {@code detects} in a text of the Simple language. */
    static final class DetectsArguments {

        private static final Pattern CALL = Pattern.compile(
                "\\$(?:simple)?\\{\\s*(?:function\\(\\s*['\"]?detects['\"]?\\s*,|detects\\()\\s*"
                + "(?:'(?<single>[^'\\\\]*+(?:\\\\.[^'\\\\]*+)*+)'|\"(?<twofold>[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\")"
                + "\\s*\\)\\s*\\}");

        private DetectsArguments() {
        }

        /** Returns the literal arguments, without the ones that contain Simple expressions. */
        static List<String> literals(String simple) {
            return CALL.matcher(simple).results()
                    .map(call -> call.group(1) != null ? call.group(1) : call.group(2))
                    .filter(argument -> !argument.contains("${") && !argument.contains("$simple{"))
                    .map(DetectsArguments::unescape).toList();
        }

        /** Removes the backslash that Simple leaves before a quote within quotes. */
        static String unescape(String argument) {
            return argument.replace("\\'", "'").replace("\\\"", "\"");
        }
    }

    /**
     * Checks the conditions of {@code ${detects('…')}} when a route is added. Simple evaluates an argument with each
     * message, so that a syntax error would appear only with the first image.
     */
    static final class DetectsCheck extends LifecycleStrategySupport {

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
}
