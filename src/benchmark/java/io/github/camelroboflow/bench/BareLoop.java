package io.github.camelroboflow.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/** The lower limit of the time of an inference: decode, letterbox and run the net, from memory, without use of the answer. */
final class BareLoop implements AutoCloseable {

    private static final double GREY = 114;

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final String input;
    private final int side;

    /** @param side the side of the net's input in pixels */
    BareLoop(Path weights, int side) throws OrtException {
        this(weights, side, options());
    }

    private BareLoop(Path weights, int side, OrtSession.SessionOptions options) throws OrtException {
        session = environment.createSession(weights.toString(), options);
        input = session.getInputNames().iterator().next();
        this.side = side;
    }

    private static OrtSession.SessionOptions options() throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        return options;
    }

    /** Makes a loop whose session is as ONNX Runtime sets it up by itself, with a thread for each processor. */
    static BareLoop onAllProcessors(Path weights, int side) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(Runtime.getRuntime().availableProcessors());
        return new BareLoop(weights, side, options);
    }

    /**
     * Returns a client that runs the image at each request.
     *
     * @param prepared whether each request decodes and resizes the image, not only the first one
     */
    Load.Client client(byte[] image, boolean prepared) throws OrtException {
        FloatBuffer planes = ByteBuffer.allocateDirect(3 * side * side * Float.BYTES).order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        OnnxTensor tensor = OnnxTensor.createTensor(environment, planes, new long[] {1, 3, side, side});
        prepare(image, planes);
        return new Load.Client() {

            @Override
            public boolean ask() {
                if (prepared) {
                    prepare(image, planes);
                }
                try {
                    session.run(Map.of(input, tensor)).close();
                    return true;
                } catch (OrtException e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public void close() {
                tensor.close();
            }
        };
    }

    /** Decodes, resizes and runs all images once on that many threads; returns the seconds that this took. */
    double run(List<byte[]> images, int threads) throws Exception {
        return run(images.size(), threads, (i, planes) -> prepare(images.get(i), planes));
    }

    /** Only runs the net, on tensors that already contain an image. This is the upper limit for any program. */
    double runOnly(byte[] image, int count, int threads) throws Exception {
        return run(count, threads, (i, planes) -> {
            if (i < threads) {
                prepare(image, planes);
            }
        });
    }

    /** Fills the net's input for the image of that number. */
    @FunctionalInterface
    private interface Preparation {
        void prepare(int image, FloatBuffer planes);
    }

    private double run(int count, int threads, Preparation preparation) throws Exception {
        AtomicInteger next = new AtomicInteger();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        long start = System.nanoTime();
        List<Future<Void>> workers = IntStream.range(0, threads).<Future<Void>>mapToObj(i -> pool.submit(() -> {
            work(count, preparation, next);
            return null;
        })).toList();
        for (Future<Void> worker : workers) {
            worker.get();
        }
        pool.shutdown();
        return (System.nanoTime() - start) / 1e9;
    }

    private void work(int count, Preparation preparation, AtomicInteger next) throws OrtException {
        FloatBuffer planes = ByteBuffer.allocateDirect(3 * side * side * Float.BYTES).order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        try (OnnxTensor tensor = OnnxTensor.createTensor(environment, planes, new long[] {1, 3, side, side})) {
            for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                preparation.prepare(i, planes);
                session.run(Map.of(input, tensor)).close();
            }
        }
    }

    private void prepare(byte[] image, FloatBuffer planes) {
        try (PointerScope scope = new PointerScope()) {
            Mat encoded = new Mat(1, image.length, opencv_core.CV_8UC1, new BytePointer(image));
            Mat decoded = opencv_imgcodecs.imdecode(encoded, opencv_imgcodecs.IMREAD_COLOR);
            double scale = Math.min((double) side / decoded.cols(), (double) side / decoded.rows());
            int width = (int) (decoded.cols() * scale);
            int height = (int) (decoded.rows() * scale);
            Mat square = new Mat(side, side, opencv_core.CV_8UC3, Scalar.all(GREY));
            Mat part = new Mat(square, new Rect((side - width) / 2, (side - height) / 2, width, height));
            opencv_imgproc.resize(decoded, part, new Size(width, height), 0, 0, opencv_imgproc.INTER_LINEAR);
            MatVector channels = new MatVector();
            opencv_core.split(square, channels);
            FloatPointer memory = new FloatPointer(planes);
            for (int channel = 0; channel < 3; channel++) {
                Mat plane = new Mat(side, side, opencv_core.CV_32FC1, memory.getPointer((long) channel * side * side));
                channels.get(2 - channel).convertTo(plane, opencv_core.CV_32FC1, 1 / 255.0, 0);
            }
        }
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
