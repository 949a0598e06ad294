package io.github.camelroboflow.condition.camel;

import io.github.camelroboflow.condition.ConditionException;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.spi.SimpleFunction;
import org.apache.camel.support.LRUCacheFactory;

/** Simple's function {@code detects}: {@code ${detects('person without helmet')}} is true or false. */
final class DetectsFunction implements SimpleFunction {

    static final String NAME = "detects";

    private static final int CONDITIONS_KEPT = 1000;

    // bounded, since a condition may be put together from a message
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
}
