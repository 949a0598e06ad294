package io.github.camelroboflow.condition.camel;

/** The exchange properties by which a call of a model tells conditions about its result. */
public final class ExchangeProperties {

    /** The last result: an {@link io.github.camelroboflow.inference.Inference}. */
    public static final String INFERENCE = "CamelRoboflowInference";

    /** The classes that the model of the last result has: a {@code List} of strings; absent where they aren't known. */
    public static final String MODEL_CLASSES = "CamelRoboflowModelClasses";

    /** The lowest confidence in the last result: a {@code Double}; absent where it isn't known. */
    public static final String CONFIDENCE = "CamelRoboflowConfidence";

    private ExchangeProperties() {
    }
}
