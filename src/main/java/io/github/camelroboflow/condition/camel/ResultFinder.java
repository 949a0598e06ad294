package io.github.camelroboflow.condition.camel;

import io.github.camelroboflow.condition.Condition;
import io.github.camelroboflow.condition.ConditionException;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceFailure;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.support.ExchangeHelper;

/** Finds the result that a condition looks at: the variable that it names, else the body, the last result, the body's JSON. */
final class ResultFinder {

    private ResultFinder() {
    }

    static Inference find(Condition condition, Exchange exchange) {
        if (condition.variable().isPresent()) {
            return inVariable(condition, exchange);
        }
        Object body = exchange.getMessage().getBody();
        if (body instanceof Inference inference) {
            return inference;
        }
        refuseBatch(condition, body);
        if (exchange.getProperty(ExchangeProperties.INFERENCE) instanceof Inference inference) {
            return inference;
        }
        if (body == null) {
            throw nothing(condition, "the body is empty");
        }
        try {
            return ResultReader.read(exchange, body, exchange.getMessage()::setBody);
        } catch (IllegalArgumentException e) {
            throw nothing(condition, "the body (" + kind(body) + ") is no result: " + e.getMessage(), e);
        }
    }

    static Inference findWithoutBody(Condition condition, Exchange exchange) {
        if (condition.variable().isPresent()) {
            return inVariable(condition, exchange);
        }
        if (exchange.getProperty(ExchangeProperties.INFERENCE) instanceof Inference inference) {
            return inference;
        }
        throw new ConditionException(nowhere(condition) + "Camel hides the body from ${detects(…)}; write it as language: roboflow,"
                + " which sees the body, or keep the result in a variable and name that, as in 'result: person'");
    }

    private static Inference inVariable(Condition condition, Exchange exchange) {
        String name = condition.variable().orElseThrow();
        Object value = ExchangeHelper.getVariable(exchange, name);
        if (value instanceof Inference inference) {
            return inference;
        }
        if (value == null) {
            throw new ConditionException("The condition '" + condition + "' looks at the variable '" + name
                    + "', which is not set");
        }
        try {
            return ResultReader.read(exchange, value, kept -> ExchangeHelper.setVariable(exchange, name, kept));
        } catch (IllegalArgumentException e) {
            throw new ConditionException("The condition '" + condition + "' looks at the variable '" + name + "' ("
                    + kind(value) + "), which is no result: " + e.getMessage(), e);
        }
    }

    /** The last result is one of a batch, so it would answer for all of them. */
    private static void refuseBatch(Condition condition, Object body) {
        if (body instanceof InferenceFailure failure) {
            throw new ConditionException("The condition '" + condition + "' has no result to look at: the inference of "
                    + failure.image() + " failed: " + failure.error());
        }
        if (body instanceof List<?> list && list.stream().anyMatch(e -> e instanceof Inference || e instanceof InferenceFailure)) {
            throw new ConditionException("The condition '" + condition + "' looks at one result, but the body is a list of "
                    + list.size() + ": split it first");
        }
    }

    private static String nowhere(Condition condition) {
        return "The condition '" + condition + "' has no result to look at: there is none in the exchange property "
                + ExchangeProperties.INFERENCE + ", and ";
    }

    private static String kind(Object value) {
        String name = value.getClass().getSimpleName();
        return (name.matches("[AEIOU].*") ? "an " : "a ") + name;
    }

    private static ConditionException nothing(Condition condition, String problem, Throwable... cause) {
        String message = nowhere(condition) + problem + "; call a model before it, or name the variable that holds the result,"
                + " as in 'result: person'";
        return cause.length == 0 ? new ConditionException(message) : new ConditionException(message, cause[0]);
    }
}
