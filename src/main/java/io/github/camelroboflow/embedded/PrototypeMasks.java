package io.github.camelroboflow.embedded;

import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.Task;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * Masks as a mix of an output's M prototypes {@code [1, M, h, w]} with the M coefficients of each box, cut off at the box
 * (Roboflow inference, engine N). Only what lies in the box is computed.
 *
 * @param output  the index of the prototypes' output
 * @param count   M
 * @param sigmoid whether the mix goes through a sigmoid and is held against 0.5 (YOLOv8 to 12), or is held against 0 itself
 *                (YOLOv5, YOLOv7, YOLO26); between two of its pixels the two differ at the box's edge
 */
record PrototypeMasks(int output, int count, boolean sigmoid) implements BoxDetails {

    @Override
    public Task task() {
        return Task.INSTANCE_SEGMENTATION;
    }

    @Override
    public int extras() {
        return count;
    }

    @Override
    public Reader reader(List<FloatTensor> outputs, Placement placement, InferenceOptions options) {
        FloatTensor prototypes = outputs.get(output);
        MaskScaler scaler = new MaskScaler(placement, (int) prototypes.shape()[3], (int) prototypes.shape()[2]);
        return (detection, candidates, index, extras) -> {
            Region window = scaler.window(candidates.x1(index), candidates.y1(index), candidates.x2(index), candidates.y2(index));
            float[] values = mix(prototypes, window, extras);
            return InstanceMasks.add(detection, scaler.scale(window, values, sigmoid ? 0.5f : 0), placement.image(), options);
        };
    }

    private float[] mix(FloatTensor prototypes, Region window, float[] coefficients) {
        FloatBuffer source = prototypes.values();
        int width = (int) prototypes.shape()[3];
        int height = (int) prototypes.shape()[2];
        float[] values = new float[window.width() * window.height()];
        float[] row = new float[window.width()];
        for (int k = 0; k < count; k++) {
            for (int y = 0; y < window.height(); y++) {
                source.get((k * height + window.top() + y) * width + window.left(), row);
                for (int x = 0; x < row.length; x++) {
                    values[y * row.length + x] += coefficients[k] * row[x];
                }
            }
        }
        for (int i = 0; sigmoid && i < values.length; i++) {
            values[i] = Sigmoid.of(values[i]);
        }
        return values;
    }
}
