package io.github.camelroboflow.component;

import io.github.camelroboflow.hosted.HostedService;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** Things that are shared: made for the first who wants one, closed when the last has let go of it. */
final class Leases<K, V extends AutoCloseable> {

    private final Map<K, Shared> shared = new HashMap<>();

    /** Something that is held; {@link #close()} lets go of it, once. */
    interface Lease<V> extends AutoCloseable {

        V value();

        @Override
        void close();
    }

    /** A hold on a service together with places in it, which are given back when it is let go of. */
    static <V> Lease<V> withPlaces(Lease<V> lease, HostedService service, int places) {
        service.addPlaces(places);
        AtomicBoolean closed = new AtomicBoolean();
        return new Lease<>() {
            @Override
            public V value() {
                return lease.value();
            }

            @Override
            public void close() {
                if (closed.compareAndSet(false, true)) {
                    service.removePlaces(places);
                    lease.close();
                }
            }
        };
    }

    /** Something that its owner closes. */
    static <V> Lease<V> borrowed(V value) {
        return new Lease<>() {
            @Override
            public V value() {
                return value;
            }

            @Override
            public void close() {
                // its owner does
            }
        };
    }

    Lease<V> lease(K key, Supplier<? extends V> opener) {
        synchronized (shared) {
            Shared held = shared.computeIfAbsent(key, id -> new Shared(id, opener.get()));
            held.users++;
            return held.new Use();
        }
    }

    private final class Shared {

        private final K key;
        private final V value;
        private int users;

        Shared(K key, V value) {
            this.key = key;
            this.value = value;
        }

        private final class Use implements Lease<V> {

            private boolean closed;

            @Override
            public V value() {
                return value;
            }

            @Override
            public void close() {
                synchronized (shared) {
                    if (closed || --users > 0) {
                        closed = true;
                        return;
                    }
                    closed = true;
                    shared.remove(key);
                }
                try {
                    value.close();
                } catch (RuntimeException e) {
                    throw e;
                } catch (Exception e) {
                    throw new IllegalStateException("a shared service could not be closed", e);
                }
            }
        }
    }
}
