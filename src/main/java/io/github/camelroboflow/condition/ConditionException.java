package io.github.camelroboflow.condition;

/** A condition can't be answered: it does not fit the kind of result, or there is no result. The message says what to do. */
public class ConditionException extends IllegalStateException {

    public ConditionException(String message) {
        super(message);
    }

    public ConditionException(String message, Throwable cause) {
        super(message, cause);
    }

    /** A condition can't be answered for one result, whose masks or places are none: another one of its kind may be all right. */
    public static class DamagedResultException extends ConditionException {

        public DamagedResultException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
