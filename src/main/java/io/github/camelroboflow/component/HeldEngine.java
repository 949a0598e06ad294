package io.github.camelroboflow.component;

import io.github.camelroboflow.inference.InferenceEngine;

/** An engine that endpoints share, held by one more user until that closes it. */
public final class HeldEngine implements AutoCloseable {

    private final Engines.Lease lease;

    HeldEngine(Engines.Lease lease) {
        this.lease = lease;
    }

    public InferenceEngine engine() {
        return lease.engine();
    }

    /** Lets go of the engine, which is closed with its last user. */
    @Override
    public void close() {
        lease.close();
    }
}
