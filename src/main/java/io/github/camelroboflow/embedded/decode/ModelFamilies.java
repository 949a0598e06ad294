package io.github.camelroboflow.embedded.decode;

import io.github.camelroboflow.embedded.decode.RfDetrDecoder.RfDetrFamily;
import io.github.camelroboflow.embedded.model.ModelDeclaration;
import io.github.camelroboflow.embedded.model.WeightsMetadata;
import io.github.camelroboflow.inference.Task;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the family of a model. Its declaration decides, by the package, the weights' metadata and the outputs' names, and the
 * shapes of the outputs confirm it. If several families fit, and the declaration names none of them, the model is refused.
 */
public final class ModelFamilies {

    private static final List<ModelFamily> ALL = Stream.of(List.<ModelFamily>of(new RfDetrFamily()), BoxFamilies.ALL,
            List.of(ClassificationDecoder.FAMILY, SemanticSegmentationDecoder.FAMILY)).flatMap(List::stream).toList();

    private ModelFamilies() {
    }

    /** @throws IllegalArgumentException if the model belongs to no family, or to several, or its parts don't fit together */
    public static OutputDecoder decoder(ModelTraits traits) {
        List<ClassMismatch> mismatches = new ArrayList<>();
        for (Claim claim : List.of(Claim.DECLARED, Claim.POSSIBLE)) {
            List<Reading> readings = ALL.stream().filter(family -> family.claim(traits) == claim)
                    .flatMap(family -> reading(family, traits, mismatches)).toList();
            if (readings.size() > 1) {
                throw ambiguous(traits, readings);
            }
            if (readings.size() == 1) {
                return readings.get(0).decoder;
            }
        }
        if (!mismatches.isEmpty()) {
            throw ClassMismatch.all(traits, mismatches);
        }
        throw new IllegalArgumentException("its outputs " + traits + " with " + traits.classNames().size()
                + " class names match no supported model family: "
                + ALL.stream().map(ModelFamily::description).collect(Collectors.joining("; ")));
    }

    private record Reading(ModelFamily family, OutputDecoder decoder) {
    }

    private static Stream<Reading> reading(ModelFamily family, ModelTraits traits, List<ClassMismatch> mismatches) {
        try {
            return family.decoder(traits).map(decoder -> new Reading(family, decoder)).stream();
        } catch (ClassMismatch e) {
            mismatches.add(e);
            return Stream.empty();
        }
    }

    private static IllegalArgumentException ambiguous(ModelTraits traits, List<Reading> readings) {
        return new IllegalArgumentException("its outputs " + traits + " with " + traits.classNames().size()
                + " class names can be read in several ways, and nothing declares which is right: "
                + readings.stream().map(reading -> reading.family.description()).collect(Collectors.joining("; or "))
                + ". Write " + readings.stream().map(reading -> "{\"model_type\": \"" + reading.family.type() + "\"}")
                        .distinct().collect(Collectors.joining(" or ")) + " into model_type.json in its folder");
    }

    /** The relation of a family to the declaration of a model. */
    enum Claim {

        /** The declaration names this family. */
        DECLARED,

        /** The declaration names neither this family nor another. */
        POSSIBLE,

        /** The declaration names another family. */
        EXCLUDED
    }

    /** A family of models whose outputs are read by the same decoder. */
    interface ModelFamily {

        /** Returns a text for users: task, layout, and the models that are exported so. */
        String description();

        /** Returns a {@code model_type} that declares the family. */
        String type();

        Claim claim(ModelTraits traits);

        /**
         * Returns the decoder for a model of this family; empty if the shapes are not those of the family.
         *
         * @throws ClassMismatch            if the shapes are those of the family, but for another number of classes
         * @throws IllegalArgumentException if the model is of this family, but its parts don't fit together; the message says how
         */
        Optional<OutputDecoder> decoder(ModelTraits traits);

        static ModelFamily of(String description, String type, Function<ModelTraits, Claim> claim,
                Function<ModelTraits, Optional<OutputDecoder>> decoder) {
            return new ModelFamily() {
                @Override
                public String description() {
                    return description;
                }

                @Override
                public String type() {
                    return type;
                }

                @Override
                public Claim claim(ModelTraits traits) {
                    return claim.apply(traits);
                }

                @Override
                public Optional<OutputDecoder> decoder(ModelTraits traits) {
                    return decoder.apply(traits);
                }
            };
        }
    }

    /** A model whose outputs are made for another number of classes than there are names. */
    static final class ClassMismatch extends IllegalArgumentException {

        private final long classes;

        /** @param classes number of classes that the outputs are made for */
        ClassMismatch(ModelTraits traits, long classes) {
            this(traits, String.valueOf(classes), classes);
        }

        private ClassMismatch(ModelTraits traits, String numbers, long classes) {
            super("its output " + traits.shapes() + " is made for " + numbers + " classes, but there are "
                    + traits.classNames().size() + " class names: give it the class_names.txt that belongs to it, with " + numbers
                    + " lines" + details(traits, classes));
            this.classes = classes;
        }

        /** Returns how to declare that the other numbers are no classes, if they may be something else. */
        private static String details(ModelTraits traits, long classes) {
            long others = classes - traits.classNames().size();
            if (!traits.declaration().task().isEmpty() || !traits.singleOutput(3)) {
                return "";
            }
            if (others == 1) {
                return ", or, if the other number is the angle of oriented boxes, write {\"project_task_type\": \"obb\"} into"
                        + " model_type.json";
            }
            return others > 0 && others % 3 == 0
                    ? ", or, if the other " + others + " numbers are keypoints, write"
                    + " {\"project_task_type\": \"keypoint-detection\"} into model_type.json" : "";
        }

        /** Returns one exception for all readings of the model. */
        static ClassMismatch all(ModelTraits traits, List<ClassMismatch> readings) {
            return new ClassMismatch(traits, readings.stream().map(reading -> String.valueOf(reading.classes)).distinct()
                    .collect(Collectors.joining(" or ")), readings.get(0).classes);
        }
    }

    /**
     * The known facts of a model whose family is to be found.
     *
     * @param outputs     shapes of the net's outputs for one image by their names, in the graph's order; -1 for a dimension that
     *                    differs from image to image
     * @param inputSize   size of the net's input, pixels
     * @param classNames  names in the package; some may stand for no class ({@link ModelDeclaration#removedClasses})
     * @param declaration declaration by the package and the weights
     * @param model       name of the model, for the log
     */
    public record ModelTraits(Map<String, long[]> outputs, ImageSize inputSize, List<String> classNames,
            ModelDeclaration declaration, String model) {

        public ModelTraits(Map<String, long[]> outputs, ImageSize inputSize, List<String> classNames,
                ModelDeclaration declaration) {
            this(outputs, inputSize, classNames, declaration, "");
        }

        /** Returns the shape of the output at that index; empty if there are fewer outputs. */
        long[] shape(int index) {
            return outputs.values().stream().skip(index).findFirst().orElse(new long[0]);
        }

        /** Returns whether there is one output, with that many dimensions, for one image. */
        boolean singleOutput(int dimensions) {
            return outputs.size() == 1 && shape(0).length == dimensions && shape(0)[0] == 1;
        }

        boolean mayBe(Task task) {
            return declaration.mayBe(task);
        }

        WeightsMetadata weights() {
            return declaration.weights();
        }

        /** Returns whether the declared type, without its separators, matches a regular expression. */
        boolean isType(String regex) {
            return declaration.plainType().matches(regex);
        }

        /** Returns a text for users: {@code output0 [1, 84, 8400]}. */
        String shapes() {
            return outputs.entrySet().stream().map(output -> output.getKey() + " " + Arrays.toString(output.getValue()))
                    .collect(Collectors.joining(", "));
        }

        /** Returns a text for users: {@code output0 [1, 84, 8400] for the task 'obb'}. */
        @Override
        public String toString() {
            return shapes()
                    + (declaration.type().isEmpty() ? "" : " of type '" + declaration.type() + "'")
                    + (declaration.task().isEmpty() ? "" : " for the task '" + declaration.task() + "'");
        }
    }
}
