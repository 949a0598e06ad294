package io.github.camelroboflow.embedded.decode;

import io.github.camelroboflow.embedded.decode.RfDetrDecoder.RfDetrFamily;
import io.github.camelroboflow.embedded.decode.YoloDecoder.YoloFamilies;
import io.github.camelroboflow.embedded.model.ModelDeclaration;
import io.github.camelroboflow.inference.Task;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the family of a model. */
public final class ModelFamilies {

    /** All families, in the order in which they are tried. */
    private static final List<ModelFamily> ALL = Stream.of(List.<ModelFamily>of(new RfDetrFamily()), YoloFamilies.ALL,
            List.of(ClassificationDecoder.FAMILY, SemanticSegmentationDecoder.FAMILY)).flatMap(List::stream).toList();

    private ModelFamilies() {
    }

    /** @throws IllegalArgumentException if the model belongs to no family, or its parts don't fit together */
    public static OutputDecoder decoder(ModelTraits traits) {
        return ALL.stream().map(family -> family.decoder(traits)).flatMap(Optional::stream).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("its outputs " + traits + " with " + traits.classNames().size()
                        + " class names match no supported model family: "
                        + ALL.stream().map(ModelFamily::description).collect(Collectors.joining("; "))));
    }

    /** A family of models whose outputs are read by the same decoder. */
    interface ModelFamily {

        /** Returns a text for users: task, layout, and the models that are exported so. */
        String description();

        /**
         * Returns the decoder for a model of this family; empty for a model of another.
         *
         * @throws IllegalArgumentException if the model is of this family, but its parts don't fit together; the message says how
         */
        Optional<OutputDecoder> decoder(ModelTraits traits);

        static ModelFamily of(String description, Function<ModelTraits, Optional<OutputDecoder>> decoder) {
            return new ModelFamily() {
                @Override
                public String description() {
                    return description;
                }

                @Override
                public Optional<OutputDecoder> decoder(ModelTraits traits) {
                    return decoder.apply(traits);
                }
            };
        }
    }

    /**
     * The known facts of a model whose family is to be found.
     *
     * @param outputs     shapes of the net's outputs for one image by their names, in the graph's order
     * @param inputSize   size of the net's input, pixels
     * @param classNames  names in the package; some may stand for no class ({@link ModelDeclaration#removedClasses})
     * @param declaration declaration by the package and the weights
     */
    public record ModelTraits(Map<String, long[]> outputs, ImageSize inputSize, List<String> classNames,
            ModelDeclaration declaration) {

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
