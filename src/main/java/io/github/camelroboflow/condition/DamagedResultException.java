package io.github.camelroboflow.condition;

/** A condition can't be answered for one result, whose masks or places are none: another one of its kind may be all right. */
public class DamagedResultException extends ConditionException {

    public DamagedResultException(String message, Throwable cause) {
        super(message, cause);
    }
}
