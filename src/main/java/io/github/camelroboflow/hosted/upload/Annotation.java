package io.github.camelroboflow.hosted.upload;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.Classification;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.MultiLabelClassification;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What is in an uploaded image, as a file of labels.
 *
 * @param format     the ending of the file's name, from which Roboflow tells what it is: {@code xml} (Pascal VOC), {@code json}
 *                   (COCO, CreateML, Roboflow's own results), {@code txt} (the class alone), {@code csv}
 * @param content    the file's bytes; not to be changed
 * @param prediction whether a model said it, and a person should look at it, rather than the truth
 */
public record Annotation(String format, byte[] content, boolean prediction) {

    private static final List<String> FORMATS = List.of("json", "xml", "txt", "csv");

    /** @throws IllegalArgumentException if the format is none of Roboflow's, or there is no content */
    public Annotation {
        Objects.requireNonNull(content, "content");
        if (!FORMATS.contains(format)) {
            throw new IllegalArgumentException("annotationFormat=" + format + " is no format: known are " + FORMATS);
        }
        if (content.length == 0) {
            throw new IllegalArgumentException("the annotation is empty: leave it out if there is nothing to say");
        }
    }

    /**
     * A model's result in the form in which Roboflow's own server sends it on: the JSON of what was detected, or the classes as
     * text. Empty if nothing was found.
     *
     * @throws IllegalArgumentException if Roboflow takes no such result
     */
    public static Optional<Annotation> of(Inference result) {
        if (!(result instanceof Detections || result instanceof Classification || result instanceof MultiLabelClassification)) {
            throw new IllegalArgumentException("a " + result.getClass().getSimpleName()
                    + " can't be an annotation: Roboflow takes what was detected in an image, or its classes");
        }
        if (result.findings().isEmpty()) {
            return Optional.empty();
        }
        if (result instanceof Detections) {
            ObjectNode json = result.toJson();
            json.remove("visualization");
            return Optional.of(new Annotation("json", json.toString().getBytes(UTF_8), true));
        }
        String classes = result instanceof Classification single ? single.top()
                : String.join(",", ((MultiLabelClassification) result).predictedClasses());
        return classes.isEmpty() ? Optional.empty() : Optional.of(new Annotation("txt", classes.getBytes(UTF_8), true));
    }

    /** The name of the file that goes with an image. */
    String name(String imageName) {
        String name = imageName.substring(Math.max(imageName.lastIndexOf('/'), imageName.lastIndexOf('\\')) + 1);
        int dot = name.lastIndexOf('.');
        return (dot > 0 ? name.substring(0, dot) : name) + "." + format;
    }
}
