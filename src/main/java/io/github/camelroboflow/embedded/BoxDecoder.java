package io.github.camelroboflow.embedded;

import io.github.camelroboflow.inference.Box;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.InferenceInfo;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Boxes of any YOLO, with what belongs to them. Order and arithmetic are those of Roboflow inference, engine N: threshold,
 * suppression, {@code maxDetections}, classes, and only then what is costly.
 */
final class BoxDecoder implements OutputDecoder {

    private final List<String> classNames;
    private final BoxLayout layout;
    private final BoxDetails details;

    BoxDecoder(List<String> classNames, BoxLayout layout, BoxDetails details) {
        this.classNames = classNames;
        this.layout = layout;
        this.details = details;
    }

    @Override
    public Task task() {
        return details.task();
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public Detections decode(List<FloatTensor> outputs, Placement placement, InferenceOptions options,
            Supplier<InferenceInfo> info) {
        Candidates candidates = layout.candidates(outputs, (float) options.confidence());
        int[] kept = layout.endToEnd() ? NonMaximumSuppression.best(candidates, options.maxDetections())
                : NonMaximumSuppression.keep(candidates, options.overlap(), options.maxDetections(), options.classAgnosticNms());
        BoxDetails.Reader reader = details.reader(outputs, placement, options);
        float[] extras = new float[details.extras()];
        List<Detection> detections = new ArrayList<>();
        for (int i : kept) {
            String name = classNames.get(candidates.classId(i));
            if (options.classes().isEmpty() || options.classes().contains(name)) {
                Box box = placement.toImage(candidates.x1(i), candidates.y1(i), candidates.x2(i), candidates.y2(i));
                if (extras.length > 0) {
                    layout.extras(outputs, candidates.row(i), extras);
                }
                detections.add(reader.complete(Detection.of(box, candidates.score(i), name, candidates.classId(i), Ids.random()),
                        candidates, i, extras));
            }
        }
        return new Detections(info.get(), detections);
    }
}
