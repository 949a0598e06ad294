package io.github.camelroboflow.inference.support;

import java.io.Serial;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A map of a bounded size that removes the least recently used entry when it is full. Not thread-safe, like
 * {@link LinkedHashMap}.
 */
public final class LruMap<K, V> extends LinkedHashMap<K, V> {

    @Serial
    private static final long serialVersionUID = 1;

    private final int maxSize;

    /** @param maxSize the maximum number of entries */
    public LruMap(int maxSize) {
        super(16, 0.75f, true);
        this.maxSize = maxSize;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > maxSize;
    }
}
