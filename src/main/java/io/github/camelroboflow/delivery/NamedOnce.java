package io.github.camelroboflow.delivery;

import java.util.LinkedHashMap;
import java.util.Map;

/** Remembers what was named in the log, so that it is named once; forgets the names that were not seen for longest. */
final class NamedOnce {

    private static final int MOST = 10_000;

    private final Map<String, Boolean> named = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MOST;
        }
    };

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
