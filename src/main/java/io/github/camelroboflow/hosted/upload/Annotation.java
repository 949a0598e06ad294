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
 * The labels of an uploaded image as a file.
 *
 * @param format the file name's extension, from which Roboflow detects the format: {@code xml} (Pascal VOC),
 *               {@code json} (COCO, CreateML, Roboflow's own results), {@code txt} (the class alone), {@code csv}
 * @param content the bytes of the file, which must not be changed
 * @param prediction whether the labels are a model's prediction that a person should review, rather than ground truth
 */
public record Annotation(String format, byte[] content, boolean prediction) {

    private static final List<String> FORMATS = List.of("json", "xml", "txt", "csv");

    /** @throws IllegalArgumentException if the format is unknown to Roboflow or the content is empty */
    public Annotation {
        Objects.requireNonNull(content, "content");
        if (!FORMATS.contains(format)) {
            throw new IllegalArgumentException("annotationFormat=" + format + " is unknown: use one of " + FORMATS);
        }
        if (content.length == 0) {
            throw new IllegalArgumentException("the annotation is empty: leave it out if there are no labels");
        }
    }

    /**
     * Returns a model's result in the form that Roboflow's own server uploads: the JSON of the detections, or the
     * classes as text. Empty if nothing was found.
     *
     * @throws IllegalArgumentException if Roboflow accepts no such result
     */
    public static Optional<Annotation> of(Inference result) {
        if (!(result instanceof Detections || result instanceof Classification || result instanceof MultiLabelClassification)) {
            throw new IllegalArgumentException("a " + result.getClass().getSimpleName()
                    + " can't be an annotation: Roboflow accepts detections and classifications only");
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

    /** Returns the file name of the annotation for an image. */
    String name(String imageName) {
        String name = imageName.substring(Math.max(imageName.lastIndexOf('/'), imageName.lastIndexOf('\\')) + 1);
        int dot = name.lastIndexOf('.');
        return (dot > 0 ? name.substring(0, dot) : name) + "." + format;
    }
}
