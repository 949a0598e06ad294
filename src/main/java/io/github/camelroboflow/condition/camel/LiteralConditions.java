package io.github.camelroboflow.condition.camel;

import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.Printable;
import io.github.camelroboflow.inference.Spelling;
import io.github.camelroboflow.inference.Task;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.WeakHashMap;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedCamelContext;

/** The conditions that are written in the routes of a context. */
public final class LiteralConditions {

    /** Weakly, since routes go. */
    private final Set<DoubtfulCondition> conditions = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    /** Those of a context. */
    public static synchronized LiteralConditions of(CamelContext context) {
        ExtendedCamelContext extended = context.getCamelContextExtension();
        LiteralConditions known = extended.getContextPlugin(LiteralConditions.class);
        if (known == null) {
            known = new LiteralConditions();
            extended.addContextPlugin(LiteralConditions.class, known);
        }
        return known;
    }

    void add(DoubtfulCondition condition) {
        conditions.add(condition);
    }

    /**
     * A sentence for each class that they ask for and that no model has. No class is told of twice, here or with the first result.
     *
     * @param models all that give results in the context
     */
    public List<String> unknownClasses(CamelContext context, Collection<ModelDescription> models) {
        ConditionPlaces places = ConditionPlaces.in(context);
        List<String> classes = models.stream().flatMap(model -> model.classes().stream()).distinct().toList();
        return sorted().stream().flatMap(condition -> condition.newUnknownClasses(classes).stream()
                .map(name -> place(places, condition) + " asks for '" + Printable.of(name) + "', a class that " + names(models)
                        + (models.size() == 1 ? " does" : " do") + " not have" + Spelling.closest(name, classes)
                                .map(meant -> "; did you mean '" + Printable.of(meant) + "'?").orElse(".")
                        + (models.size() == 1 ? " It knows " : " They know ") + DoubtfulCondition.shown(classes)))
                .distinct().toList();
    }

    /**
     * A sentence for each that no model for one of these tasks can answer.
     *
     * @param models all that give results in the context
     */
    public List<String> unanswerable(CamelContext context, Collection<ModelDescription> models) {
        ConditionPlaces places = ConditionPlaces.in(context);
        Set<Task> tasks = models.stream().map(ModelDescription::task).collect(Collectors.toCollection(TreeSet::new));
        return sorted().stream().filter(condition -> tasks.stream().noneMatch(condition::canBeAnsweredBy))
                .map(condition -> place(places, condition) + " needs a model that finds where things are, but " + names(models)
                        + " does " + tasks.stream().map(Task::toString).collect(Collectors.joining(" and "))
                        + ": ask for class names and count(…), or use another model").distinct().toList();
    }

    private static String place(ConditionPlaces places, DoubtfulCondition condition) {
        return places.of(condition.toString()).map(place -> place + ": the condition '").orElse("the condition '")
                + Printable.of(condition.toString()) + "'";
    }

    private static String names(Collection<ModelDescription> models) {
        return models.stream().map(model -> model.id().value()).distinct().sorted().collect(Collectors.joining(" and "));
    }

    private List<DoubtfulCondition> sorted() {
        synchronized (conditions) {
            return conditions.stream().sorted(Comparator.comparing(DoubtfulCondition::toString)).toList();
        }
    }
}
