package io.github.camelroboflow.condition.camel;

/** The exchange properties with the last result of a model call, which conditions use. */
public final class ExchangeProperties {

    /** The last result: an {@link io.github.camelroboflow.inference.Inference}. */
    public static final String INFERENCE = "CamelRoboflowInference";

    /** The classes of the last result's model: a {@code List} of strings; absent if unknown. */
    public static final String MODEL_CLASSES = "CamelRoboflowModelClasses";

    /** The confidence threshold of the last result: a {@code Double}; absent if unknown. */
    public static final String CONFIDENCE = "CamelRoboflowConfidence";

    private ExchangeProperties() {
    }
}
