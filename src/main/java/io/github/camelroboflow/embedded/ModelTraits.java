package io.github.camelroboflow.embedded;

import io.github.camelroboflow.inference.ImageSize;
import io.github.camelroboflow.inference.Task;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What is known of a model when its family is sought.
 *
 * @param outputs     the shapes of the net's outputs for one image by their names, in the graph's order
 * @param inputSize   of the net's input, pixels
 * @param classNames  as the package lists them; may hold names that are no classes ({@link ModelDeclaration#removedClasses})
 * @param declaration what the package and the weights say
 */
record ModelTraits(Map<String, long[]> outputs, ImageSize inputSize, List<String> classNames, ModelDeclaration declaration) {

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
