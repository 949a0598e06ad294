package io.github.camelroboflow.delivery.failure;

import java.io.IOException;

/** Thrown if a destination did not accept a message. Its text tells a person why, and what to do. */
public final class DestinationException extends IOException {

    private static final long serialVersionUID = 1L;

    private final Fault fault;

    /** The kinds of failures. */
    public enum Fault {

        /** The message's own: the destination will never accept it. */
        MESSAGE,

        /** Perhaps the message's own: the destination may accept others. */
        UNCLEAR,

        /** The destination's: it accepts no message until somebody helps it. */
        DESTINATION
    }

    public DestinationException(Fault fault, String message, Throwable cause) {
        super(message, cause);
        this.fault = fault;
    }

    public Fault fault() {
        return fault;
    }
}
