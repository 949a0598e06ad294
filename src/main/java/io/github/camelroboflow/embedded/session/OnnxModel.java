package io.github.camelroboflow.embedded.session;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.github.camelroboflow.embedded.model.WeightsMetadata;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;

/**
 * A net in ONNX Runtime with one image input {@code [B, 3, H, W]}, any of which but the 3 may be left open. Several threads may run
 * it at the same time, each with a workspace of its own.
 */
public final class OnnxModel implements AutoCloseable {

    private static final int DEFAULT_SIDE = 640;
    private static final int MAX_BATCH = 64;
    /** For a black image: a net may hold a loop that never ends. */
    private static final Duration LONGEST_WARM_UP = Duration.ofMinutes(2);

    private final Duration longestWarmUp;
    private final OnnxSessions sessions;
    private final String inputName;
    private final WeightsMetadata metadata;
    private final int batch;
    private final ImageSize inputSize;
    private final Map<String, long[]> outputShapes;
    private final Duration warmUpTime;

    /**
     * @param configured the input's size for a net that takes any
     * @throws OrtException             if it is no ONNX file that runs
     * @throws IllegalArgumentException if it runs, but takes something else than one image
     */
    public OnnxModel(Path weights, ImageSize configured, EmbeddedSettings settings) throws OrtException {
        this(weights, configured, settings, LONGEST_WARM_UP);
    }

    OnnxModel(Path weights, ImageSize configured, EmbeddedSettings settings, Duration longestWarmUp) throws OrtException {
        this.longestWarmUp = longestWarmUp;
        sessions = new OnnxSessions(weights, settings);
        try {
            OrtSession session = sessions.any();
            inputName = session.getInputNames().iterator().next();
            metadata = new WeightsMetadata(Map.copyOf(session.getMetadata().getCustomMetadata()));
            long[] input = inputShape(session);
            batch = (int) Math.max(1, input[0]);
            ImageSize wanted = configured.area() > 0 ? configured : metadata.inputSize();
            inputSize = new ImageSize(side(input[3], wanted.width()), side(input[2], wanted.height()));
            long start = System.nanoTime();
            outputShapes = warmUp(session);
            warmUpTime = Duration.ofNanos(System.nanoTime() - start);
            if (sessions.choose(1) != session) {
                warmUp(sessions.choose(1));
            }
        } catch (OrtException | RuntimeException e) {
            sessions.close();
            throw e;
        }
    }

    /** With -1 for dimensions that are left open. */
    private long[] inputShape(OrtSession session) throws OrtException {
        Map<String, NodeInfo> inputs = session.getInputInfo();
        boolean image = inputs.get(inputName).getInfo() instanceof TensorInfo info && info.type == OnnxJavaType.FLOAT
                && info.getShape().length == 4 && info.getShape()[0] <= MAX_BATCH
                && (info.getShape()[1] == 3 || info.getShape()[1] < 0);
        if (inputs.size() != 1 || !image) {
            throw new IllegalArgumentException("it takes " + inputs.values().stream().map(OnnxModel::describe).toList()
                    + ", but one image [1, 3, height, width] of 32-bit floats is what is supported: export it with batch size 1 and"
                    + " without half precision");
        }
        return ((TensorInfo) inputs.get(inputName).getInfo()).getShape();
    }

    private static int side(long fixed, int wanted) {
        return fixed > 0 ? Math.toIntExact(fixed) : wanted > 0 ? wanted : DEFAULT_SIDE;
    }

    static String describe(NodeInfo node) {
        return node.getInfo() instanceof TensorInfo info ? node.getName() + " " + Arrays.toString(info.getShape()) + " " + info.type
                : node.getName();
    }

    /** A run on a black image: shows whether it works, and what comes out. */
    private Map<String, long[]> warmUp(OrtSession session) throws OrtException {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        CancellationToken late = new CancellationToken();
        Future<?> alarm = InferencePool.schedule(longestWarmUp, late::cancel);
        try (Workspace workspace = new Workspace(inputName, batch, inputSize, Map.of());
                OrtSession.Result result = late.run(options -> session.run(workspace.inputTensor(), options))) {
            for (Map.Entry<String, OnnxValue> output : result) {
                if (!(output.getValue() instanceof OnnxTensor tensor) || tensor.getInfo().type != OnnxJavaType.FLOAT) {
                    throw new IllegalArgumentException("its output " + describe(session.getOutputInfo().get(output.getKey()))
                            + " is not of 32-bit floats, which is what is supported");
                }
                shapes.put(output.getKey(), tensor.getInfo().getShape());
            }
        } catch (CancellationException e) {
            throw new IllegalArgumentException("a black image did not get through it within " + longestWarmUp.toMillis()
                    + " ms: it may hold a loop that never ends, or be too large for this machine", e);
        } finally {
            alarm.cancel(false);
        }
        return shapes;
    }

    /** How long a run on a black image took. */
    public Duration warmUpTime() {
        return warmUpTime;
    }

    /** What the weights say of themselves. */
    public WeightsMetadata metadata() {
        return metadata;
    }

    public ImageSize inputSize() {
        return inputSize;
    }

    /** For one image, by name, in the graph's order. */
    public Map<String, long[]> outputShapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        outputShapes.forEach((name, shape) -> shapes.put(name, FloatTensor.firstShape(shape, batch)));
        return shapes;
    }

    public Workspace newWorkspace() throws OrtException {
        return new Workspace(inputName, batch, inputSize, outputShapes);
    }

    /**
     * From the workspace's input to its outputs.
     *
     * @param images that run or wait in this JVM, this one included: what the number of threads depends on
     * @param over   ends it
     * @throws java.util.concurrent.CancellationException if it was ended
     */
    public void run(Workspace workspace, int images, CancellationToken over) throws OrtException {
        over.run(options -> sessions.choose(images).run(workspace.inputTensor(), Set.of(), workspace.outputTensors(), options))
                .close();
    }

    @Override
    public void close() {
        sessions.close();
    }
}
