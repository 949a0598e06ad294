package io.github.camelroboflow.embedded;

import ai.onnxruntime.OrtException;
import io.github.camelroboflow.inference.ImageSize;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceInfo;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.RoboflowException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;

/** A model in memory: its net, and what is done before and after it runs. Used by many threads. */
final class LoadedModel implements InferenceModel {

    private final OnnxModel net;
    private final ImagePreparation preparation;
    private final OutputDecoder decoder;
    private final ModelDescription description;
    private final Deque<Workspace> workspaces = new ConcurrentLinkedDeque<>();

    private LoadedModel(OnnxModel net, ImagePreparation preparation, OutputDecoder decoder, ModelDescription description) {
        this.net = net;
        this.preparation = preparation;
        this.decoder = decoder;
        this.description = description;
    }

    /** @throws io.github.camelroboflow.inference.ModelPackageException if a file of it is missing or wrong */
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
                throw files.wrong("class_names.txt is missing, and " + weights.getFileName()
                        + " does not hold the class names either: write them there, one in a line");
            }
            OutputDecoder decoder = ModelFamilies.decoder(new ModelTraits(net.outputShapes(), net.inputSize(), names,
                    modelPackage.declaration().or(net.metadata())));
            Preprocessing preprocessing = modelPackage.preprocessing().orElse(decoder.exportDefaults()).or(decoder.defaults());
            String hash = files.hash(weights);
            Duration time = Duration.ofNanos(System.nanoTime() - start);
            ModelDescription description = new ModelDescription(model, decoder.task(), decoder.classNames(), net.inputSize(), hash,
                    time, modelPackage.colors());
            ImageSize datasetSize = modelPackage.datasetSize().area() > 0 ? modelPackage.datasetSize() : net.inputSize();
            ImagePreparation preparation = decoder.antialiased() ? ImagePreparation.antialiased(preprocessing, datasetSize)
                    : new ImagePreparation(preprocessing);
            return new LoadedModel(net, preparation, decoder, description);
        } catch (OrtException e) {
            close(net);
            throw files.wrong(weights.getFileName() + " (" + weights.toFile().length() + " bytes) is no ONNX file that runs: fetch"
                    + " or export it again; ONNX Runtime says: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            close(net);
            throw files.wrong(weights.getFileName() + ": " + e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            close(net);
            throw e;
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
    public Inference infer(ImageSource image, InferenceOptions options) {
        long start = System.nanoTime();
        byte[] bytes = read(image);
        Workspace workspace = null;
        try {
            workspace = workspaces.poll();
            if (workspace == null) {
                workspace = net.newWorkspace();
            }
            Placement placement = prepare(image.name(), bytes, options, workspace);
            net.run(workspace, InferencePool.unfinished());
            Supplier<InferenceInfo> info = () -> InferenceInfo.of(Ids.random(), (System.nanoTime() - start) / 1e9,
                    placement.image());
            return decoder.decode(workspace.outputs(), placement, options, info);
        } catch (OrtException e) {
            throw new RoboflowException("Model '" + description.id() + "' failed on image '" + image.name()
                    + "'; ONNX Runtime says: " + e.getMessage(), e);
        } finally {
            if (workspace != null) {
                workspaces.push(workspace);
            }
        }
    }

    private static byte[] read(ImageSource image) {
        try {
            return image.bytes();
        } catch (IOException e) {
            throw new RoboflowException("Image '" + image.name() + "' could not be read (" + e.getClass().getSimpleName()
                    + "): is it still there, and readable?", e);
        }
    }

    private Placement prepare(String name, byte[] bytes, InferenceOptions options, Workspace workspace) {
        // frees the decoded image before the net runs
        try (PointerScope scope = new PointerScope()) {
            DecodedImage decoded = ImageDecoder.decode(name, bytes, options,
                    size -> preparation.reduction(size, options, net.inputSize()));
            return preparation.prepare(name, decoded, options, workspace.planes());
        }
    }

    @Override
    public void close() {
        workspaces.forEach(Workspace::close);
        workspaces.clear();
        net.close();
    }
}
