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
import java.util.function.Supplier;

/**
 * The decoder for classifiers, as ViT, ResNet and YOLO's classifiers are exported: {@code [1, C]}, one score for each of C classes.
 * Order, thresholds and rounding are those of Roboflow inference, engine N.
 */
final class ClassificationDecoder implements OutputDecoder {

    static final ModelFamily FAMILY = ModelFamily.of("classification with one output [1, classes], as ViT, ResNet and YOLO's"
            + " classifiers are exported", "vit", traits -> Claim.POSSIBLE, ClassificationDecoder::of);

    private final List<String> classNames;
    private final boolean multiLabel;
    private final Activation activation;
    private final String type;

    private ClassificationDecoder(List<String> classNames, boolean multiLabel, Activation activation, String type) {
        this.classNames = classNames;
        this.multiLabel = multiLabel;
        this.activation = activation;
        this.type = type;
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
                declaration.type()));
    }

    private static Activation activation(ModelDeclaration declaration, boolean multiLabel) {
        // older packages don't declare it: in them, YOLO's classifiers and multi-label classifiers end with the activation
        boolean fused = declaration.postProcessing().isEmpty() ? multiLabel || declaration.type().startsWith("yolo")
                : declaration.fused();
        return fused ? Activation.NONE : multiLabel ? Activation.SIGMOID : Activation.SOFTMAX;
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
        return Preprocessing.stretched(type.startsWith("resnet") || type.startsWith("dinov3") ? PixelScale.IMAGENET
                : PixelScale.SIGNED_UNIT);
    }

    @Override
    public Preprocessing exportPreprocessing() {
        return type.startsWith("yolo") ? Preprocessing.ULTRALYTICS_CLASSIFIER : defaultPreprocessing();
    }

    @Override
    public Inference decode(List<FloatTensor> outputs, Placement placement, InferenceOptions options,
            Supplier<InferenceInfo> info) {
        float[] scores = new float[classNames.size()];
        outputs.get(0).values().get(0, scores);
        activation.apply(scores);
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
}
