package io.github.camelroboflow.component.workflow;

import io.github.camelroboflow.component.RoboflowConstants;
import io.github.camelroboflow.inference.support.ContractNames;
import org.apache.camel.spi.Metadata;

/** The headers of the {@code roboflow-workflow:} component. Camel keeps headers of this prefix off the wire in both directions. */
public final class WorkflowConstants {

    @Metadata(description = "The workflow's parameters by name, for this message: text, numbers, truth values, lists, maps.",
              javaType = "java.util.Map<String, Object>", label = "producer", important = true)
    public static final String PARAMETERS = "CamelRoboflowParameters";
    @Metadata(description = "Prefix of a header that holds one parameter: CamelRoboflowParameter.threshold is threshold."
                            + " It takes precedence over a parameter of that name in CamelRoboflowParameters.",
              javaType = "Object", label = "producer", important = true)
    public static final String PARAMETER = "CamelRoboflowParameter.";

    @Metadata(description = "The workflow that ran: workspace/id, or inline.", javaType = "String", label = "producer")
    public static final String MODEL_ID = ContractNames.MODEL_ID;
    @Metadata(description = "The classes in its outputs, the most confident first, each once.",
              javaType = "java.util.List<String>", label = "producer", important = true)
    public static final String CLASSES = "CamelRoboflowClasses";
    @Metadata(description = "The number of predictions of each class.", javaType = "java.util.Map<String, Integer>",
              label = "producer")
    public static final String COUNTS = "CamelRoboflowCounts";
    @Metadata(description = "The best confidence of each class, 0 to 1.", javaType = "java.util.Map<String, Double>",
              label = "producer")
    public static final String CONFIDENCES = "CamelRoboflowConfidences";
    @Metadata(description = "The most confident class; absent if nothing was found.", javaType = "String", label = "producer")
    public static final String TOP_CLASS = "CamelRoboflowTopClass";
    @Metadata(description = "The confidence of the most confident class, 0 to 1; absent if nothing was found.", javaType = "Double",
              label = "producer")
    public static final String TOP_CONFIDENCE = "CamelRoboflowTopConfidence";
    @Metadata(description = "The number of all predictions.", javaType = "Integer", label = "producer")
    public static final String PREDICTION_COUNT = "CamelRoboflowPredictionCount";
    @Metadata(description = "The image's width in pixels, if an output contains it.", javaType = "Integer", label = "producer")
    public static final String IMAGE_WIDTH = "CamelRoboflowImageWidth";
    @Metadata(description = "The image's height in pixels, if an output contains it.", javaType = "Integer", label = "producer")
    public static final String IMAGE_HEIGHT = "CamelRoboflowImageHeight";
    @Metadata(description = "The id of the first output that is an inference, if it has one.", javaType = "String",
              label = "producer")
    public static final String INFERENCE_ID = "CamelRoboflowInferenceId";
    @Metadata(description = "SHA-256 of the image's bytes, the workflow and its parameters, in hex: equal images give equal keys.",
              javaType = "String", label = "producer")
    public static final String RESULT_KEY = ContractNames.RESULT_KEY;
    @Metadata(description = "SHA-256 of the result key, the source, the name, and the time or etag, in hex: the same when a"
                            + " delivery is repeated, another for an equal image from elsewhere.",
              javaType = "String", label = "producer")
    public static final String DELIVERY_ID = ContractNames.DELIVERY_ID;
    @Metadata(description = "The file names of the images that were attachments, in the order of the outputs; absent if the body"
                            + " was the image.", javaType = "java.util.List<String>", label = "producer")
    public static final String IMAGE_NAMES = RoboflowConstants.IMAGE_NAMES;

    private WorkflowConstants() {
    }
}
