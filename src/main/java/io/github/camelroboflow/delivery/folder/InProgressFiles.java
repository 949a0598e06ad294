package io.github.camelroboflow.delivery.folder;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceSupport;

/**
 * The files that a poll has listed and the route has not finished. Camel's own repository (4.18, mended later by CAMEL-23267) keeps
 * a change for each file that it ever saw, and after 100,000 files goes through all of them for each further one.
 */
final class InProgressFiles extends ServiceSupport implements IdempotentRepository {

    private final Set<String> keys = ConcurrentHashMap.newKeySet();

    @Override
    public boolean add(String key) {
        return keys.add(key);
    }

    @Override
    public boolean contains(String key) {
        return keys.contains(key);
    }

    @Override
    public boolean remove(String key) {
        return keys.remove(key);
    }

    @Override
    public boolean confirm(String key) {
        // nothing is kept for later
        return true;
    }

    @Override
    public void clear() {
        keys.clear();
    }
}
