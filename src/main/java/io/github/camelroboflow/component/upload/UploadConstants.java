package io.github.camelroboflow.component.upload;

import org.apache.camel.spi.Metadata;

/** The headers of the {@code roboflow-upload:} component. Camel keeps headers of this prefix off the wire in both directions. */
public final class UploadConstants {

    /** Starts the name of every header that sets an option for one message. */
    static final String OPTION_PREFIX = "CamelRoboflowOption";

    @Metadata(description = "Roboflow's id of the image.", javaType = "String", label = "producer", important = true)
    public static final String UPLOAD_ID = "CamelRoboflowUploadId";
    @Metadata(description = "Whether the dataset had the same image already.", javaType = "Boolean", label = "producer",
              important = true)
    public static final String UPLOAD_DUPLICATE = "CamelRoboflowUploadDuplicate";
    @Metadata(description = "Whether an annotation was taken; false if the image had one already, which stays."
                            + " Absent if none was sent.", javaType = "Boolean", label = "producer")
    public static final String UPLOAD_ANNOTATED = "CamelRoboflowUploadAnnotated";

    @Metadata(description = "What is in the image, as a file of labels (see annotationFormat): text, bytes, or whatever Camel"
                            + " makes bytes of.", javaType = "byte[]", label = "producer", important = true)
    public static final String ANNOTATION = "CamelRoboflowAnnotation";
    @Metadata(description = "The image's name in the dataset, instead of the file's.", javaType = "String",
              label = "producer")
    public static final String OPTION_NAME = "CamelRoboflowOptionName";
    @Metadata(description = "Overrides the option split for this message.", javaType = "String", label = "producer")
    public static final String OPTION_SPLIT = "CamelRoboflowOptionSplit";
    @Metadata(description = "Overrides the option batch for this message.", javaType = "String", label = "producer")
    public static final String OPTION_BATCH = "CamelRoboflowOptionBatch";
    @Metadata(description = "Overrides the option tag for this message: a text as there, or a list.", javaType = "String",
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
