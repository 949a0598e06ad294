package io.github.camelroboflow.condition.camel;

import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.Printable;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
     * One sentence about the classes that they ask for and that no model has; empty if there are none. No class is told of twice,
     * here or with the first result.
     *
     * @param models all that give results in the context
     */
    public Optional<String> unknownClasses(Collection<ModelDescription> models) {
        List<String> classes = models.stream().flatMap(model -> model.classes().stream()).distinct().toList();
        List<String> unknown = sorted().stream().flatMap(condition -> condition.newUnknownClasses(classes).stream().map(name ->
                "'" + Printable.of(name) + "' in '" + Printable.of(condition.toString()) + "'")).distinct().toList();
        if (unknown.isEmpty()) {
            return Optional.empty();
        }
        String names = models.stream().map(model -> model.id().value()).distinct().sorted().collect(Collectors.joining(" and "));
        return Optional.of("Conditions ask for classes that " + names + " can't find: " + String.join(", ", unknown)
                + ". The classes there are " + DoubtfulCondition.shown(classes));
    }

    private List<DoubtfulCondition> sorted() {
        synchronized (conditions) {
            return conditions.stream().sorted(Comparator.comparing(DoubtfulCondition::toString)).toList();
        }
    }
}
