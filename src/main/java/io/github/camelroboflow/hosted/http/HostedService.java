package io.github.camelroboflow.hosted.http;

/** A function of one of Roboflow's servers that many users call over shared connections. */
public interface HostedService extends AutoCloseable {

    /** Raises the number of requests that may be in flight at a time. The number is 0 at first, which counts as 1. */
    void addPermits(int requests);

    /** Lowers the number of requests that may be in flight at a time. */
    default void removePermits(int requests) {
        addPermits(-requests);
    }

    /** Cancels the requests in flight. */
    @Override
    void close();
}
