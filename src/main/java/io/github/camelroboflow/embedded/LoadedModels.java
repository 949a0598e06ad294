package io.github.camelroboflow.embedded;

import io.github.camelroboflow.embedded.session.CancellationToken;
import io.github.camelroboflow.embedded.session.EmbeddedSettings;
import io.github.camelroboflow.embedded.session.ExecutionProvider;
import io.github.camelroboflow.embedded.session.InferencePool;
import io.github.camelroboflow.embedded.session.NativeLibraries;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Models that are held in memory: each folder's is loaded once for all engines of the same settings, and closed with its last user.
 * Above {@link EmbeddedSettings#maxLoadedModels} those that were not used for the longest time are unloaded, and loaded again when
 * they are used; one that is being used never is. Loads run on threads of their own, side by side, so that neither models that run
 * nor other loads wait for them. A load that failed is tried again by the next user.
 */
final class LoadedModels {

    static final LoadedModels OF_THIS_JVM = new LoadedModels((model, folder, settings) -> {
        // before the first class that needs them
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

        /** @throws io.github.camelroboflow.inference.RoboflowException if it can't be loaded */
        InferenceModel load(ModelId model, Path folder, EmbeddedSettings settings);
    }

    private record Key(Path folder, int intraOpThreads, ExecutionProvider executionProvider) {
    }

    /**
     * Holds a model and uses it, for which it is loaded unless it is.
     *
     * @param folder its real path, so that all users name it alike
     */
    Hold use(ModelId model, Path folder, EmbeddedSettings settings) {
        Key key = new Key(folder, settings.intraOpThreads(), settings.executionProvider());
        List<InferenceModel> unloaded;
        Hold hold;
        synchronized (this) {
            Entry entry = entries.computeIfAbsent(key, Entry::new);
            entry.unloadRequested = false;
            if (entry.loading != null) {
                return new Hold(entry, settings.maxLoadedModels());
            }
            unloaded = unload(settings.maxLoadedModels() - 1);
            entry.name = model;
            entry.loading = new CompletableFuture<>();
            hold = new Hold(entry, settings.maxLoadedModels());
        }
        // their memory first
        unloaded.forEach(InferenceModel::close);
        try {
            InferencePool.load(() -> load(hold, model, settings));
        } catch (RuntimeException | Error e) {
            fail(hold, e);
        }
        return hold;
    }

    private void load(Hold hold, ModelId model, EmbeddedSettings settings) {
        try {
            InferenceModel loaded = loader.load(model, hold.entry.key.folder(), settings);
            synchronized (this) {
                loads++;
            }
            hold.model.complete(loaded);
        } catch (Throwable e) {
            fail(hold, e);
        }
    }

    private void fail(Hold hold, Throwable error) {
        synchronized (this) {
            if (hold.entry.loading == hold.model) {
                hold.entry.loading = null;
            }
        }
        hold.model.completeExceptionally(error);
    }

    /** Takes out the models that were not used for the longest time, until so many are left or all others are in use. */
    private List<InferenceModel> unload(int limit) {
        List<Entry> idle = entries.values().stream().filter(entry -> entry.running == 0 && entry.loaded())
                .sorted(Comparator.comparingLong(entry -> entry.lastUse)).toList();
        long many = entries.values().stream().filter(entry -> entry.loading != null).count();
        List<InferenceModel> unloaded = new ArrayList<>();
        for (int i = 0; i < idle.size() && many - i > limit; i++) {
            unloaded.add(idle.get(i).evict());
        }
        return unloaded;
    }

    /** How many models are held. */
    synchronized int size() {
        return entries.size();
    }

    /** How many models are in memory, or about to be. */
    synchronized long loaded() {
        return entries.values().stream().filter(entry -> entry.loading != null).count();
    }

    /** How many loads were successful. */
    synchronized int loads() {
        return loads;
    }

    /** One user's hold on a model, which uses it at first. */
    final class Hold implements AutoCloseable {

        private final Entry entry;
        private final int limit;
        private final CompletableFuture<InferenceModel> model;
        private boolean using = true;
        private boolean closed;

        private Hold(Entry entry, int limit) {
            this.entry = entry;
            this.limit = limit;
            model = entry.loading;
            entry.users++;
            entry.running++;
        }

        /** Completes when it is loaded, on the thread that loads it; valid while it is used. */
        CompletableFuture<InferenceModel> model() {
            return model;
        }

        /** Ends the use: from now on it may be unloaded. Doing so twice does nothing. */
        void release() {
            List<InferenceModel> unloaded = List.of();
            synchronized (LoadedModels.this) {
                if (using) {
                    using = false;
                    entry.running--;
                    entry.lastUse = ++uses;
                    unloaded = entry.isUnloadable() ? List.of(entry.unload()) : LoadedModels.this.unload(limit);
                }
            }
            unloaded.forEach(InferenceModel::close);
        }

        /** Frees the memory when nobody uses it, until the next use. */
        void unload() {
            List<InferenceModel> unloaded;
            synchronized (LoadedModels.this) {
                entry.unloadRequested = true;
                unloaded = entry.isUnloadable() ? List.of(entry.unload()) : List.of();
            }
            unloaded.forEach(InferenceModel::close);
        }

        /** Lets go of it. Doing so twice does nothing. */
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
        /** As it was asked for last. */
        private ModelId name;
        /** Null while it is not in memory. */
        private CompletableFuture<InferenceModel> loading;

        Entry(Key key) {
            this.key = key;
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

        /** What is left to close, if this was the last user. */
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

        /** As it was asked for first; another id may stand for the same folder. */
        ModelDescription description();

        /** How long its net took for a black image when it was loaded; no other image should take much longer. */
        Duration warmUpTime();

        /**
         * @param over tells when nobody wants the result any more, and ends the runs of the net then
         * @throws RoboflowException if the image can't be read or processed
         */
        Inference infer(ImageSource image, InferenceOptions options, CancellationToken over);

        /** To be called when no inference runs any more. */
        @Override
        void close();
    }
}
