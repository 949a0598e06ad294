package io.github.camelroboflow.embedded;

import io.github.camelroboflow.inference.ModelId;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The models of this JVM: each folder's is loaded once for all engines of the same settings, and closed with its last user. A load that
 * failed is tried again by the next user.
 */
final class LoadedModels {

    private static final Map<Key, Entry> ENTRIES = new HashMap<>();
    private static final AtomicInteger LOADS = new AtomicInteger();

    private LoadedModels() {
    }

    private record Key(Path folder, EmbeddedSettings settings) {
    }

    /**
     * Loads the model unless it is loaded, which others then wait for.
     *
     * @param folder its real path, so that all users name it alike
     */
    static Lease acquire(ModelId model, Path folder, EmbeddedSettings settings) {
        Entry entry;
        synchronized (ENTRIES) {
            entry = ENTRIES.computeIfAbsent(new Key(folder, settings), Entry::new);
            entry.users++;
        }
        try {
            return new Lease(entry, entry.load(model));
        } catch (RuntimeException | Error e) {
            entry.release();
            throw e;
        }
    }

    /** How many models are in use. */
    static int size() {
        synchronized (ENTRIES) {
            return ENTRIES.size();
        }
    }

    /** How many were loaded since the JVM started. */
    static int loads() {
        return LOADS.get();
    }

    /** One user's hold on a model. Closing it twice does nothing. */
    static final class Lease implements AutoCloseable {

        private final Entry entry;
        private final LoadedModel model;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Lease(Entry entry, LoadedModel model) {
            this.entry = entry;
            this.model = model;
        }

        LoadedModel model() {
            return model;
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                entry.release();
            }
        }
    }

    private static final class Entry {

        private final Key key;
        private int users;
        private LoadedModel model;

        Entry(Key key) {
            this.key = key;
        }

        synchronized LoadedModel load(ModelId id) {
            if (model == null) {
                NativeLibraries.load();
                model = LoadedModel.load(id, key.folder(), key.settings());
                LOADS.incrementAndGet();
            }
            return model;
        }

        void release() {
            synchronized (ENTRIES) {
                if (--users > 0) {
                    return;
                }
                ENTRIES.remove(key);
            }
            close();
        }

        private synchronized void close() {
            if (model != null) {
                model.close();
            }
        }
    }
}
