package io.github.camelroboflow.embedded.decode;

import static io.github.camelroboflow.inference.InferenceOption.CLASSES;
import static io.github.camelroboflow.inference.InferenceOption.CONFIDENCE;
import static io.github.camelroboflow.inference.InferenceOption.MAX_DETECTIONS;

import io.github.camelroboflow.embedded.decode.ModelFamilies.ModelTraits;
import io.github.camelroboflow.embedded.decode.NonMaximumSuppression.Candidates;
import io.github.camelroboflow.embedded.decode.OutputDecoder.RandomIds;
import io.github.camelroboflow.embedded.preprocessing.Placement;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing;
import io.github.camelroboflow.embedded.session.FloatTensor;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.Task;
import io.github.camelroboflow.inference.geometry.Box;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The decoder for boxes of all families but RF-DETR, with their details. Order and arithmetic are those of Roboflow inference,
 * engine N: threshold, suppression, {@code maxDetections}, classes, and then the expensive details.
 */
final class YoloDecoder implements OutputDecoder {

    private final List<String> classNames;
    private final BoxLayout layout;
    private final BoxDetails details;
    private final OutputChecks checks;

    YoloDecoder(ModelTraits traits, BoxLayout layout, BoxDetails details) {
        this(traits.classNames(), layout, details, new OutputChecks(traits.model()));
    }

    YoloDecoder(List<String> classNames, BoxLayout layout, BoxDetails details) {
        this(classNames, layout, details, new OutputChecks(""));
    }

    private YoloDecoder(List<String> classNames, BoxLayout layout, BoxDetails details, OutputChecks checks) {
        this.classNames = classNames;
        this.layout = layout;
        this.details = details;
        this.checks = checks;
    }

    BoxLayout layout() {
        return layout;
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
    public Preprocessing defaultPreprocessing() {
        return layout.preprocessing();
    }

    @Override
    public boolean antialiased() {
        return layout.antialiased();
    }

    @Override
    public Detections decode(List<FloatTensor> outputs, Placement placement, InferenceOptions options,
            Supplier<InferenceInfo> info) {
        Candidates candidates = layout.candidates(outputs, options.get(CONFIDENCE).floatValue());
        checks.boxes(candidates);
        int[] kept = layout.endToEnd()
                ? NonMaximumSuppression.best(candidates, Math.min(options.get(MAX_DETECTIONS), layout.mostBoxes(outputs)))
                : details.suppress(candidates, layout, outputs, options);
        BoxDetails.Reader reader = details.reader(outputs, placement, options);
        float[] extras = new float[details.extras()];
        int broken = 0;
        List<Detection> detections = new ArrayList<>();
        for (int i : kept) {
            String name = classNames.get(candidates.classId(i));
            if (options.get(CLASSES).isEmpty() || options.get(CLASSES).contains(name)) {
                Box box = placement.toImage(candidates.x1(i), candidates.y1(i), candidates.x2(i), candidates.y2(i));
                if (extras.length > 0) {
                    layout.extras(outputs, candidates.row(i), extras);
                    if (!OutputChecks.areFinite(extras)) {
                        broken++;
                        continue;
                    }
                }
                detections.add(reader
                        .complete(Detection.of(box, candidates.score(i), name, candidates.classId(i), RandomIds.random()),
                        candidates, i, extras));
            }
        }
        checks.dropped(broken, kept.length - broken);
        return new Detections(info.get(), detections);
    }
}
