package io.github.camelroboflow.embedded.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.github.camelroboflow.embedded.preprocessing.InputPlanes;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The input and output memory of one run for a single image, reused by the next run. */
public final class Workspace implements AutoCloseable {

    private List<FloatTensor> outputs;
    private final Map<String, OnnxTensor> inputTensor;
    private final Map<String, OnnxTensor> outputTensors = new LinkedHashMap<>();
    private final InputPlanes planes;
    private final FloatTensor input;

    /**
     * @param batch        number of images that the net takes at a time: the first is used, the others stay black
     * @param channels     3 for colours, 1 for gray
     * @param outputShapes shapes by the outputs' names, in the graph's order; none if each run allocates its outputs
     */
    Workspace(String inputName, int batch, int channels, ImageSize size, Map<String, long[]> outputShapes) throws OrtException {
        input = FloatTensor.allocate(inputName, new long[] {batch, channels, size.height(), size.width()});
        planes = new InputPlanes(input.values(), channels, size);
        inputTensor = Map.of(inputName, bind(input));
        outputs = new ArrayList<>();
        for (Map.Entry<String, long[]> output : outputShapes.entrySet()) {
            FloatTensor tensor = FloatTensor.allocate(output.getKey(), output.getValue());
            outputs.add(tensor.first(batch));
            outputTensors.put(tensor.name(), bind(tensor));
        }
    }

    private static OnnxTensor bind(FloatTensor tensor) throws OrtException {
        return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), tensor.values(), tensor.shape());
    }

    /** Sets all numbers of the input. */
    void fill(float number) {
        for (int i = 0; i < input.values().limit(); i++) {
            input.values().put(i, number);
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

    Map<String, OnnxTensor> inputTensor() {
        return inputTensor;
    }

    Map<String, OnnxTensor> outputTensors() {
        return outputTensors;
    }

    @Override
    public void close() {
        inputTensor.values().forEach(OnnxTensor::close);
        outputTensors.values().forEach(OnnxTensor::close);
        planes.close();
    }
}
