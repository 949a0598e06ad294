package io.github.camelroboflow.condition.camel;

import io.github.camelroboflow.condition.Condition;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.Task;
import io.github.camelroboflow.inference.support.ContractNames;
import io.github.camelroboflow.inference.support.MessageText;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.slf4j.LoggerFactory;

/** Warns once about each class that the model does not have and each confidence that its results can't have. */
final class CheckedCondition {

    private static final int CLASSES_SHOWN = 30;

    private final Condition condition;
    private final Consumer<String> log;
    private final Set<Object> warned = ConcurrentHashMap.newKeySet();

    CheckedCondition(Condition condition) {
        this(condition, LoggerFactory.getLogger(DetectionPredicate.class)::warn);
    }

    CheckedCondition(Condition condition, Consumer<String> log) {
        this.condition = condition;
        this.log = log;
    }

    void warnOnce(Exchange exchange, Inference inference) {
        // the other properties describe the last result; another result may come from another model
        if (exchange.getProperty(ContractNames.INFERENCE) != inference) {
            return;
        }
        if (exchange.getProperty(ContractNames.MODEL_CLASSES) instanceof List<?> list && !list.isEmpty()) {
            List<String> classes = list.stream().map(String::valueOf).toList();
            newUnknownClasses(classes).forEach(name -> warnOfClass(name, classes));
        }
        if (exchange.getProperty(ContractNames.CONFIDENCE) instanceof Double lowest) {
            condition.thresholdsBelow(lowest).stream().filter(warned::add).forEach(threshold -> warnOfThreshold(threshold, lowest));
        }
    }

    /** Returns the names that match none of these classes. Each name is returned once. */
    List<String> newUnknownClasses(List<String> classes) {
        return condition.unknownClasses(classes).stream().filter(warned::add).toList();
    }

    boolean canBeAnsweredBy(Task task) {
        return condition.canBeAnsweredBy(task);
    }

    private void warnOfClass(String name, List<String> classes) {
        log.accept("The condition '" + condition + "' asks for '" + name + "', a class that the model does not have: "
                + "its classes are " + shown(classes));
    }

    /** Returns the classes as the end of a sentence. */
    static String shown(List<String> classes) {
        String shown = String.join(", ", classes.subList(0, Math.min(CLASSES_SHOWN, classes.size())));
        return MessageText.printable(shown)
                + (classes.size() > CLASSES_SHOWN ? " and " + (classes.size() - CLASSES_SHOWN) + " more." : ".");
    }

    private void warnOfThreshold(double threshold, double lowest) {
        log.accept(String.format(Locale.ROOT, "The condition '%s' asks for a confidence of %s, but the model leaves out"
                + " findings below %s: lower the option confidence, or raise the condition's.", condition, threshold, lowest));
    }

    @Override
    public String toString() {
        return condition.toString();
    }
}
