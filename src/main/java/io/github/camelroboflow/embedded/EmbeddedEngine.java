package io.github.camelroboflow.embedded;

import io.github.camelroboflow.embedded.model.ModelsDirectory;
import io.github.camelroboflow.embedded.session.EmbeddedSettings;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceEngine;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Runs models inside this JVM. A model is a folder {@code <models directory>/<project>/<version>}, or {@code <alias>}, in one of
 * three forms: {@code weights.onnx}, {@code environment.json} and {@code class_names.txt}; {@code inference_config.json} instead
 * of, or besides, {@code environment.json}; or a single ONNX file that holds its class names, as Ultralytics exports it.
 *
 * <p>Supported today: object detection, instance segmentation and keypoints by YOLOv5, 7 to 12 and 26, YOLO-NAS and RF-DETR, as
 * they are exported; images as JPEG, PNG, WebP, BMP, TIFF and GIF (its first frame).
 *
 * <p>A folder is loaded once per JVM for all engines of the same settings, and closed with its last user. All engines share one
 * thread per processor; each image of a batch is a task of its own, and an image that is alone has several threads. A model that is
 * not open is opened for the call. Above {@code maxLoadedModels} the ones that were not used for the longest time are unloaded,
 * open or not, until their next call. Needs ONNX Runtime and OpenCV (org.bytedeco) on the class path.
 *
 * <p>Besides those of the interface, a stage fails with {@link io.github.camelroboflow.inference.InvalidImageException} for what no
 * attempt can process, and with {@link RoboflowUnavailableException} when the engine closes, or its time is over and it had to
 * wait for most of that; an image that ran for most of it, through a net that is faster, fails as its own fault.
 */
public final class EmbeddedEngine implements InferenceEngine {

    private final ModelsDirectory models;
    private final EmbeddedSettings settings;
    private final Set<Handle> handles = new HashSet<>();
    private final Set<EmbeddedBatch> batches = new HashSet<>();
    private boolean closed;

    /** @param modelsDirectory holds the model folders; need not exist before a model is opened */
    public EmbeddedEngine(Path modelsDirectory) {
        this(modelsDirectory, EmbeddedSettings.DEFAULTS);
    }

    /** @param modelsDirectory holds the model folders; need not exist before a model is opened */
    public EmbeddedEngine(Path modelsDirectory, EmbeddedSettings settings) {
        models = new ModelsDirectory(modelsDirectory);
        this.settings = settings;
    }

    /**
     * {@inheritDoc}
     *
     * @throws RoboflowUnavailableException if the engine is closed
     */
    @Override
    public OpenModel open(ModelId model) {
        Handle handle = new Handle(model, use(model));
        synchronized (this) {
            if (!closed) {
                handles.add(handle);
                return handle;
            }
        }
        handle.close();
        throw stopped(model);
    }

    private LoadedModels.Hold use(ModelId model) {
        return LoadedModels.OF_THIS_JVM.use(model, models.folder(model), settings);
    }

    @Override
    public CompletionStage<List<Inference>> infer(ModelId model, List<ImageSource> images, InferenceOptions options) {
        EmbeddedBatch batch;
        try {
            batch = new EmbeddedBatch(model, images, options, () -> use(model));
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
        synchronized (this) {
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
            // what still runs holds its model by itself
            Thread.currentThread().interrupt();
        }
        open.forEach(Handle::close);
    }

    private final class Handle implements OpenModel {

        private final ModelId model;
        private final LoadedModels.Hold hold;
        private final ModelDescription known;

        Handle(ModelId model, LoadedModels.Hold hold) {
            this.model = model;
            this.hold = hold;
            try {
                known = hold.model().join().description();
            } catch (CompletionException e) {
                hold.close();
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            }
            hold.release();
        }

        @Override
        public ModelDescription description() {
            return new ModelDescription(model, known.task(), known.classes(), known.inputSize(), known.weightsHash(),
                    known.loadTime(), known.colors());
        }

        @Override
        public void unload() {
            hold.unload();
        }

        @Override
        public void close() {
            synchronized (EmbeddedEngine.this) {
                handles.remove(this);
            }
            hold.close();
        }
    }
}
