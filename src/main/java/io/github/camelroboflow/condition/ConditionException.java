package io.github.camelroboflow.condition;

/**
 * A condition that can't be tested, because it does not fit the kind of result or there is no result. The message gives
 * the next step.
 */
public class ConditionException extends IllegalStateException {

    public ConditionException(String message) {
        super(message);
    }

    public ConditionException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * A condition that can't be tested on one result because its masks or locations are invalid. Other results of its
     * kind may be valid.
     */
    public static class DamagedResultException extends ConditionException {

        public DamagedResultException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
