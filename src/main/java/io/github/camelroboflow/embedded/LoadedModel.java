package io.github.camelroboflow.embedded;

import static io.github.camelroboflow.inference.InferenceOption.DISABLE_PREPROC_AUTO_ORIENT;
import static io.github.camelroboflow.inference.InferenceOption.MAX_DETECTIONS;
import static io.github.camelroboflow.inference.InferenceOption.REDUCED_DECODING;
import static io.github.camelroboflow.inference.InferenceOption.TILE;

import ai.onnxruntime.OrtException;
import io.github.camelroboflow.embedded.LoadedModels.InferenceModel;
import io.github.camelroboflow.embedded.decode.ModelFamilies;
import io.github.camelroboflow.embedded.decode.ModelFamilies.ModelTraits;
import io.github.camelroboflow.embedded.decode.OutputDecoder;
import io.github.camelroboflow.embedded.decode.OutputDecoder.RandomIds;
import io.github.camelroboflow.embedded.image.ImageDecoder;
import io.github.camelroboflow.embedded.image.ImageDecoder.CheckedImage;
import io.github.camelroboflow.embedded.image.ImageDecoder.DecodedImage;
import io.github.camelroboflow.embedded.image.JpegRowReader.BaselineJpeg;
import io.github.camelroboflow.embedded.model.ModelFiles;
import io.github.camelroboflow.embedded.model.ModelPackage;
import io.github.camelroboflow.embedded.preprocessing.ImagePreprocessor;
import io.github.camelroboflow.embedded.preprocessing.InputPlanes;
import io.github.camelroboflow.embedded.preprocessing.Placement;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing;
import io.github.camelroboflow.embedded.session.CancellationToken;
import io.github.camelroboflow.embedded.session.EmbeddedSettings;
import io.github.camelroboflow.embedded.session.FloatTensor.WrongOutputException;
import io.github.camelroboflow.embedded.session.InferencePool;
import io.github.camelroboflow.embedded.session.OnnxModel;
import io.github.camelroboflow.embedded.session.Workspace;
import io.github.camelroboflow.embedded.tiling.TiledInference;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.InferenceEngine.InferenceListener;
import io.github.camelroboflow.inference.InferenceEngine.InferenceListener.Stage;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.ModelDescription.Appearance;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.ModelPackageException;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.Task;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.pixels.PixelMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;

/** A model in memory: its net, and the steps before and after each run. Used by many threads. */
final class LoadedModel implements InferenceModel {

    /** The size in pixels from which an image in tiles is decoded row by row if possible, to save memory. */
    private static final long LARGE = 10_000_000;

    /** The name of the picture at the start, for messages. */
    private static final String PICTURE = "a picture of coloured squares";
    private static final int PICTURE_SIDE = 320;
    private static final int SQUARE = 20;

    private final OnnxModel net;
    private final ImagePreprocessor preprocessor;
    private final OutputDecoder decoder;
    private final ModelDescription description;
    private final long bytes;
    private final Function<WrongOutputException, ModelPackageException> refusal;
    private final Deque<Workspace> workspaces = new ConcurrentLinkedDeque<>();

    private LoadedModel(OnnxModel net, ImagePreprocessor preprocessor, OutputDecoder decoder, ModelDescription description,
                        long bytes, Function<WrongOutputException, ModelPackageException> refusal) {
        this.net = net;
        this.preprocessor = preprocessor;
        this.decoder = decoder;
        this.description = description;
        this.bytes = bytes;
        this.refusal = refusal;
    }

    /** @throws io.github.camelroboflow.inference.ModelPackageException if one of its files is missing or wrong */
    static LoadedModel load(ModelId model, Path folder, EmbeddedSettings settings) {
        long start = System.nanoTime();
        ModelFiles files = new ModelFiles(model, folder);
        ModelPackage modelPackage = ModelPackage.read(files);
        Path weights = modelPackage.weights();
        OnnxModel net = null;
        try {
            net = new OnnxModel(weights, modelPackage.inputSize(), settings);
            List<String> names = modelPackage.classNames().isEmpty() ? net.metadata().classNames() : modelPackage.classNames();
            if (names.isEmpty()) {
                throw files.invalid("class_names.txt is missing, and " + weights.getFileName()
                        + " does not hold the class names either: write them there, one in a line");
            }
            OutputDecoder decoder = ModelFamilies.decoder(new ModelTraits(net.outputShapes(), net.inputSize(), names,
                    modelPackage.declaration().completedBy(net.metadata()), model.value()));
            Preprocessing preprocessing = modelPackage.preprocessing().orElse(decoder.exportPreprocessing())
                    .withDefaults(decoder.defaultPreprocessing());
            String hash = files.hash(weights);
            Duration time = Duration.ofNanos(System.nanoTime() - start);
            ModelDescription description = new ModelDescription(model, decoder.task(), decoder.classNames(), net.inputSize(), hash,
                    time, new Appearance(decoder.classNames(), modelPackage.colors(),
                            modelPackage.declaration().keypoints().skeletons()));
            ImageSize datasetSize = modelPackage.datasetSize().area() > 0 ? modelPackage.datasetSize() : net.inputSize();
            ImagePreprocessor preprocessor = decoder.antialiased() ? ImagePreprocessor.antialiased(preprocessing, datasetSize)
                    : new ImagePreprocessor(preprocessing);
            LoadedModel loaded = new LoadedModel(net, preprocessor, decoder, description, weights.toFile().length(),
                    wrong -> files.invalid(weights.getFileName() + ": " + wrong.getMessage(), wrong));
            try {
                loaded.tryPicture();
            } catch (RuntimeException | Error e) {
                loaded.closeWorkspaces();
                throw e;
            }
            return loaded;
        } catch (OrtException e) {
            close(net);
            throw files.invalid(weights.getFileName() + " (" + weights.toFile().length()
                    + " bytes) is not an ONNX file that runs: fetch or export it again; ONNX Runtime says: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            close(net);
            throw files.invalid(weights.getFileName() + ": " + e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            close(net);
            throw e;
        }
    }

    /** Runs a picture of coloured squares, which may show that the net is of another family than the declared one. */
    private void tryPicture() {
        CancellationToken timeout = new CancellationToken();
        Future<?> alarm = InferencePool.schedule(OnnxModel.MAX_WARM_UP, timeout::cancel);
        InferenceOptions options = InferenceOptions.DEFAULTS.with(MAX_DETECTIONS, 1);
        try (Mat picture = picture()) {
            Run run = new Run(PICTURE, System.nanoTime(), timeout, InferenceListener.NONE);
            run(run, (input, memory) -> preprocessor.prepare(PICTURE, new DecodedImage(picture, 1), options, input, memory),
                    options, size -> InferenceInfo.of("", 0, size));
        } catch (InvalidImageException e) {
            // the package selects a part that the picture doesn't have
        } catch (CancellationException e) {
            throw new IllegalArgumentException(PICTURE + " did not get through it within "
                    + OnnxModel.MAX_WARM_UP.toMillis() + " ms: it may hold a loop that never ends", e);
        } catch (RuntimeException e) {
            throw e instanceof ModelPackageException ? e : new IllegalArgumentException(e.getMessage(), e);
        } finally {
            alarm.cancel(false);
        }
    }

    /** Returns a picture that is neither black nor bright. */
    private static Mat picture() {
        try (PointerScope scope = new PointerScope()) {
            Mat picture = new Mat(PICTURE_SIDE, PICTURE_SIDE, opencv_core.CV_8UC3, Scalar.all(0));
            for (int i = 0; i < PICTURE_SIDE / SQUARE * (PICTURE_SIDE / SQUARE); i++) {
                Rect square = new Rect(i % (PICTURE_SIDE / SQUARE) * SQUARE, i / (PICTURE_SIDE / SQUARE) * SQUARE, SQUARE, SQUARE);
                picture.apply(square).put(new Scalar(i * 37 % 113, i * 59 % 113, i * 83 % 113, 0));
            }
            return picture.retainReference();
        }
    }

    private static void close(OnnxModel net) {
        if (net != null) {
            net.close();
        }
    }

    @Override
    public ModelDescription description() {
        return description;
    }

    @Override
    public Duration warmUpTime() {
        return net.warmUpTime();
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public Inference infer(ImageSource image, InferenceOptions options, CancellationToken cancellation,
                           InferenceListener listener) {
        long start = System.nanoTime();
        String name = image.name();
        byte[] bytes = read(image);
        CheckedImage checked = ImageDecoder.check(name, bytes, options);
        Function<ImageSize, InferenceInfo> info = size -> InferenceInfo.of(RandomIds.random(), (System.nanoTime() - start) / 1e9,
                size, checked.isDamaged()).withAppearance(description.appearance());
        if (!options.isChanged(TILE)) {
            Run run = new Run(name, start, cancellation, listener);
            return run(run, (input, memory) -> preprocessor.prepare(name, ImageDecoder.decode(checked, options,
                    size -> preprocessor.reduction(size, options, net.inputSize()), memory), options, input, memory), options,
                    info);
        }
        TiledInference tiled = new TiledInference(description, preprocessor, cancellation, (part, runOptions) -> run(
                new Run(name, System.nanoTime(), cancellation, listener),
                (input, memory) -> preprocessor.prepare(name, new DecodedImage(part.get(), 1), runOptions, input, memory),
                runOptions, info), info);
        tiled.check(name);
        if (checked.size().area() >= LARGE && !checked.isDamaged() && mayReduce(options)) {
            Optional<Inference> result = BaselineJpeg.of(bytes, options.get(DISABLE_PREPROC_AUTO_ORIENT))
                    .flatMap(jpeg -> tiled.infer(name, jpeg, options));
            if (result.isPresent()) {
                return result.get();
            }
        }
        try (PixelMemory memory = new PixelMemory()) {
            Mat decoded = decode(checked, options, memory);
            try {
                return tiled.infer(name, decoded, options);
            } finally {
                decoded.releaseReference();
            }
        }
    }

    /**
     * Decodes the whole image. The caller releases it: a pointer scope around the runs would free the workspaces that they
     * allocate.
     */
    private static Mat decode(CheckedImage image, InferenceOptions options, PixelMemory memory) {
        try (PointerScope scope = new PointerScope()) {
            return ImageDecoder.decode(image, options, size -> 1, memory).pixels().retainReference();
        }
    }

    /**
     * A run of the net on an image or a tile.
     *
     * @param name  name of the image
     * @param start time at which the preprocessing began, by {@link System#nanoTime()}
     */
    private record Run(String name, long start, CancellationToken cancellation, InferenceListener listener) {
    }

    private Inference run(Run run, BiFunction<InputPlanes, PixelMemory, Placement> prepare, InferenceOptions options,
                          Function<ImageSize, InferenceInfo> info) {
        String model = description.id().value();
        Workspace workspace = null;
        try {
            workspace = workspaces.poll();
            if (workspace == null) {
                workspace = net.newWorkspace();
            }
            Placement placement = prepare(prepare, workspace);
            long prepared = System.nanoTime();
            run.listener.ended(model, Stage.PREPROCESS, prepared - run.start);
            net.run(workspace, InferencePool.unfinished(), run.cancellation);
            long computed = System.nanoTime();
            run.listener.ended(model, Stage.NET, computed - prepared);
            Inference result = decoder.decode(workspace.outputs(), placement, options, () -> info.apply(placement.image()));
            run.listener.ended(model, Stage.DECODE, System.nanoTime() - computed);
            return result;
        } catch (WrongOutputException e) {
            throw refusal.apply(e);
        } catch (OrtException e) {
            throw new RoboflowException("Model '" + description.id() + "' failed on image '" + run.name
                    + "'; ONNX Runtime says: " + e.getMessage(), e);
        } finally {
            if (workspace != null) {
                workspaces.push(workspace);
            }
        }
    }

    /** Returns whether a run on the whole image may see a smaller picture, or whether there is none beside the tiles. */
    private boolean mayReduce(InferenceOptions options) {
        return options.get(REDUCED_DECODING) || description.task() == Task.SEMANTIC_SEGMENTATION;
    }

    private static byte[] read(ImageSource image) {
        try {
            return image.bytes();
        } catch (IOException e) {
            throw new RoboflowException("Image '" + image.name() + "' could not be read (" + e.getClass().getSimpleName()
                    + "): check that the file still exists and can be read", e);
        }
    }

    private static Placement prepare(BiFunction<InputPlanes, PixelMemory, Placement> prepare, Workspace workspace) {
        // the memory of the decoded image is free for others while the net runs
        try (PixelMemory memory = new PixelMemory(); PointerScope scope = new PointerScope()) {
            return prepare.apply(workspace.planes(), memory);
        }
    }

    @Override
    public void close() {
        closeWorkspaces();
        net.close();
    }

    private void closeWorkspaces() {
        workspaces.forEach(Workspace::close);
        workspaces.clear();
    }
}
