package io.github.camelroboflow.delivery.outbox;

import java.io.IOException;

/** A payload can't be read here, which is not its destination's fault. */
final class PayloadException extends Exception {

    private static final long serialVersionUID = 1L;

    PayloadException(IOException cause) {
        super(cause.getMessage(), cause);
    }

    @Override
    public synchronized IOException getCause() {
        return (IOException) super.getCause();
    }
}
