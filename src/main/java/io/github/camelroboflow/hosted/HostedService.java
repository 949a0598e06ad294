package io.github.camelroboflow.hosted;

/** Something that one of Roboflow's servers does, asked for over connections that are shared by whoever asks. */
public interface HostedService extends AutoCloseable {

    /** Raises the number of requests that may be in flight at a time, 0 at first, which counts as 1. */
    void addPlaces(int requests);

    /** Lowers it again, by what was added. */
    default void removePlaces(int requests) {
        addPlaces(-requests);
    }

    /** Ends what is in flight. */
    @Override
    void close();
}
