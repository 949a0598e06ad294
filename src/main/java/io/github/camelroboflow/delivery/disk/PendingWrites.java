package io.github.camelroboflow.delivery.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Holds the writes for one image that are not committed yet: files without their final names, and rows that are not on disk. */
public final class PendingWrites {

    /** Exchange property: the pending writes of an image, if its delivery waits until all are committed. */
    public static final String PROPERTY = "CamelRoboflowPendingWrites";

    /** One or more files that are not visible yet. */
    public interface Write {

        /** Forces the content to disk. */
        void force() throws IOException;

        /** Renames the files to the names under which others see them. Returns the folders that hold them. */
        Set<Path> publish() throws IOException;

        /** Deletes the files that will not be published. */
        void discard();
    }

    /** A database with changes. */
    @FunctionalInterface
    public interface Store {

        /** Forces all changes so far to disk. */
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

    /** Returns and removes the writes. A later write belongs to the next commit. */
    synchronized List<Write> writes() {
        List<Write> current = new ArrayList<>(writes);
        writes.clear();
        return current;
    }

    synchronized Set<Store> stores() {
        Set<Store> current = Set.copyOf(stores);
        stores.clear();
        return current;
    }

    /** Discards the writes that were not committed. */
    public void discard() {
        writes().forEach(Write::discard);
    }

    /** Returns whether there is nothing to commit. */
    public synchronized boolean isEmpty() {
        return writes.isEmpty() && stores.isEmpty();
    }
}
