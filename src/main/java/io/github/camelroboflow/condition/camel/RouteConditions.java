package io.github.camelroboflow.condition.camel;

import io.github.camelroboflow.condition.Condition;
import io.github.camelroboflow.condition.ConditionSyntaxException;
import io.github.camelroboflow.condition.camel.DetectsFunction.DetectsArguments;
import io.github.camelroboflow.condition.camel.RouteModelVisitor.SimpleExpressions;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.Task;
import io.github.camelroboflow.inference.support.MessageText;
import io.github.camelroboflow.inference.support.MessageText.Spelling;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.WeakHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.language.ExpressionDefinition;

/** The conditions in the routes of a Camel context. */
public final class RouteConditions {

    /** The conditions, in weak references because routes may be removed. */
    private final Set<CheckedCondition> conditions = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    /** The conditions that were read before the routes are made, which hold them otherwise. */
    private final List<CheckedCondition> read = new ArrayList<>();

    /** Returns the conditions of a context. */
    public static synchronized RouteConditions of(CamelContext context) {
        ExtendedCamelContext extended = context.getCamelContextExtension();
        RouteConditions known = extended.getContextPlugin(RouteConditions.class);
        if (known == null) {
            known = new RouteConditions();
            extended.addContextPlugin(RouteConditions.class, known);
        }
        return known;
    }

    /** Returns a sentence for each text in the routes that is no condition, with its file and line: Camel ends at the first. */
    public static List<String> wrong(CamelContext context) {
        List<String> sentences = new ArrayList<>();
        check(context, condition -> { }, (expression, sentence) -> sentences.add(sentence));
        return sentences;
    }

    /**
     * Reads the conditions in the routes, for a check before Camel makes the routes. Each text that is no condition is replaced by
     * another, so that the rest can be checked.
     *
     * @return a sentence for each such text, with its file and line
     */
    public static List<String> replaceWrong(CamelContext context, String replacement) {
        List<String> sentences = new ArrayList<>();
        check(context, of(context)::read, (expression, sentence) -> {
            sentences.add(sentence);
            expression.setExpression(replacement);
        });
        return sentences;
    }

    private static void check(CamelContext context, Consumer<Condition> right, BiConsumer<ExpressionDefinition, String> wrong) {
        for (RouteDefinition route : ((ModelCamelContext) context).getRouteDefinitions()) {
            RouteModelVisitor.visit(route, (part, line) -> {
                if (part instanceof ExpressionDefinition expression && SourceLocations.LANGUAGE.equals(expression.getLanguage())) {
                    try {
                        right.accept(Condition.parse(context.resolvePropertyPlaceholders(expression.getExpression())));
                    } catch (ConditionSyntaxException e) {
                        wrong.accept(expression, SourceLocations.place(route, line) + ": " + e.getMessage());
                    }
                }
            });
        }
    }

    private void read(Condition condition) {
        CheckedCondition checked = new CheckedCondition(condition);
        read.add(checked);
        conditions.add(checked);
    }

    /** Returns the conditions as written, each once. */
    public List<String> texts() {
        return sorted().stream().map(CheckedCondition::toString).distinct().toList();
    }

    void add(CheckedCondition condition) {
        conditions.add(condition);
    }

    /**
     * Returns a sentence for each class that no model has. Each class is reported once, here or with the first result.
     *
     * @param models the models that give results in the context
     */
    public List<String> unknownClasses(CamelContext context, Collection<ModelDescription> models) {
        SourceLocations locations = SourceLocations.in(context);
        List<String> classes = models.stream().flatMap(model -> model.classes().stream()).distinct().toList();
        return sorted().stream().flatMap(condition -> condition.newUnknownClasses(classes).stream()
                .map(name -> place(locations, condition) + " asks for '" + MessageText.printable(name) + "', a class that "
                + names(models)
                        + (models.size() == 1 ? " does" : " do") + " not have" + Spelling.closest(name, classes)
                                .map(similar -> "; did you mean '" + MessageText.printable(similar) + "'?").orElse(".")
                        + (models.size() == 1 ? " Its classes are " : " Their classes are ") + CheckedCondition.shown(classes)))
                .distinct().toList();
    }

    /**
     * Returns a sentence for each condition that no model for one of these tasks can answer.
     *
     * @param models the models that give results in the context
     */
    public List<String> unanswerable(CamelContext context, Collection<ModelDescription> models) {
        SourceLocations locations = SourceLocations.in(context);
        Set<Task> tasks = models.stream().map(ModelDescription::task).collect(Collectors.toCollection(TreeSet::new));
        return sorted().stream().filter(condition -> tasks.stream().noneMatch(condition::canBeAnsweredBy))
                .map(condition -> place(locations, condition) + " needs a model that locates objects, but " + names(models)
                        + " does " + tasks.stream().map(Task::toString).collect(Collectors.joining(" and "))
                        + ": ask for class names and count(…), or use another model").distinct().toList();
    }

    private static String place(SourceLocations locations, CheckedCondition condition) {
        return locations.of(condition.toString()).map(place -> place + ": the condition '").orElse("the condition '")
                + MessageText.printable(condition.toString()) + "'";
    }

    private static String names(Collection<ModelDescription> models) {
        return models.stream().map(model -> model.id().value()).distinct().sorted().collect(Collectors.joining(" and "));
    }

    private List<CheckedCondition> sorted() {
        synchronized (conditions) {
            return conditions.stream().sorted(Comparator.comparing(CheckedCondition::toString)).toList();
        }
    }

    /** Finds the file and the line of a condition. */
    static final class SourceLocations {

        static final String LANGUAGE = "roboflow";

        private final Map<String, String> locations = new HashMap<>();

        private SourceLocations() {
        }

        static SourceLocations in(CamelContext context) {
            SourceLocations locations = new SourceLocations();
            for (RouteDefinition route : ((ModelCamelContext) context).getRouteDefinitions()) {
                if (route.getTemplateParameters() == null) {
                    RouteModelVisitor.visit(route, (part, line) -> locations.add(context, route, part, line));
                }
            }
            return locations;
        }

        /**
         * Returns a location such as {@code routes/by-class.camel.yaml:31}; empty if the condition is in no route from
         * a file.
         */
        Optional<String> of(String condition) {
            return Optional.ofNullable(locations.get(condition));
        }

        private void add(CamelContext context, RouteDefinition route, Object part, int line) {
            if (part instanceof ExpressionDefinition expression && LANGUAGE.equals(expression.getLanguage())) {
                add(route, context.resolvePropertyPlaceholders(expression.getExpression()), line);
            }
            String simple = SimpleExpressions.of(part);
            if (simple != null && simple.contains(DetectsFunction.NAME)) {
                DetectsArguments.literals(context.resolvePropertyPlaceholders(simple)).forEach(text -> add(route, text, line));
            }
        }

        static String place(RouteDefinition route, int line) {
            String file = route.getResource() == null ? "route " + route.getRouteId()
                    : route.getResource().getLocation().replaceFirst("^file:", "");
            return line > 0 && route.getResource() != null ? file + ":" + line : file;
        }

        private void add(RouteDefinition route, String condition, int line) {
            locations.putIfAbsent(condition, place(route, line));
        }
    }
}
