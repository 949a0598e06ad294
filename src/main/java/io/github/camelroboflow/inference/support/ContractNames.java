package io.github.camelroboflow.inference.support;

/** The names of exchange properties and headers that several packages use: sources, the component, conditions and destinations. */
public final class ContractNames {

    /** Exchange property: the last result, an {@link io.github.camelroboflow.inference.Inference}. */
    public static final String INFERENCE = "CamelRoboflowInference";

    /** Exchange property: the classes of the last result's model, a {@code List} of strings; absent if unknown. */
    public static final String MODEL_CLASSES = "CamelRoboflowModelClasses";

    /** Exchange property: the confidence threshold of the last result, a {@code Double}; absent if unknown. */
    public static final String CONFIDENCE = "CamelRoboflowConfidence";

    /** Exchange property: the address of the image's source, {@code file:data/inbox} or {@code s3://images/inbox/}. */
    public static final String SOURCE = "CamelRoboflowSource";

    /** Exchange property: the image's original name relative to the inbox. Others chose it, so it can hold anything. */
    public static final String IMAGE_NAME = "CamelRoboflowImageName";

    /** Exchange property: a modified time or an etag, which distinguishes the image from others of the same name. */
    public static final String IMAGE_VERSION = "CamelRoboflowImageVersion";

    /** Header: the model that was used. */
    public static final String MODEL_ID = "CamelRoboflowModelId";

    /** Header: the hash of the image, the model and the options. */
    public static final String RESULT_KEY = "CamelRoboflowResultKey";

    /** Header: the hash of the result key and the place that the image came from. */
    public static final String DELIVERY_ID = "CamelRoboflowDeliveryId";

    private ContractNames() {
    }
}
