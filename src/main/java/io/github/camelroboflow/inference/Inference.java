package io.github.camelroboflow.inference;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.ModelDescription.Appearance;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The result of a model, or of a workflow of models, for one image. Immutable. As JSON it has the names, types and
 * order of Roboflow's responses. A result that was read from JSON writes the same JSON, unknown fields included.
 */
@JsonDeserialize(using = InferenceJson.Deserializer.class)
public sealed interface Inference
        permits io.github.camelroboflow.inference.Inference.LocatedInference, Classification, MultiLabelClassification,
        WorkflowOutputs {

    /** Returns the id, the time and the image size. */
    InferenceInfo info();

    /**
     * Returns all findings in the order of the result: detections one by one, or one entry for each class that applies.
     */
    List<? extends Finding> findings();

    /** Returns the same result with its visualization, which is given as base64 of a JPEG. */
    Inference withVisualization(String base64Jpeg);

    /** Returns the classes of the findings, each once, the most confident first. */
    default List<String> classes() {
        return List.copyOf(confidences().keySet());
    }

    /** Returns the number of findings of a class. */
    default int count(String className) {
        return counts().getOrDefault(className, 0);
    }

    /** Returns the best confidence of a class, 0 to 1; 0 if it was not found. */
    default double confidence(String className) {
        return confidences().getOrDefault(className, 0.0);
    }

    /** Returns the number of findings by class, in the order of {@link #classes()}. */
    default Map<String, Integer> counts() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        confidences().keySet().forEach(name -> counts.put(name, 0));
        findings().forEach(finding -> counts.merge(finding.className(), 1, Integer::sum));
        return Collections.unmodifiableMap(counts);
    }

    /** Returns the best confidence by class, in the order of {@link #classes()}. */
    default Map<String, Double> confidences() {
        Map<String, Double> best = new LinkedHashMap<>();
        findings().stream().sorted(Comparator.comparingDouble(Finding::confidence).reversed())
                .forEach(finding -> best.putIfAbsent(finding.className(), finding.confidence()));
        return Collections.unmodifiableMap(best);
    }

    /** Returns the result as Roboflow's JSON. */
    @JsonValue
    default ObjectNode toJson() {
        return InferenceJson.write(this);
    }

    /** A result with the location of each class in the image. */
    public sealed interface LocatedInference extends Inference permits Detections, SemanticSegmentation {

        /**
         * Returns the share of the image, 0 to 1, that belongs to any of these classes. Overlapping findings count
         * once.
         */
        double coverage(Predicate<? super String> classNames);

        /**
         * Returns the share of the image, 0 to 1, that belongs to a class: the share of pixels if there are masks, else
         * the share of area under boxes.
         */
        default double coverage(String className) {
            return coverage(className::equals);
        }
    }

    /** A class that was found in an image, with the model's confidence. */
    public sealed interface Finding permits Detection, ClassScore {

        /** Returns the class name, without outer spaces. */
        String className();

        /** Returns the confidence, 0 to 1. */
        double confidence();
    }

    /**
     * A class of the whole image, or of a part of its pixels.
     *
     * @param classId the index into the model's class names, or -1 if the result has none
     * @param confidence the confidence, 0 to 1
     */
    public record ClassScore(String className, int classId, double confidence) implements Finding {
    }

    /**
     * The data of every result besides its findings.
     *
     * @param inferenceId a UUID, or empty if the result has none
     * @param time the seconds from decoding the image to the result, or NaN if the result has none
     * @param image the size of the image
     * @param imageDamaged whether a part of the image file was missing or wrong, so that the result holds only for what could be
     *                     decoded of it
     * @param visualization the image with the findings drawn on it, as base64 of a JPEG; empty if there is none
     * @param received the JSON from which the result was read, so that no field is lost; {@code null} for a result made
     *                 here
     * @param appearance the colors and skeletons of the model for visualizations, which are no part of the JSON;
     *                   {@link Appearance#UNKNOWN} for a result that was read from JSON
     */
    public record InferenceInfo(String inferenceId, double time, ImageSize image, boolean imageDamaged,
                                String visualization, ObjectNode received, Appearance appearance) {

        public static InferenceInfo of(String inferenceId, double time, ImageSize image) {
            return of(inferenceId, time, image, false);
        }

        public static InferenceInfo of(String inferenceId, double time, ImageSize image, boolean imageDamaged) {
            return new InferenceInfo(inferenceId, time, image, imageDamaged, "", null, Appearance.UNKNOWN);
        }

        /** Returns the same data with the appearance of the model. */
        public InferenceInfo withAppearance(Appearance other) {
            return new InferenceInfo(inferenceId, time, image, imageDamaged, visualization, received, other);
        }

        /** Returns a copy of the received JSON, or {@code null}. */
        @Override
        public ObjectNode received() {
            return received == null ? null : received.deepCopy();
        }

        InferenceInfo withVisualization(String base64Jpeg) {
            ObjectNode json = received();
            if (json != null) {
                // the first field, as in Roboflow's responses
                ObjectNode others = json.remove(List.of("visualization"));
                json = json.objectNode().put("visualization", base64Jpeg).setAll(others);
            }
            return new InferenceInfo(inferenceId, time, image, imageDamaged, base64Jpeg, json, appearance);
        }
    }
}
