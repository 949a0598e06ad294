package io.github.camelroboflow.delivery.bucket;

import java.util.LinkedHashMap;
import java.util.Map;

/** Notes about some objects. Where there are too many, those that were not asked for the longest are forgotten. */
final class Recent<T> {

    private static final int MOST = 10_000;

    private final Map<String, T> notes = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
            return size() > MOST;
        }
    };

    /** {@code null} if there is none. */
    synchronized T get(String identity) {
        return notes.get(identity);
    }

    synchronized void put(String identity, T note) {
        notes.put(identity, note);
    }

    synchronized void remove(String identity) {
        notes.remove(identity);
    }
}
