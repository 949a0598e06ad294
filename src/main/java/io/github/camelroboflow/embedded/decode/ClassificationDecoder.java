package io.github.camelroboflow.embedded.decode;

import static io.github.camelroboflow.inference.InferenceOption.CLASSES;
import static io.github.camelroboflow.inference.InferenceOption.CONFIDENCE;

import io.github.camelroboflow.embedded.decode.ModelFamilies.Claim;
import io.github.camelroboflow.embedded.decode.ModelFamilies.ClassMismatch;
import io.github.camelroboflow.embedded.decode.ModelFamilies.ModelFamily;
import io.github.camelroboflow.embedded.decode.ModelFamilies.ModelTraits;
import io.github.camelroboflow.embedded.model.ModelDeclaration;
import io.github.camelroboflow.embedded.preprocessing.Placement;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.PixelScale;
import io.github.camelroboflow.embedded.session.FloatTensor;
import io.github.camelroboflow.embedded.session.FloatTensor.WrongOutputException;
import io.github.camelroboflow.inference.Classification;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.Inference.ClassScore;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.MultiLabelClassification;
import io.github.camelroboflow.inference.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * The decoder for classifiers, as ViT, ResNet and YOLO's classifiers are exported: {@code [1, C]}, one score for each of C classes.
 * Order, thresholds and rounding are those of Roboflow inference, engine N. If nothing declares whether the net ends with a softmax
 * or a sigmoid, the outputs for the first picture show it.
 */
final class ClassificationDecoder implements OutputDecoder {

    static final ModelFamily FAMILY = ModelFamily.of("classification with one output [1, classes], as ViT, ResNet and YOLO's"
            + " classifiers are exported", "vit", traits -> Claim.POSSIBLE, ClassificationDecoder::of);

    /** The difference from 1 that the sum of a softmax may have, as in nets that are quantized. */
    private static final double MAX_ROUNDING = 0.02;
    /** The rounding of a single probability. */
    private static final float TINY = 1e-4f;

    private final List<String> classNames;
    private final boolean multiLabel;
    private final Exporter exporter;
    /** The function that the net does not contain; {@code null} until outputs show it. */
    private final AtomicReference<Activation> activation;

    private ClassificationDecoder(List<String> classNames, boolean multiLabel, Activation declared, Exporter exporter) {
        this.classNames = classNames;
        this.multiLabel = multiLabel;
        this.exporter = exporter;
        activation = new AtomicReference<>(declared);
    }

    private static Optional<OutputDecoder> of(ModelTraits traits) {
        boolean classification = traits.mayBe(Task.CLASSIFICATION) || traits.mayBe(Task.MULTI_LABEL_CLASSIFICATION);
        if (!classification || !traits.singleOutput(2)) {
            return Optional.empty();
        }
        if (traits.shape(0)[1] != traits.classNames().size()) {
            throw new ClassMismatch(traits, traits.shape(0)[1]);
        }
        ModelDeclaration declaration = traits.declaration();
        boolean multiLabel = declaration.task().equals(Task.MULTI_LABEL_CLASSIFICATION.toString())
                || declaration.postProcessing().equals("sigmoid");
        return Optional.of(new ClassificationDecoder(traits.classNames(), multiLabel, activation(declaration, multiLabel),
                Exporter.of(traits)));
    }

    /** Returns the declared function, or {@code null}. */
    private static Activation activation(ModelDeclaration declaration, boolean multiLabel) {
        if (declaration.postProcessing().isEmpty()) {
            return null;
        }
        return declaration.fused() ? Activation.NONE : function(multiLabel);
    }

    private static Activation function(boolean multiLabel) {
        return multiLabel ? Activation.SIGMOID : Activation.SOFTMAX;
    }

    /** Returns the function that the net does not contain, by its outputs. */
    private Activation shown(float[] outputs) {
        double sum = 0;
        boolean probabilities = true;
        for (float output : outputs) {
            sum += output;
            probabilities &= output >= -TINY && output <= 1 + TINY;
        }
        boolean ended = probabilities && (multiLabel || Math.abs(sum - 1) <= MAX_ROUNDING);
        return ended ? Activation.NONE : function(multiLabel);
    }

    @Override
    public Task task() {
        return multiLabel ? Task.MULTI_LABEL_CLASSIFICATION : Task.CLASSIFICATION;
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public Preprocessing defaultPreprocessing() {
        return exporter.packaged;
    }

    @Override
    public Preprocessing exportPreprocessing() {
        return exporter.alone;
    }

    @Override
    public Inference decode(List<FloatTensor> outputs, Placement placement, InferenceOptions options,
            Supplier<InferenceInfo> info) {
        float[] scores = new float[classNames.size()];
        outputs.get(0).values().get(0, scores);
        check(scores, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY);
        if (activation.get() == null) {
            activation.compareAndSet(null, shown(scores));
        }
        activation.get().apply(scores);
        check(scores, 0, 1);
        return multiLabel ? multiLabel(scores, options, info) : singleLabel(scores, options, info);
    }

    private Classification singleLabel(float[] scores, InferenceOptions options, Supplier<InferenceInfo> info) {
        List<ClassScore> kept = new ArrayList<>();
        for (int id = 0; id < scores.length; id++) {
            if (scores[id] >= options.get(CONFIDENCE) && allowed(id, options)) {
                kept.add(new ClassScore(classNames.get(id), id, Math.rint(scores[id] * 10_000.0) / 10_000));
            }
        }
        kept.sort(Comparator.comparingDouble((ClassScore score) -> scores[score.classId()]).reversed());
        return kept.isEmpty() ? new Classification(info.get(), kept, "", 0)
                : new Classification(info.get(), kept, kept.get(0).className(), kept.get(0).confidence());
    }

    private MultiLabelClassification multiLabel(float[] scores, InferenceOptions options, Supplier<InferenceInfo> info) {
        List<ClassScore> all = new ArrayList<>();
        List<String> predicted = new ArrayList<>();
        for (int id = 0; id < scores.length; id++) {
            if (allowed(id, options)) {
                all.add(new ClassScore(classNames.get(id), id, scores[id]));
                if (scores[id] >= options.get(CONFIDENCE)) {
                    predicted.add(classNames.get(id));
                }
            }
        }
        return new MultiLabelClassification(info.get(), all, predicted);
    }

    private boolean allowed(int id, InferenceOptions options) {
        return options.get(CLASSES).isEmpty() || options.get(CLASSES).contains(classNames.get(id));
    }

    /** Checks that the numbers are scores; rounding may exceed the limits. */
    private void check(float[] numbers, float least, float greatest) {
        for (float number : numbers) {
            if (!Float.isFinite(number)) {
                throw new WrongOutputException("its score for a class is " + number + ", which is no number: its weights are"
                        + " damaged, or it was exported with a precision that is too low; export it again");
            }
            if (number < least - MAX_ROUNDING || number > greatest + MAX_ROUNDING) {
                throw new WrongOutputException("its score " + number + " for a class is not between 0 and 1, although the net is"
                        + " declared to end with a " + (multiLabel ? "sigmoid" : "softmax") + " or did so at its start: write"
                        + " \"post_processing\": {\"type\": \"" + (multiLabel ? "sigmoid" : "softmax") + "\", \"fused\": false}"
                        + " into inference_config.json, or export it with that function");
            }
        }
    }

    /**
     * The programs that export classifiers, with the preprocessing of their models.
     */
    private enum Exporter {

        /** Roboflow's own, for ViT and YOLO. */
        ROBOFLOW(Preprocessing.stretched(PixelScale.SIGNED_UNIT), Preprocessing.stretched(PixelScale.SIGNED_UNIT)),

        /** Roboflow's own, for models that were first trained on ImageNet. */
        ROBOFLOW_IMAGENET(Preprocessing.stretched(PixelScale.IMAGENET), Preprocessing.stretched(PixelScale.IMAGENET)),

        /** The package {@code ultralytics}: the shorter side is scaled, and the middle is cut out. */
        ULTRALYTICS(Preprocessing.stretched(PixelScale.SIGNED_UNIT), Preprocessing.ULTRALYTICS_CLASSIFIER),

        /** The repository YOLOv5: the middle is cut out, and scaled. */
        YOLOV5(Preprocessing.stretched(PixelScale.SIGNED_UNIT), Preprocessing.YOLOV5_CLASSIFIER);

        /** The preprocessing where a package from Roboflow leaves it open. */
        private final Preprocessing packaged;
        /** The preprocessing without a package. */
        private final Preprocessing alone;

        Exporter(Preprocessing packaged, Preprocessing alone) {
            this.packaged = packaged;
            this.alone = alone;
        }

        /** @throws IllegalArgumentException if nothing declares it */
        static Exporter of(ModelTraits traits) {
            boolean ultralytics = traits.weights().ultralytics();
            // its exporter writes these two, and nothing else
            boolean yolov5 = traits.weights().entries().keySet().containsAll(Set.of("stride", "names"));
            if (!ultralytics && (traits.isType("yolov?5.*") || yolov5 && traits.declaration().type().isEmpty())) {
                return YOLOV5;
            }
            if (ultralytics || traits.isType("yolo.*")) {
                return ULTRALYTICS;
            }
            if (traits.isType("(resnet|dinov3).*")) {
                return ROBOFLOW_IMAGENET;
            }
            if (traits.isType("vit.*") || traits.declaration().packaged()) {
                return ROBOFLOW;
            }
            throw new IllegalArgumentException("its output " + traits + " is that of a classifier, and nothing declares how its"
                    + " images are prepared. Write one line into model_type.json in its folder: {\"model_type\": \"vit\"} if they"
                    + " are stretched and normalized to -1..1, {\"model_type\": \"resnet\"} if stretched and normalized as"
                    + " ImageNet's, {\"model_type\": \"yolov8n-cls\"} for a classifier of Ultralytics, or"
                    + " {\"model_type\": \"yolov5s-cls\"} for one of YOLOv5");
        }
    }
}
