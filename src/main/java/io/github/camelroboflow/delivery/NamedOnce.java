package io.github.camelroboflow.delivery;

import io.github.camelroboflow.inference.LruMap;
import java.util.Map;

/** Remembers what was named in the log, so that it is named once; forgets the names that were not seen for longest. */
final class NamedOnce {

    private static final int MOST = 10_000;

    private final Map<String, Boolean> named = new LruMap<>(MOST);

    /** Tells whether a name is new. */
    synchronized boolean add(String name) {
        return named.put(name, true) == null;
    }

    /** Has a name count as new again. */
    synchronized void forget(String name) {
        named.remove(name);
    }

    synchronized int size() {
        return named.size();
    }
}
