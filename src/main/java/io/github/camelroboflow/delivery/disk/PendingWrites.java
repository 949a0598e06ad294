package io.github.camelroboflow.delivery.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Holds the writes for one image that are not delivered yet: files without their names, rows that are not on disk. */
public final class PendingWrites {

    /** Exchange property: that of an image, if its delivery waits until all of it is settled. */
    public static final String PROPERTY = "CamelRoboflowUnsettled";

    /** A file, or several, that nobody sees yet. */
    public interface Write {

        /** Has the content on disk. */
        void force() throws IOException;

        /** Gives the names under which others see it; returns the folders that these are in. */
        Set<Path> publish() throws IOException;

        /** Does away with what will not be published. */
        void discard();
    }

    /** A database that was changed. */
    @FunctionalInterface
    public interface Store {

        /** Has all changes so far on disk. */
        void flush();
    }

    private final List<Write> writes = new ArrayList<>();
    private final Set<Store> stores = new LinkedHashSet<>();

    public synchronized void add(Write write) {
        writes.add(write);
    }

    public synchronized void add(Store store) {
        stores.add(store);
    }

    /** Hands them over: what comes later is for the next to settle. */
    synchronized List<Write> writes() {
        List<Write> handed = new ArrayList<>(writes);
        writes.clear();
        return handed;
    }

    synchronized Set<Store> stores() {
        Set<Store> handed = Set.copyOf(stores);
        stores.clear();
        return handed;
    }

    /** Does away with what was not settled. */
    public void discard() {
        writes().forEach(Write::discard);
    }

    /** Whether there is nothing to settle. */
    public synchronized boolean isEmpty() {
        return writes.isEmpty() && stores.isEmpty();
    }
}
