package io.github.camelroboflow.embedded.session;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import io.github.camelroboflow.embedded.preprocessing.InputPlanes;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The input and output memory of one run for a single image, reused by the next run. */
public final class Workspace implements AutoCloseable {

    private final BoundTensor input;
    private final InputPlanes planes;
    private final List<BoundTensor> bound = new ArrayList<>();
    private final Map<String, OnnxTensor> inputTensor;
    private final Map<String, OnnxTensor> outputTensors = new LinkedHashMap<>();
    private List<FloatTensor> outputs = new ArrayList<>();

    /**
     * @param input  the net's input; its dimensions are the number of images that it takes at a time (the first is used, the
     *               others stay black), the number of channels (3 for colours, 1 for gray), the height and the width
     * @param output the net's outputs, in the graph's order; none if each run allocates its outputs
     */
    Workspace(TensorShape input, List<TensorShape> output) throws OrtException {
        long[] sides = input.shape();
        this.input = new BoundTensor(input.name(), sides, input.type());
        planes = new InputPlanes(this.input.floats().values(), (int) sides[1], new ImageSize((int) sides[3], (int) sides[2]));
        inputTensor = Map.of(input.name(), this.input.tensor());
        for (TensorShape shape : output) {
            BoundTensor tensor = new BoundTensor(shape.name(), shape.shape(), shape.type());
            bound.add(tensor);
            outputs.add(tensor.floats().first((int) sides[0]));
            outputTensors.put(shape.name(), tensor.tensor());
        }
    }

    /**
     * An input or output of a net.
     *
     * @param shape its dimensions; -1 for those that the image determines
     */
    record TensorShape(String name, long[] shape, OnnxJavaType type) {
    }

    /** Sets all numbers of the input. */
    void fill(float number) {
        FloatBuffer values = input.floats().values();
        for (int i = 0; i < values.limit(); i++) {
            values.put(i, number);
        }
    }

    /** Returns the input as images to write to. */
    public InputPlanes planes() {
        return planes;
    }

    /** Returns the outputs of the last run for the image; valid until the next run. */
    public List<FloatTensor> outputs() {
        return outputs;
    }

    /** Sets the outputs of a run that allocated them itself. */
    void setOutputs(List<FloatTensor> outputs) {
        this.outputs = outputs;
    }

    /** Returns the input as the net takes it, with what is in the planes now. */
    Map<String, OnnxTensor> inputTensor() {
        input.write();
        return inputTensor;
    }

    Map<String, OnnxTensor> outputTensors() {
        return outputTensors;
    }

    /** Makes the outputs of a run that wrote into the tensors. */
    void readOutputs() {
        bound.forEach(BoundTensor::read);
    }

    @Override
    public void close() {
        input.close();
        bound.forEach(BoundTensor::close);
        planes.close();
    }
}
