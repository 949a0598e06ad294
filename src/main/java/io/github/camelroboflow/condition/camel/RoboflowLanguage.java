package io.github.camelroboflow.condition.camel;

import io.github.camelroboflow.condition.ConditionSyntaxException;
import org.apache.camel.Expression;
import org.apache.camel.Predicate;
import org.apache.camel.spi.annotations.Language;
import org.apache.camel.support.LanguageSupport;
import org.apache.camel.support.PredicateToExpressionAdapter;

/**
 * The language {@code roboflow}: detection conditions such as {@code person without helmet}. The result is a Boolean.
 */
@Language("roboflow")
public class RoboflowLanguage extends LanguageSupport {

    /** @throws ConditionSyntaxException if the text is no condition */
    @Override
    public Predicate createPredicate(String expression) {
        return DetectionPredicate.detects(loadResource(expression));
    }

    /** @throws ConditionSyntaxException if the text is no condition */
    @Override
    public Expression createExpression(String expression) {
        return PredicateToExpressionAdapter.toExpression(createPredicate(expression));
    }
}
