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

/** Finds out to which family a model belongs. */
public final class ModelFamilies {

    /** Tried in this order. */
    private static final List<ModelFamily> ALL = Stream.of(List.<ModelFamily>of(new RfDetrFamily()), YoloFamilies.ALL,
            List.of(ClassificationDecoder.FAMILY, SemanticSegmentationDecoder.FAMILY)).flatMap(List::stream).toList();

    private ModelFamilies() {
    }

    /** @throws IllegalArgumentException if it belongs to none, or its parts don't fit together */
    public static OutputDecoder decoder(ModelTraits traits) {
        return ALL.stream().map(family -> family.decoder(traits)).flatMap(Optional::stream).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("its outputs " + traits + " with " + traits.classNames().size()
                        + " class names are of no kind that is supported: "
                        + ALL.stream().map(ModelFamily::description).collect(Collectors.joining("; "))));
    }

    /** Models whose outputs are read alike. */
    interface ModelFamily {

        /** For people: task, layout and the models that are exported so. */
        String description();

        /**
         * The decoder for a model of this family, empty for one of another.
         *
         * @throws IllegalArgumentException if it is of this family, but its parts don't fit together; says what is wrong
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
     * What is known of a model when its family is sought.
     *
     * @param outputs     the shapes of the net's outputs for one image by their names, in the graph's order
     * @param inputSize   of the net's input, pixels
     * @param classNames  as the package lists them; may hold names that are no classes ({@link ModelDeclaration#removedClasses})
     * @param declaration what the package and the weights say
     */
    public record ModelTraits(Map<String, long[]> outputs, ImageSize inputSize, List<String> classNames,
            ModelDeclaration declaration) {

        /** The shape of the output at that index; empty if there are not so many. */
        long[] shape(int index) {
            return outputs.values().stream().skip(index).findFirst().orElse(new long[0]);
        }

        /** Whether there is one output, with that many dimensions, for one image. */
        boolean singleOutput(int dimensions) {
            return outputs.size() == 1 && shape(0).length == dimensions && shape(0)[0] == 1;
        }

        boolean mayBe(Task task) {
            return declaration.mayBe(task);
        }

        /** For people: {@code output0 [1, 84, 8400]}. */
        String shapes() {
            return outputs.entrySet().stream().map(output -> output.getKey() + " " + Arrays.toString(output.getValue()))
                    .collect(Collectors.joining(", "));
        }

        /** For people: {@code output0 [1, 84, 8400] for the task 'obb'}. */
        @Override
        public String toString() {
            return shapes()
                    + (declaration.type().isEmpty() ? "" : " of type '" + declaration.type() + "'")
                    + (declaration.task().isEmpty() ? "" : " for the task '" + declaration.task() + "'");
        }
    }
}
