package io.github.camelroboflow.embedded.session;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.github.camelroboflow.embedded.model.WeightsMetadata;
import io.github.camelroboflow.embedded.session.Workspace.TensorShape;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;

/**
 * A net in ONNX Runtime with one image input {@code [B, C, H, W]} of one or three channels, whose dimensions may be left open.
 * Several threads may run it at the same time, each with its own workspace.
 */
public final class OnnxModel implements AutoCloseable {

    private static final int DEFAULT_SIDE = 640;
    private static final int MAX_BATCH = 64;
    private static final int USUAL_STRIDE = 32;
    /** A level that is neither black nor bright, whether levels end at 1 or at 255. */
    private static final float GRAY = 0.4f;
    /** The limit for an image at the start: a net may hold a loop that never ends. */
    public static final Duration MAX_WARM_UP = Duration.ofMinutes(2);

    private final Duration maxWarmUp;
    private final OnnxSessions sessions;
    private final WeightsMetadata metadata;
    private final TensorShape input;
    private final List<TensorShape> outputs = new ArrayList<>();
    private final Duration warmUpTime;
    /** Whether the image determines sizes of outputs, so that they can't be allocated before a run. */
    private volatile boolean variable;

    /**
     * @param configured size of the input for a net that takes any size
     * @throws OrtException             if it is not an ONNX file that runs
     * @throws IllegalArgumentException if it runs, but its input is not one image
     */
    public OnnxModel(Path weights, ImageSize configured, EmbeddedSettings settings) throws OrtException {
        this(weights, configured, settings, MAX_WARM_UP);
    }

    OnnxModel(Path weights, ImageSize configured, EmbeddedSettings settings, Duration maxWarmUp) throws OrtException {
        this.maxWarmUp = maxWarmUp;
        sessions = new OnnxSessions(weights, settings);
        try {
            OrtSession session = sessions.any();
            metadata = new WeightsMetadata(Map.copyOf(session.getMetadata().getCustomMetadata()));
            TensorShape declared = declaredInput(session);
            long[] sides = declared.shape();
            ImageSize size = configured.area() > 0 ? configured : metadata.inputSize();
            input = new TensorShape(declared.name(), new long[] {Math.max(1, sides[0]), channels(sides[1]),
                side(sides[2], size.height()), side(sides[3], size.width())}, declared.type());
            long start = System.nanoTime();
            List<TensorShape> black = warmUp(session, 0, sides[2] < 0 || sides[3] < 0);
            warmUpTime = Duration.ofNanos(System.nanoTime() - start);
            List<TensorShape> gray = hasOpenOutputs(session) || sessions.choose(1) != session
                    ? warmUp(sessions.choose(1), GRAY, false) : black;
            for (int i = 0; i < black.size(); i++) {
                TensorShape one = black.get(i);
                outputs.add(new TensorShape(one.name(), common(one.shape(), gray.get(i).shape()), one.type()));
            }
            variable = outputs.stream().flatMapToLong(output -> Arrays.stream(output.shape())).anyMatch(side -> side < 0);
        } catch (OrtException | RuntimeException e) {
            sessions.close();
            throw e;
        }
    }

    /** Returns whether the file leaves dimensions of outputs open, other than the number of images. */
    private static boolean hasOpenOutputs(OrtSession session) throws OrtException {
        return session.getOutputInfo().values().stream().map(NodeInfo::getInfo).filter(TensorInfo.class::isInstance)
                .anyMatch(info -> Arrays.stream(((TensorInfo) info).getShape()).skip(1).anyMatch(side -> side < 0));
    }

    /** Returns the dimensions that both shapes have, and -1 for those that differ or are 0. */
    private static long[] common(long[] shape, long[] other) {
        long[] common = shape.clone();
        for (int i = 0; i < shape.length; i++) {
            common[i] = other.length == shape.length && shape[i] == other[i] && shape[i] > 0 ? shape[i] : -1;
        }
        return common;
    }

    /** Returns the input, with -1 for dimensions that are left open. */
    private static TensorShape declaredInput(OrtSession session) throws OrtException {
        Map<String, NodeInfo> inputs = session.getInputInfo();
        String name = inputs.keySet().iterator().next();
        String problem = inputs.size() != 1
                ? "a net whose only input is the image: export it without the parts that take the others"
                : inputProblem(inputs.get(name));
        if (!problem.isEmpty()) {
            throw new IllegalArgumentException("it takes " + inputs.values().stream().map(OnnxModel::describe).toList()
                    + ", but supported is only " + problem);
        }
        TensorInfo info = (TensorInfo) inputs.get(name).getInfo();
        return new TensorShape(name, info.getShape(), info.type);
    }

    /** Returns the supported input that this one isn't, with a cure; empty if it is supported. */
    private static String inputProblem(NodeInfo input) {
        if (!(input.getInfo() instanceof TensorInfo info) || info.getShape().length != 4) {
            return "an image [1, 3, height, width]: is it a model for images?";
        }
        long[] shape = info.getShape();
        if (!BoundTensor.supports(info.type)) {
            return "an image of floats of 32 or 16 bits: export it with such an input";
        }
        if (shape[1] > 3 && (shape[3] == 3 || shape[3] == 1)) {
            return "an image with its channels first, [1, 3, height, width]: export it without channels last";
        }
        return shape[0] > MAX_BATCH ? "a batch of at most " + MAX_BATCH + " images: export it with batch size 1" : "";
    }

    /** @throws IllegalArgumentException if the input's channels are neither those of a colour nor of a gray image */
    private int channels(long fixed) {
        int declared = "1".equals(metadata.entries().getOrDefault("channels", "").strip()) ? 1 : 3;
        int count = fixed < 0 ? declared : Math.toIntExact(fixed);
        if (count != 1 && count != 3) {
            throw new IllegalArgumentException("it takes images of " + count + " channels, but images have three (red, green,"
                    + " blue), or one for a net that takes gray images: train and export it for one of these");
        }
        return count;
    }

    private static int side(long fixed, int configured) {
        return fixed > 0 ? Math.toIntExact(fixed) : configured > 0 ? configured : DEFAULT_SIDE;
    }

    static String describe(NodeInfo node) {
        return node.getInfo() instanceof TensorInfo info ? node.getName() + " " + Arrays.toString(info.getShape()) + " " + info.type
                : node.getName();
    }

    /**
     * Runs an image of one colour, which shows whether the net works, and the shapes of its outputs.
     *
     * @param level number for each pixel and channel; 0 for a black image
     * @param open  whether the net leaves its input's size open
     * @throws IllegalArgumentException if the net takes images of any size by its declaration, but not of this one
     */
    private List<TensorShape> warmUp(OrtSession session, float level, boolean open) throws OrtException {
        List<TensorShape> shapes = new ArrayList<>();
        CancellationToken timeout = new CancellationToken();
        Future<?> alarm = InferencePool.schedule(maxWarmUp, timeout::cancel);
        try (Workspace workspace = new Workspace(input, List.of())) {
            workspace.fill(level);
            try (OrtSession.Result result = timeout.run(options -> session.run(workspace.inputTensor(), options))) {
                for (Map.Entry<String, OnnxValue> output : result) {
                    if (!(output.getValue() instanceof OnnxTensor tensor) || !BoundTensor.supports(tensor.getInfo().type)) {
                        throw new IllegalArgumentException("its output " + describe(session.getOutputInfo().get(output.getKey()))
                                + " is not of floats of 32 or 16 bits, and nothing else is supported: export it without this"
                                + " output, or with such floats");
                    }
                    shapes.add(new TensorShape(output.getKey(), tensor.getInfo().getShape(), tensor.getInfo().type));
                }
            }
        } catch (CancellationException e) {
            throw new IllegalArgumentException("an image of one colour did not get through it within " + maxWarmUp.toMillis()
                    + " ms: it may hold a loop that never ends, or be too large for this machine", e);
        } catch (OrtException e) {
            ImageSize size = inputSize();
            if (open && (size.width() % USUAL_STRIDE != 0 || size.height() % USUAL_STRIDE != 0)) {
                throw new IllegalArgumentException("it leaves the size of its input open, but does not run at " + size
                        + ", the size that its package gives: most nets need sides that are multiples of " + USUAL_STRIDE
                        + ", so write such a size into the package; ONNX Runtime says: " + e.getMessage(), e);
            }
            throw e;
        } finally {
            alarm.cancel(false);
        }
        return shapes;
    }

    /** Returns how long a run on a black image took. */
    public Duration warmUpTime() {
        return warmUpTime;
    }

    /** Returns the metadata in the weights. */
    public WeightsMetadata metadata() {
        return metadata;
    }

    public ImageSize inputSize() {
        return new ImageSize((int) input.shape()[3], (int) input.shape()[2]);
    }

    private int batch() {
        return (int) input.shape()[0];
    }

    /** Returns the shapes of the outputs for one image, by name, in the graph's order; -1 for sides that the image determines. */
    public Map<String, long[]> outputShapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        outputs.forEach(output -> shapes.put(output.name(), FloatTensor.firstShape(output.shape(), batch())));
        return shapes;
    }

    public Workspace newWorkspace() throws OrtException {
        return new Workspace(input, variable ? List.of() : outputs);
    }

    /**
     * Computes the workspace's outputs from its input.
     *
     * @param images       number of images that run or wait in this JVM, including this one; the number of threads depends on it
     * @param cancellation token that ends the run
     * @throws java.util.concurrent.CancellationException if the run was cancelled
     */
    public void run(Workspace workspace, int images, CancellationToken cancellation) throws OrtException {
        OrtSession session = sessions.choose(images);
        if (variable) {
            runUnbound(session, workspace, cancellation);
            return;
        }
        try {
            cancellation.run(options -> session.run(workspace.inputTensor(), Set.of(), workspace.outputTensors(), options)).close();
            workspace.readOutputs();
        } catch (OrtException e) {
            // most often an output of another size, which ONNX Runtime can write into memory of its own
            runUnbound(session, workspace, cancellation);
            variable = true;
        }
    }

    private void runUnbound(OrtSession session, Workspace workspace, CancellationToken cancellation) throws OrtException {
        List<FloatTensor> floats = new ArrayList<>();
        try (OrtSession.Result result = cancellation.run(options -> session.run(workspace.inputTensor(), options))) {
            for (Map.Entry<String, OnnxValue> output : result) {
                OnnxTensor tensor = (OnnxTensor) output.getValue();
                floats.add(new FloatTensor(output.getKey(), tensor.getInfo().getShape(), tensor.getFloatBuffer()).first(batch()));
            }
        }
        workspace.setOutputs(floats);
    }

    @Override
    public void close() {
        sessions.close();
    }
}
