package io.github.camelroboflow.embedded;

import ai.onnxruntime.OrtException;
import io.github.camelroboflow.embedded.decode.ModelFamilies;
import io.github.camelroboflow.embedded.decode.ModelFamilies.ModelTraits;
import io.github.camelroboflow.embedded.decode.OutputDecoder;
import io.github.camelroboflow.embedded.image.ImageDecoder;
import io.github.camelroboflow.embedded.image.ImageDecoder.CheckedImage;
import io.github.camelroboflow.embedded.image.ImageDecoder.DecodedImage;
import io.github.camelroboflow.embedded.model.ModelFiles;
import io.github.camelroboflow.embedded.model.ModelPackage;
import io.github.camelroboflow.embedded.preprocessing.ImagePreprocessor;
import io.github.camelroboflow.embedded.preprocessing.Placement;
import io.github.camelroboflow.embedded.session.CancellationToken;
import io.github.camelroboflow.embedded.session.EmbeddedSettings;
import io.github.camelroboflow.embedded.session.EmbeddedSettings.ExecutionProvider;
import io.github.camelroboflow.embedded.session.NativeLibraries;
import io.github.camelroboflow.embedded.session.OnnxModel;
import io.github.camelroboflow.embedded.session.Workspace;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.pixels.PixelMemory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;

/** The steps of the engine for an image, with the time of each step, for benchmarks. */
public final class Stages implements AutoCloseable {

    private final OnnxModel net;
    private final ImagePreprocessor preprocessor;
    private final OutputDecoder decoder;
    private final Workspace workspace;

    public Stages(Path modelsDirectory, ModelId model, int threads) throws OrtException {
        NativeLibraries.load();
        ModelPackage files = ModelPackage.read(new ModelFiles(model, modelsDirectory.resolve(model.value())));
        net = new OnnxModel(files.weights(), files.inputSize(), new EmbeddedSettings(threads, ExecutionProvider.CPU, 8));
        decoder = ModelFamilies.decoder(new ModelTraits(net.outputShapes(), net.inputSize(), files.classNames(),
                files.declaration().completedBy(net.metadata())));
        preprocessor = new ImagePreprocessor(files.preprocessing().orElse(decoder.defaultPreprocessing())
                .withDefaults(decoder.defaultPreprocessing()));
        workspace = net.newWorkspace();
    }

    public ImageSize inputSize() {
        return net.inputSize();
    }

    /** Returns the milliseconds by step, in order. */
    public Map<String, Double> run(byte[] image, InferenceOptions options) throws OrtException {
        Map<String, Double> times = new LinkedHashMap<>();
        Placement placement;
        long start = System.nanoTime();
        try (PixelMemory memory = new PixelMemory(); PointerScope scope = new PointerScope()) {
            CheckedImage checked = ImageDecoder.check("benchmark", image, options);
            start = lap("check", start, times);
            DecodedImage decoded = ImageDecoder.decode(checked, options,
                    size -> preprocessor.reduction(size, options, net.inputSize()), memory);
            start = lap("decode", start, times);
            placement = preprocessor.prepare("benchmark", decoded, options, workspace.planes(), memory);
            start = lap("prepare", start, times);
        }
        net.run(workspace, 1, new CancellationToken());
        start = lap("run", start, times);
        Inference inference = decoder.decode(workspace.outputs(), placement, options,
                () -> InferenceInfo.of("benchmark", 0, placement.image()));
        start = lap("outputs", start, times);
        InferenceJson.bytes(inference);
        lap("json", start, times);
        return times;
    }

    private static long lap(String step, long start, Map<String, Double> times) {
        times.put(step, (System.nanoTime() - start) / 1e6);
        return System.nanoTime();
    }

    @Override
    public void close() {
        workspace.close();
        net.close();
    }
}
