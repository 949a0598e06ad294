package io.github.camelroboflow.delivery.outbox;

/** Sends a parcel and returns when the receiver has accepted it. */
@FunctionalInterface
interface Sending {

    /** @throws Exception if the receiver did not accept it, or perhaps did not */
    void send(Parcel parcel) throws Exception;
}
