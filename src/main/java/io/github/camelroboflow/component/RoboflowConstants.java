package io.github.camelroboflow.component;

import io.github.camelroboflow.inference.InferenceOption;
import io.github.camelroboflow.inference.support.ContractNames;
import org.apache.camel.spi.Metadata;

/** The headers of the {@code roboflow:} component. Camel keeps headers of this prefix off the wire in both directions. */
public final class RoboflowConstants {

    /** Prefix of the headers that set an option for one message. */
    static final String OPTION_PREFIX = "CamelRoboflowOption";

    @Metadata(description = "The model for this message, if the option allowedModels of the endpoint lists it.",
              javaType = "String", label = "producer", important = true)
    public static final String MODEL = "CamelRoboflowModel";
    @Metadata(description = "The model that was used.", javaType = "String", label = "producer", important = true)
    public static final String MODEL_ID = ContractNames.MODEL_ID;
    @Metadata(description = "The task of the model, such as object-detection.", javaType = "String", label = "producer")
    public static final String TASK = "CamelRoboflowTask";
    @Metadata(description = "The classes that were found, the most confident first, each once.",
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
    @Metadata(description = "The number of all predictions.", javaType = "Integer", label = "producer", important = true)
    public static final String PREDICTION_COUNT = "CamelRoboflowPredictionCount";
    @Metadata(description = "The image's width in pixels, its orientation applied.", javaType = "Integer", label = "producer")
    public static final String IMAGE_WIDTH = "CamelRoboflowImageWidth";
    @Metadata(description = "The image's height in pixels, its orientation applied.", javaType = "Integer", label = "producer")
    public static final String IMAGE_HEIGHT = "CamelRoboflowImageHeight";
    @Metadata(description = "true if a part of the image file was missing or wrong, so that the result holds only for what could be"
                            + " decoded of it; absent otherwise. Only with allowDamagedImages.",
              javaType = "Boolean", label = "producer")
    public static final String IMAGE_DAMAGED = "CamelRoboflowImageDamaged";
    @Metadata(description = "The id of this inference, a UUID.", javaType = "String", label = "producer")
    public static final String INFERENCE_ID = "CamelRoboflowInferenceId";
    @Metadata(description = "The duration of the inference, in seconds.", javaType = "Double", label = "producer")
    public static final String INFERENCE_TIME = "CamelRoboflowInferenceTime";
    @Metadata(description = "SHA-256 of the image's bytes, the model's id, its weights where known, and the options, in hex:"
                            + " equal images give equal keys.", javaType = "String", label = "producer")
    public static final String RESULT_KEY = ContractNames.RESULT_KEY;
    @Metadata(description = "SHA-256 of the result key, the source, the name, and the time or etag, in hex: the same when a"
                            + " delivery is repeated, another for an equal image from elsewhere.",
              javaType = "String", label = "producer")
    public static final String DELIVERY_ID = ContractNames.DELIVERY_ID;
    @Metadata(description = "The file names of the images that were attachments, in the order of the results; absent if the body"
                            + " was the image.", javaType = "java.util.List<String>", label = "producer")
    public static final String IMAGE_NAMES = "CamelRoboflowImageNames";

    @Metadata(description = "Overrides the option confidence for this message.", javaType = "String", label = "producer")
    public static final String OPTION_CONFIDENCE = "CamelRoboflowOptionConfidence";
    @Metadata(description = "Overrides the option overlap for this message.", javaType = "String", label = "producer")
    public static final String OPTION_OVERLAP = "CamelRoboflowOptionOverlap";
    @Metadata(description = "Overrides the option maxDetections for this message.", javaType = "Integer", label = "producer")
    public static final String OPTION_MAX_DETECTIONS = "CamelRoboflowOptionMaxDetections";
    @Metadata(description = "Overrides the option classes for this message.", javaType = "String", label = "producer")
    public static final String OPTION_CLASSES = "CamelRoboflowOptionClasses";
    @Metadata(description = "Overrides the option classAgnosticNms for this message.", javaType = "Boolean", label = "producer")
    public static final String OPTION_CLASS_AGNOSTIC_NMS = "CamelRoboflowOptionClassAgnosticNms";
    @Metadata(description = "Overrides the option disablePreprocAutoOrient for this message.", javaType = "Boolean",
              label = "producer")
    public static final String OPTION_DISABLE_PREPROC_AUTO_ORIENT = "CamelRoboflowOptionDisablePreprocAutoOrient";
    @Metadata(description = "Overrides the option disablePreprocContrast for this message.", javaType = "Boolean",
              label = "producer")
    public static final String OPTION_DISABLE_PREPROC_CONTRAST = "CamelRoboflowOptionDisablePreprocContrast";
    @Metadata(description = "Overrides the option disablePreprocGrayscale for this message.", javaType = "Boolean",
              label = "producer")
    public static final String OPTION_DISABLE_PREPROC_GRAYSCALE = "CamelRoboflowOptionDisablePreprocGrayscale";
    @Metadata(description = "Overrides the option disablePreprocStaticCrop for this message.", javaType = "Boolean",
              label = "producer")
    public static final String OPTION_DISABLE_PREPROC_STATIC_CROP = "CamelRoboflowOptionDisablePreprocStaticCrop";
    @Metadata(description = "Overrides the option allowDamagedImages for this message.", javaType = "Boolean", label = "producer")
    public static final String OPTION_ALLOW_DAMAGED_IMAGES = "CamelRoboflowOptionAllowDamagedImages";
    @Metadata(description = "Overrides the option format for this message.", javaType = "String", label = "producer")
    public static final String OPTION_FORMAT = "CamelRoboflowOptionFormat";
    @Metadata(description = "Overrides the option labels for this message.", javaType = "Boolean", label = "producer")
    public static final String OPTION_LABELS = "CamelRoboflowOptionLabels";
    @Metadata(description = "Overrides the option stroke for this message.", javaType = "Integer", label = "producer")
    public static final String OPTION_STROKE = "CamelRoboflowOptionStroke";
    @Metadata(description = "Overrides the option keypointConfidence for this message.", javaType = "Double", label = "producer")
    public static final String OPTION_KEYPOINT_CONFIDENCE = "CamelRoboflowOptionKeypointConfidence";
    @Metadata(description = "Overrides the option maskDecodeMode for this message.",
              javaType = "io.github.camelroboflow.inference.InferenceOptions.MaskDecodeMode", label = "producer")
    public static final String OPTION_MASK_DECODE_MODE = "CamelRoboflowOptionMaskDecodeMode";
    @Metadata(description = "Overrides the option tradeoffFactor for this message.", javaType = "Double", label = "producer")
    public static final String OPTION_TRADEOFF_FACTOR = "CamelRoboflowOptionTradeoffFactor";
    @Metadata(description = "Overrides the option responseMaskFormat for this message.",
              javaType = "io.github.camelroboflow.inference.InferenceOptions.ResponseMaskFormat", label = "producer")
    public static final String OPTION_RESPONSE_MASK_FORMAT = "CamelRoboflowOptionResponseMaskFormat";
    @Metadata(description = "Overrides the option maxImageSize for this message.", javaType = "Integer", label = "producer")
    public static final String OPTION_MAX_IMAGE_SIZE = "CamelRoboflowOptionMaxImageSize";
    @Metadata(description = "Overrides the option tile for this message.", javaType = "String", label = "producer")
    public static final String OPTION_TILE = "CamelRoboflowOptionTile";
    @Metadata(description = "Overrides the option tileOverlap for this message.", javaType = "String", label = "producer")
    public static final String OPTION_TILE_OVERLAP = "CamelRoboflowOptionTileOverlap";

    private RoboflowConstants() {
    }

    /** Returns the header that sets an option for one message, such as {@value #OPTION_MAX_DETECTIONS}. */
    public static String optionHeader(InferenceOption<?> option) {
        return OPTION_PREFIX + option.headerName();
    }
}
