package io.github.camelroboflow.condition.camel;

import io.github.camelroboflow.condition.Condition;
import io.github.camelroboflow.condition.ConditionException;
import io.github.camelroboflow.condition.ConditionSyntaxException;
import io.github.camelroboflow.inference.Inference;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;

/** A detection condition as a predicate of routes in Java: {@code .filter(detects("person without helmet"))}. */
public final class DetectionPredicate implements Predicate {

    private final Condition condition;
    private final CheckedCondition checked;

    private DetectionPredicate(Condition condition) {
        this.condition = condition;
        this.checked = new CheckedCondition(condition);
    }

    /** @throws ConditionSyntaxException if the text is no condition */
    public static DetectionPredicate detects(String condition) {
        return new DetectionPredicate(Condition.parse(condition));
    }

    /** @throws ConditionException if there is no result, or it does not fit the condition */
    @Override
    public boolean matches(Exchange exchange) {
        return test(exchange, ResultFinder.find(condition, exchange));
    }

    /** Tests the condition for the function {@code detects}, from which Camel hides the body. */
    boolean matchesWithoutBody(Exchange exchange) {
        return test(exchange, ResultFinder.findWithoutBody(condition, exchange));
    }

    private boolean test(Exchange exchange, Inference inference) {
        checked.warnOnce(exchange, inference);
        return condition.test(inference);
    }

    /** Registers the condition. Camel calls this for conditions in a route. */
    @Override
    public void init(CamelContext context) {
        RouteConditions.of(context).add(checked);
    }

    /** Returns the condition as written. */
    @Override
    public String toString() {
        return condition.toString();
    }
}
