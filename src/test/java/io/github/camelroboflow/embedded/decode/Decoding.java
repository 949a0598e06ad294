package io.github.camelroboflow.embedded.decode;

import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.embedded.preprocessing.Placement;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.ResizeMode;
import io.github.camelroboflow.embedded.session.FloatTensor;
import io.github.camelroboflow.embedded.session.TestTensors;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.List;

/** Runs decoders on outputs made by hand. */
final class Decoding {

    static final ImageSize SIZE = new ImageSize(320, 320);

    /** A placement of an image of the input's size. */
    static final Placement SAME = Placement.of(ResizeMode.STRETCH, SIZE, new Region(0, 0, 320, 320), SIZE);

    private Decoding() {
    }

    static List<Detection> detections(OutputDecoder decoder, FloatTensor... outputs) {
        return detections(decoder, InferenceOptions.DEFAULTS, outputs);
    }

    static List<Detection> detections(OutputDecoder decoder, InferenceOptions options, FloatTensor... outputs) {
        return ((Detections) decoder.decode(List.of(outputs), SAME, options, () -> InferenceInfo.of("", 0, SIZE))).predictions();
    }

    /** Returns an output {@code [1, rows, columns]}. */
    static FloatTensor rows(float[]... rows) {
        FloatTensor tensor = TestTensors.allocate("output0", 1, rows.length, rows[0].length);
        for (int i = 0; i < rows.length; i++) {
            tensor.values().put(i * rows[0].length, rows[i]);
        }
        return tensor;
    }

    /** Returns an output {@code [1, numbers, anchors]} from the numbers of each anchor. */
    static FloatTensor columns(float[]... anchors) {
        FloatTensor tensor = TestTensors.allocate("output0", 1, anchors[0].length, anchors.length);
        for (int i = 0; i < anchors.length; i++) {
            for (int row = 0; row < anchors[i].length; row++) {
                tensor.values().put(row * anchors.length + i, anchors[i][row]);
            }
        }
        return tensor;
    }
}
