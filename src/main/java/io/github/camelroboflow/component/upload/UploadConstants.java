package io.github.camelroboflow.component.upload;

import org.apache.camel.spi.Metadata;

/** The headers of the {@code roboflow-upload:} component. Camel keeps headers of this prefix off the wire in both directions. */
public final class UploadConstants {

    /** Prefix of the headers that set an option for one message. */
    static final String OPTION_PREFIX = "CamelRoboflowOption";

    @Metadata(description = "Roboflow's id of the image.", javaType = "String", label = "producer", important = true)
    public static final String UPLOAD_ID = "CamelRoboflowUploadId";
    @Metadata(description = "Whether the dataset already had the same image.", javaType = "Boolean", label = "producer",
              important = true)
    public static final String UPLOAD_DUPLICATE = "CamelRoboflowUploadDuplicate";
    @Metadata(description = "Whether the annotation was accepted; false if the image already had one, which stays."
                            + " Absent if none was sent.", javaType = "Boolean", label = "producer")
    public static final String UPLOAD_ANNOTATED = "CamelRoboflowUploadAnnotated";

    @Metadata(description = "The labels of the image, as a file (see annotationFormat): text, bytes, or any type that Camel"
                            + " converts to bytes.", javaType = "byte[]", label = "producer", important = true)
    public static final String ANNOTATION = "CamelRoboflowAnnotation";
    @Metadata(description = "The image's name in the dataset, instead of the file's.", javaType = "String",
              label = "producer")
    public static final String OPTION_NAME = "CamelRoboflowOptionName";
    @Metadata(description = "Overrides the option split for this message.", javaType = "String", label = "producer")
    public static final String OPTION_SPLIT = "CamelRoboflowOptionSplit";
    @Metadata(description = "Overrides the option batch for this message.", javaType = "String", label = "producer")
    public static final String OPTION_BATCH = "CamelRoboflowOptionBatch";
    @Metadata(description = "Overrides the option tag for this message: a text as in the option, or a list.", javaType = "String",
              label = "producer")
    public static final String OPTION_TAG = "CamelRoboflowOptionTag";
    @Metadata(description = "Overrides the option annotateWithResult for this message.", javaType = "Boolean", label = "producer")
    public static final String OPTION_ANNOTATE_WITH_RESULT = "CamelRoboflowOptionAnnotateWithResult";
    @Metadata(description = "Overrides the option annotationFormat for this message.", javaType = "String", label = "producer")
    public static final String OPTION_ANNOTATION_FORMAT = "CamelRoboflowOptionAnnotationFormat";
    @Metadata(description = "Overrides the option prediction for this message.", javaType = "Boolean", label = "producer")
    public static final String OPTION_PREDICTION = "CamelRoboflowOptionPrediction";

    private UploadConstants() {
    }
}
