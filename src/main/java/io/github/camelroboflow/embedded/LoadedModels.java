package io.github.camelroboflow.embedded;

import io.github.camelroboflow.embedded.session.CancellationToken;
import io.github.camelroboflow.embedded.session.EmbeddedSettings;
import io.github.camelroboflow.embedded.session.EmbeddedSettings.ExecutionProvider;
import io.github.camelroboflow.embedded.session.InferencePool;
import io.github.camelroboflow.embedded.session.NativeLibraries;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceEngine.InferenceListener;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.RoboflowException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models in memory. Each folder is loaded once for all engines of the same settings, and closed with its last lease. Above
 * {@link EmbeddedSettings#maxLoadedModels}, the models that were not used for the longest time are evicted, and loaded again for
 * their next use; a model in use is never evicted. Loads run side by side on threads of their own, so neither running models nor
 * other loads wait for them. The next user tries a failed load again.
 */
final class LoadedModels {

    static final LoadedModels OF_THIS_JVM = new LoadedModels((model, folder, settings) -> {
        // must come before the first class that needs them
        NativeLibraries.load();
        return LoadedModel.load(model, folder, settings);
    });

    private static final Logger LOG = LoggerFactory.getLogger(LoadedModels.class);

    private final Loader loader;
    private final Map<Key, Entry> entries = new HashMap<>();
    private long uses;
    private int loads;

    LoadedModels(Loader loader) {
        this.loader = loader;
    }

    @FunctionalInterface
    interface Loader {

        /** @throws io.github.camelroboflow.inference.RoboflowException if the model can't be loaded */
        InferenceModel load(ModelId model, Path folder, EmbeddedSettings settings);
    }

    private record Key(Path folder, int intraOpThreads, ExecutionProvider executionProvider) {
    }

    /**
     * Leases a model for use, and loads it if it is not in memory.
     *
     * @param folder real path of the model folder, the same for all users
     */
    Lease lease(ModelId model, Path folder, EmbeddedSettings settings) {
        Key key = new Key(folder, settings.intraOpThreads(), settings.executionProvider());
        List<InferenceModel> unloaded;
        Lease lease;
        synchronized (this) {
            Entry entry = entries.computeIfAbsent(key, Entry::new);
            entry.unloadRequested = false;
            if (entry.loading != null) {
                return new Lease(entry, settings.maxLoadedModels());
            }
            unloaded = unload(settings.maxLoadedModels() - 1);
            entry.name = model;
            entry.loading = new CompletableFuture<>();
            lease = new Lease(entry, settings.maxLoadedModels());
        }
        // frees their memory before the next model takes its own
        unloaded.forEach(InferenceModel::close);
        try {
            InferencePool.load(() -> load(lease, model, settings));
        } catch (RuntimeException | Error e) {
            fail(lease, e);
        }
        return lease;
    }

    private void load(Lease lease, ModelId model, EmbeddedSettings settings) {
        try {
            InferenceModel loaded = loader.load(model, lease.entry.key.folder(), settings);
            synchronized (this) {
                loads++;
            }
            lease.model.complete(loaded);
        } catch (Throwable e) {
            fail(lease, e);
        }
    }

    private void fail(Lease lease, Throwable error) {
        synchronized (this) {
            if (lease.entry.loading == lease.model) {
                lease.entry.loading = null;
            }
        }
        lease.model.completeExceptionally(error);
    }

    /** Removes the models that were not used for the longest time, until {@code limit} are left or all others are in use. */
    private List<InferenceModel> unload(int limit) {
        List<Entry> idle = entries.values().stream().filter(entry -> entry.running == 0 && entry.loaded())
                .sorted(Comparator.comparingLong(entry -> entry.lastUse)).toList();
        long inMemory = entries.values().stream().filter(entry -> entry.loading != null).count();
        List<InferenceModel> unloaded = new ArrayList<>();
        for (int i = 0; i < idle.size() && inMemory - i > limit; i++) {
            unloaded.add(idle.get(i).evict());
        }
        return unloaded;
    }

    /** Returns the number of leased models, in memory or not. */
    synchronized int size() {
        return entries.size();
    }

    /** Returns the number of models that are in memory or being loaded. */
    synchronized long loaded() {
        return entries.values().stream().filter(entry -> entry.loading != null).count();
    }

    /** Returns the number of successful loads. */
    synchronized int loads() {
        return loads;
    }

    /** A lease of one user on a model. The model is in use until {@link #release}. */
    final class Lease implements AutoCloseable {

        private final Entry entry;
        private final int limit;
        private final CompletableFuture<InferenceModel> model;
        private boolean inUse = true;
        private boolean closed;

        private Lease(Entry entry, int limit) {
            this.entry = entry;
            this.limit = limit;
            model = entry.loading;
            entry.users++;
            entry.running++;
        }

        /** Returns a future that the loading thread completes with the model. The model is valid while it is in use. */
        CompletableFuture<InferenceModel> model() {
            return model;
        }

        /** Returns a supplier of the size of the model's weights: 0 while the model is not in memory. It keeps no memory. */
        LongSupplier bytes() {
            return entry::bytes;
        }

        /** Ends the use, so that the model may be unloaded. A second call does nothing. */
        void release() {
            List<InferenceModel> unloaded = List.of();
            synchronized (LoadedModels.this) {
                if (inUse) {
                    inUse = false;
                    entry.running--;
                    entry.lastUse = ++uses;
                    unloaded = entry.isUnloadable() ? List.of(entry.unload()) : LoadedModels.this.unload(limit);
                }
            }
            unloaded.forEach(InferenceModel::close);
        }

        /** Frees the memory as soon as nobody uses the model, until its next use. */
        void unload() {
            List<InferenceModel> unloaded;
            synchronized (LoadedModels.this) {
                entry.unloadRequested = true;
                unloaded = entry.isUnloadable() ? List.of(entry.unload()) : List.of();
            }
            unloaded.forEach(InferenceModel::close);
        }

        /** Ends the use and the lease. A second call does nothing. */
        @Override
        public void close() {
            CompletableFuture<InferenceModel> last = null;
            synchronized (LoadedModels.this) {
                if (!closed) {
                    closed = true;
                    entry.users--;
                    last = entry.closeIfUnused();
                }
            }
            if (last != null) {
                last.thenAccept(InferenceModel::close);
            }
            release();
        }
    }

    private final class Entry {

        private final Key key;
        private int users;
        private int running;
        private long lastUse;
        private boolean warned;
        private boolean unloadRequested;
        /** The name of the last request for it. */
        private ModelId name;
        /** The model or its running load; {@code null} while it is not in memory. */
        private CompletableFuture<InferenceModel> loading;

        Entry(Key key) {
            this.key = key;
        }

        long bytes() {
            CompletableFuture<InferenceModel> model;
            synchronized (LoadedModels.this) {
                model = loading;
            }
            return model == null || !model.isDone() || model.isCompletedExceptionally() ? 0 : model.join().bytes();
        }

        boolean loaded() {
            return loading != null && loading.isDone();
        }

        boolean isUnloadable() {
            return unloadRequested && running == 0 && loaded();
        }

        InferenceModel evict() {
            if (!warned) {
                warned = true;
                LOG.warn("Model '{}' was unloaded to make room for others, and will be loaded again for its next image: raise"
                        + " maxLoadedModels if there is memory for more at a time", name);
            }
            return unload();
        }

        InferenceModel unload() {
            InferenceModel model = loading.join();
            loading = null;
            return model;
        }

        /** Returns the model that is left to close if this was the last lease, else {@code null}. */
        CompletableFuture<InferenceModel> closeIfUnused() {
            if (users > 0) {
                return null;
            }
            entries.remove(key);
            CompletableFuture<InferenceModel> last = loading;
            loading = null;
            return last;
        }
    }

    /** A model in memory. Used by many threads. */
    interface InferenceModel extends AutoCloseable {

        /** Returns the description, with the id of the first request; another id may stand for the same folder. */
        ModelDescription description();

        /** Returns how long the net took for a black image when it was loaded; no other image should take much longer. */
        Duration warmUpTime();

        /** Returns the size of its weights. */
        default long bytes() {
            return 0;
        }

        /**
         * @param cancellation ends the runs of the net when the result is no longer needed
         * @param listener     learns how long each stage took
         * @throws RoboflowException if the image can't be read or processed
         */
        Inference infer(ImageSource image, InferenceOptions options, CancellationToken cancellation, InferenceListener listener);

        /** Frees the memory. Call it when no inference runs any more. */
        @Override
        void close();
    }
}
