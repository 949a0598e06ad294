package io.github.camelroboflow.embedded;

import io.github.camelroboflow.embedded.model.ModelFiles.ModelsDirectory;
import io.github.camelroboflow.embedded.session.Backlog.ImageTime;
import io.github.camelroboflow.embedded.session.Backlog;
import io.github.camelroboflow.embedded.session.EmbeddedSettings;
import io.github.camelroboflow.embedded.session.InferencePool;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceEngine;
import io.github.camelroboflow.inference.InferenceEngine.InferenceListener;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.support.LruMap;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Runs models inside this JVM. A model is a folder {@code <models directory>/<project>/<version>}, or {@code <alias>}. The folder
 * has one of three forms: {@code weights.onnx}, {@code environment.json} and {@code class_names.txt}; {@code inference_config.json}
 * instead of, or besides, {@code environment.json}; or a single ONNX file that holds its class names, as Ultralytics exports it.
 *
 * <p>Supported models, as they are exported: object detection, instance segmentation and keypoints by YOLOv5 to YOLO26, YOLO-NAS
 * and RF-DETR, object detection by YOLOX and RT-DETR, oriented boxes by YOLOv8 to YOLO26, classification and semantic segmentation.
 * Supported images: JPEG, PNG, WebP, BMP, TIFF and GIF (its first frame).
 *
 * <p>A folder is loaded once per JVM for all engines of the same settings, and unloaded with its last lease. All engines share one
 * thread per processor. Each image of a batch is a task of its own; an image that is alone in the JVM has several threads. A model
 * that is not open is opened for the call. Above {@code maxLoadedModels}, the models that were not used for the longest time are
 * unloaded until their next call, even if they are open. Needs ONNX Runtime and OpenCV (org.bytedeco) on the class path.
 *
 * <p>A stage fails as the interface describes. It also fails with {@link io.github.camelroboflow.inference.InvalidImageException}
 * for an image that no attempt can process, and with {@link RoboflowUnavailableException} when the engine closes, or when the time
 * is over and the image had to wait for most of it. If an image itself ran for most of the time, and the net is usually faster, the
 * failure is one of that image.
 */
public final class EmbeddedEngine implements InferenceEngine {

    private static final int MAX_TIMES = 1000;

    private final ModelsDirectory models;
    private final EmbeddedSettings settings;
    private final InferenceListener listener;
    private final Set<Handle> handles = new HashSet<>();
    private final Set<EmbeddedBatch> batches = new HashSet<>();
    private final Map<ModelId, ImageTime> imageTimes = new LruMap<>(MAX_TIMES);
    private boolean closed;

    /** @param modelsDirectory folder with the model folders; it need not exist before a model is opened */
    public EmbeddedEngine(Path modelsDirectory) {
        this(modelsDirectory, EmbeddedSettings.DEFAULTS);
    }

    /** @param modelsDirectory folder with the model folders; it need not exist before a model is opened */
    public EmbeddedEngine(Path modelsDirectory, EmbeddedSettings settings) {
        this(modelsDirectory, settings, InferenceListener.NONE);
    }

    /** @param modelsDirectory folder with the model folders; it need not exist before a model is opened */
    public EmbeddedEngine(Path modelsDirectory, EmbeddedSettings settings, InferenceListener listener) {
        models = new ModelsDirectory(modelsDirectory);
        this.settings = settings;
        this.listener = listener;
        InferencePool.addEngine();
    }

    /**
     * {@inheritDoc}
     *
     * @throws RoboflowUnavailableException if the engine is closed
     */
    @Override
    public OpenModel open(ModelId model) {
        LoadedModels.Lease lease = lease(model);
        Handle handle = new Handle(model, lease);
        listener.opened(model.value(), lease.bytes());
        synchronized (this) {
            if (!closed) {
                handles.add(handle);
                return handle;
            }
        }
        handle.close();
        throw stopped(model);
    }

    private LoadedModels.Lease lease(ModelId model) {
        return LoadedModels.OF_THIS_JVM.lease(model, models.folder(model), settings);
    }

    @Override
    public CompletionStage<List<Inference>> infer(ModelId model, List<ImageSource> images, InferenceOptions options) {
        EmbeddedBatch batch;
        try {
            batch = new EmbeddedBatch(model, images, options, () -> lease(model), listener, imageTime(model));
            synchronized (this) {
                if (closed) {
                    throw stopped(model);
                }
                batches.add(batch);
            }
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        batch.finished().thenRun(() -> forget(batch));
        batch.start();
        return batch.future();
    }

    private ImageTime imageTime(ModelId model) {
        synchronized (imageTimes) {
            return imageTimes.computeIfAbsent(model, id -> new ImageTime());
        }
    }

    @Override
    public Duration estimate(ModelId model, int ahead, int images) {
        return Backlog.OF_THIS_JVM.estimate(imageTime(model), ahead, images);
    }

    private synchronized void forget(EmbeddedBatch batch) {
        batches.remove(batch);
    }

    private static RoboflowUnavailableException stopped(ModelId model) {
        return new RoboflowUnavailableException("Model '" + model + "' can't be used: the engine is stopped");
    }

    @Override
    public void close() {
        List<EmbeddedBatch> unfinished;
        List<Handle> open;
        boolean first;
        synchronized (this) {
            first = !closed;
            closed = true;
            unfinished = List.copyOf(batches);
            open = List.copyOf(handles);
        }
        unfinished.forEach(EmbeddedBatch::stop);
        try {
            for (EmbeddedBatch batch : unfinished) {
                batch.awaitIdle();
            }
        } catch (InterruptedException e) {
            // images that still run hold their own leases
            Thread.currentThread().interrupt();
        }
        open.forEach(Handle::close);
        if (first) {
            InferencePool.removeEngine();
        }
    }

    private final class Handle implements OpenModel {

        private final ModelId model;
        private final LoadedModels.Lease lease;
        private final ModelDescription loaded;

        Handle(ModelId model, LoadedModels.Lease lease) {
            this.model = model;
            this.lease = lease;
            try {
                LoadedModels.InferenceModel opened = lease.model().join();
                loaded = opened.description();
                imageTime(model).assume(opened.warmUpTime());
            } catch (CompletionException e) {
                lease.close();
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            }
            lease.release();
        }

        @Override
        public ModelDescription description() {
            return new ModelDescription(model, loaded.task(), loaded.classes(), loaded.inputSize(), loaded.weightsHash(),
                    loaded.loadTime(), loaded.appearance());
        }

        @Override
        public void unload() {
            lease.unload();
        }

        @Override
        public void close() {
            synchronized (EmbeddedEngine.this) {
                handles.remove(this);
            }
            lease.close();
        }
    }
}
