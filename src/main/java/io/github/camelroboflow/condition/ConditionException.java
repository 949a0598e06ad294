package io.github.camelroboflow.condition;

/** A condition can't be answered: it does not fit the kind of result, or there is no result. The message says what to do. */
public class ConditionException extends IllegalStateException {

    public ConditionException(String message) {
        super(message);
    }

    public ConditionException(String message, Throwable cause) {
        super(message, cause);
    }
}
