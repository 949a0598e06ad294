package io.github.camelroboflow.hosted.http;

/** Something that one of Roboflow's servers does, asked for over connections that are shared by whoever asks. */
public interface HostedService extends AutoCloseable {

    /** Raises the number of requests that may be in flight at a time, 0 at first, which counts as 1. */
    void addPermits(int requests);

    /** Lowers it again, by what was added. */
    default void removePermits(int requests) {
        addPermits(-requests);
    }

    /** Ends what is in flight. */
    @Override
    void close();
}
