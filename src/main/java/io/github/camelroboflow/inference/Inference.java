package io.github.camelroboflow.inference;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What a model, or a workflow of models, found in one image. Immutable. As JSON it has the names, types and order of Roboflow's
 * answers; one that was read from JSON writes that same JSON again, fields that we don't know included.
 */
@JsonDeserialize(using = InferenceJson.Deserializer.class)
public sealed interface Inference
        permits io.github.camelroboflow.inference.Inference.LocatedInference, Classification, MultiLabelClassification,
        WorkflowOutputs {

    /** Id, time and image size. */
    InferenceInfo info();

    /** Everything that was found, in the order of the result: detections one by one, or one entry for each class that applies. */
    List<? extends Finding> findings();

    /** The same result with a drawing of it, given as base64 of a JPEG. */
    Inference withVisualization(String base64Jpeg);

    /** The classes that were found, the most confident first, each once. */
    default List<String> classes() {
        return List.copyOf(confidences().keySet());
    }

    /** How many findings there are of a class. */
    default int count(String className) {
        return counts().getOrDefault(className, 0);
    }

    /** The best confidence of a class, 0 to 1; 0 if it was not found. */
    default double confidence(String className) {
        return confidences().getOrDefault(className, 0.0);
    }

    /** How many findings there are of each class, in the order of {@link #classes()}. */
    default Map<String, Integer> counts() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        confidences().keySet().forEach(name -> counts.put(name, 0));
        findings().forEach(finding -> counts.merge(finding.className(), 1, Integer::sum));
        return Collections.unmodifiableMap(counts);
    }

    /** The best confidence of each class, in the order of {@link #classes()}. */
    default Map<String, Double> confidences() {
        Map<String, Double> best = new LinkedHashMap<>();
        findings().stream().sorted(Comparator.comparingDouble(Finding::confidence).reversed())
                .forEach(finding -> best.putIfAbsent(finding.className(), finding.confidence()));
        return Collections.unmodifiableMap(best);
    }

    /** The result as Roboflow's JSON. */
    @JsonValue
    default ObjectNode toJson() {
        return InferenceJson.write(this);
    }

    /** A result that says where in the image a class was found. */
    public sealed interface LocatedInference extends Inference permits Detections, SemanticSegmentation {

        /** The share of the image, 0 to 1, that belongs to any of these classes; what two findings cover counts once. */
        double coverage(Predicate<? super String> classNames);

        /**
         * The share of the image, 0 to 1, that belongs to a class: of its pixels where there are masks, else of its area under
         * boxes.
         */
        default double coverage(String className) {
            return coverage(className::equals);
        }
    }

    /** Something that was found in an image: a class, and how sure the model is of it. */
    public sealed interface Finding permits Detection, ClassScore {

        /** The class name, without outer spaces. */
        String className();

        /** 0 to 1. */
        double confidence();
    }

    /**
     * A class of the whole image, or of a part of its pixels.
     *
     * @param classId    index into the model's class names, or -1 where the result did not say
     * @param confidence 0 to 1
     */
    public record ClassScore(String className, int classId, double confidence) implements Finding {
    }

    /**
     * What every result carries besides what was found.
     *
     * @param inferenceId   a UUID, or empty where the result did not say
     * @param time          seconds from decoding the image to the result, or NaN where the result did not say
     * @param image         the size of the image
     * @param visualization the image with the result drawn on it, as base64 of a JPEG; empty without one
     * @param received      the JSON that the result was read from, so that nothing of it is lost; {@code null} if it was made here
     */
    public record InferenceInfo(String inferenceId, double time, ImageSize image, String visualization, ObjectNode received) {

        public static InferenceInfo of(String inferenceId, double time, ImageSize image) {
            return new InferenceInfo(inferenceId, time, image, "", null);
        }

        /** A copy of the received JSON, or {@code null}. */
        @Override
        public ObjectNode received() {
            return received == null ? null : received.deepCopy();
        }

        InferenceInfo withVisualization(String base64Jpeg) {
            ObjectNode json = received();
            if (json != null) {
                // first, as Roboflow has it
                ObjectNode received = json.remove(List.of("visualization"));
                json = json.objectNode().put("visualization", base64Jpeg).setAll(received);
            }
            return new InferenceInfo(inferenceId, time, image, base64Jpeg, json);
        }
    }
}
