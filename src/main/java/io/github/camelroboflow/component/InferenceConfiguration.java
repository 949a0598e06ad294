package io.github.camelroboflow.component;

import static io.github.camelroboflow.inference.InferenceOption.FORMAT;
import static io.github.camelroboflow.inference.InferenceOption.MASK_DECODE_MODE;
import static io.github.camelroboflow.inference.InferenceOption.MAX_DETECTIONS;
import static io.github.camelroboflow.inference.InferenceOption.MAX_IMAGE_SIZE;
import static io.github.camelroboflow.inference.InferenceOption.MAX_PIXELS;
import static io.github.camelroboflow.inference.InferenceOption.REQUEST_TIMEOUT;
import static io.github.camelroboflow.inference.InferenceOption.RESPONSE_MASK_FORMAT;
import static io.github.camelroboflow.inference.InferenceOption.STROKE;
import static io.github.camelroboflow.inference.InferenceOption.TRADEOFF_FACTOR;

import io.github.camelroboflow.inference.InferenceOption;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InferenceOptions.MaskDecodeMode;
import io.github.camelroboflow.inference.InferenceOptions.ResponseMaskFormat;
import io.github.camelroboflow.inference.InferenceOptions.ResultFormat;
import java.time.Duration;
import org.apache.camel.spi.Configurer;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/** The options of an inference, the same for every runtime. */
@UriParams
@Configurer
public abstract class InferenceConfiguration extends ConnectionConfiguration {

    @UriParam(label = "common", defaultValue = "0.4")
    private String confidence = "0.4";
    @UriParam(label = "common", defaultValue = "0.3")
    private String overlap = "0.3";
    @UriParam(label = "common", defaultValue = "300")
    private int maxDetections = InferenceOptions.DEFAULTS.get(MAX_DETECTIONS);
    @UriParam(label = "common")
    private String classes;
    @UriParam(label = "common")
    private boolean classAgnosticNms;
    @UriParam(label = "advanced")
    private boolean disablePreprocAutoOrient;
    @UriParam(label = "advanced")
    private boolean disablePreprocContrast;
    @UriParam(label = "advanced")
    private boolean disablePreprocGrayscale;
    @UriParam(label = "advanced")
    private boolean disablePreprocStaticCrop;
    @UriParam(label = "advanced")
    private boolean allowDamagedImages;
    @UriParam(label = "advanced", defaultValue = "100000000")
    private long maxPixels = InferenceOptions.DEFAULTS.get(MAX_PIXELS);
    @UriParam(label = "common", defaultValue = "json", enums = "json,image,image_and_json")
    private ResultFormat format = InferenceOptions.DEFAULTS.get(FORMAT);
    @UriParam(label = "common")
    private boolean labels;
    @UriParam(label = "common", defaultValue = "0")
    private int stroke = InferenceOptions.DEFAULTS.get(STROKE);
    @UriParam(label = "advanced", defaultValue = "0")
    private String keypointConfidence = "0";
    @UriParam(label = "advanced", defaultValue = "accurate", enums = "accurate,fast,tradeoff")
    private MaskDecodeMode maskDecodeMode = InferenceOptions.DEFAULTS.get(MASK_DECODE_MODE);
    @UriParam(label = "advanced", defaultValue = "0")
    private double tradeoffFactor = InferenceOptions.DEFAULTS.get(TRADEOFF_FACTOR);
    @UriParam(label = "advanced", defaultValue = "polygon", enums = "polygon,rle")
    private ResponseMaskFormat responseMaskFormat = InferenceOptions.DEFAULTS.get(RESPONSE_MASK_FORMAT);
    @UriParam(label = "advanced", defaultValue = "0")
    private int maxImageSize = InferenceOptions.DEFAULTS.get(MAX_IMAGE_SIZE);
    @UriParam(label = "advanced")
    private boolean reducedDecoding;
    @UriParam(label = "common", defaultValue = "0")
    private String tile = "0";
    @UriParam(label = "common", defaultValue = "0.2")
    private String tileOverlap = "0.2";
    @UriParam(label = "common", defaultValue = "2m", javaType = "java.time.Duration")
    private long requestTimeout = InferenceOptions.DEFAULTS.get(REQUEST_TIMEOUT).toMillis();

    /**
     * Converts these options to the options of an engine.
     *
     * @throws IllegalArgumentException naming the option that is wrong
     */
    InferenceOptions inferenceOptions() {
        InferenceOptions options = InferenceOptions.DEFAULTS;
        for (InferenceOption<?> option : InferenceOption.all()) {
            options = withField(options, option);
        }
        return options;
    }

    /** Sets an option to the value of the field that has its name. */
    private <T> InferenceOptions withField(InferenceOptions options, InferenceOption<T> option) {
        try {
            Object value = InferenceConfiguration.class.getDeclaredField(option.name()).get(this);
            return options.with(option, option.read(option.name(), value));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the option " + option + " has no field", e);
        }
    }

    public String getConfidence() {
        return confidence;
    }

    /** Only predictions with a greater confidence are returned: a fraction from 0 to 1, or a percentage such as 40%. */
    public void setConfidence(String confidence) {
        this.confidence = confidence;
    }

    public String getOverlap() {
        return overlap;
    }

    /**
     * The overlap (intersection over union) above which only the more confident of two boxes of one class is returned: a fraction
     * from 0 to 1, or a percentage such as 30%.
     */
    public void setOverlap(String overlap) {
        this.overlap = overlap;
    }

    public int getMaxDetections() {
        return maxDetections;
    }

    /** At most this many predictions are returned, the most confident ones. */
    public void setMaxDetections(int maxDetections) {
        this.maxDetections = maxDetections;
    }

    public String getClasses() {
        return classes;
    }

    /** Only predictions of these classes are returned: names separated by commas. All classes by default. */
    public void setClasses(String classes) {
        this.classes = classes;
    }

    public boolean isClassAgnosticNms() {
        return classAgnosticNms;
    }

    /** Whether overlapping boxes of different classes are reduced to the most confident one, too. */
    public void setClassAgnosticNms(boolean classAgnosticNms) {
        this.classAgnosticNms = classAgnosticNms;
    }

    public boolean isDisablePreprocAutoOrient() {
        return disablePreprocAutoOrient;
    }

    /** Whether to ignore the orientation that a camera wrote into the image (EXIF). */
    public void setDisablePreprocAutoOrient(boolean disablePreprocAutoOrient) {
        this.disablePreprocAutoOrient = disablePreprocAutoOrient;
    }

    public boolean isDisablePreprocContrast() {
        return disablePreprocContrast;
    }

    /** Whether to skip the contrast step that the model was trained with. */
    public void setDisablePreprocContrast(boolean disablePreprocContrast) {
        this.disablePreprocContrast = disablePreprocContrast;
    }

    public boolean isDisablePreprocGrayscale() {
        return disablePreprocGrayscale;
    }

    /** Whether to skip the grayscale step that the model was trained with. */
    public void setDisablePreprocGrayscale(boolean disablePreprocGrayscale) {
        this.disablePreprocGrayscale = disablePreprocGrayscale;
    }

    public boolean isDisablePreprocStaticCrop() {
        return disablePreprocStaticCrop;
    }

    /** Whether to skip the static crop that the model was trained with. */
    public void setDisablePreprocStaticCrop(boolean disablePreprocStaticCrop) {
        this.disablePreprocStaticCrop = disablePreprocStaticCrop;
    }

    public boolean isAllowDamagedImages() {
        return allowDamagedImages;
    }

    /**
     * For runtime=embedded: whether to process a JPEG whose end is missing or whose data is damaged, as far as it goes, instead of
     * failing it. The result then has image_damaged and the header CamelRoboflowImageDamaged.
     */
    public void setAllowDamagedImages(boolean allowDamagedImages) {
        this.allowDamagedImages = allowDamagedImages;
    }

    public long getMaxPixels() {
        return maxPixels;
    }

    /** Images of more pixels (width times height) are refused before memory is taken for them. */
    public void setMaxPixels(long maxPixels) {
        this.maxPixels = maxPixels;
    }

    public ResultFormat getFormat() {
        return format;
    }

    /**
     * The new body: json is the result, image is a visualization (the image with the result drawn on it, as JPEG), and
     * image_and_json is the result with the visualization within it, as base64.
     */
    public void setFormat(ResultFormat format) {
        this.format = format;
    }

    public boolean isLabels() {
        return labels;
    }

    /** Whether class and confidence are written beside each prediction in a visualization. */
    public void setLabels(boolean labels) {
        this.labels = labels;
    }

    public int getStroke() {
        return stroke;
    }

    /** The width of the lines in a visualization, in pixels. 0: it scales with the image. */
    public void setStroke(int stroke) {
        this.stroke = stroke;
    }

    public String getKeypointConfidence() {
        return keypointConfidence;
    }

    /** Keypoints with a lower confidence are left out: a fraction from 0 to 1, or a percentage such as 40%. */
    public void setKeypointConfidence(String keypointConfidence) {
        this.keypointConfidence = keypointConfidence;
    }

    public MaskDecodeMode getMaskDecodeMode() {
        return maskDecodeMode;
    }

    /**
     * The resolution of instance masks, for servers that offer a choice: accurate is the image's, fast is the network's, tradeoff
     * is between the two.
     */
    public void setMaskDecodeMode(MaskDecodeMode maskDecodeMode) {
        this.maskDecodeMode = maskDecodeMode;
    }

    public double getTradeoffFactor() {
        return tradeoffFactor;
    }

    /** For maskDecodeMode=tradeoff: a number from 0, as fast, to 1, as accurate. */
    public void setTradeoffFactor(double tradeoffFactor) {
        this.tradeoffFactor = tradeoffFactor;
    }

    public ResponseMaskFormat getResponseMaskFormat() {
        return responseMaskFormat;
    }

    /** The form of instance masks: polygon is the outline of one part, rle is runs of pixels with all parts and holes. */
    public void setResponseMaskFormat(ResponseMaskFormat responseMaskFormat) {
        this.responseMaskFormat = responseMaskFormat;
    }

    public int getMaxImageSize() {
        return maxImageSize;
    }

    /**
     * For runtime=hosted: the largest longer side of an image, in pixels. A larger image is scaled down before it is sent, and its
     * predictions are scaled back. 0 is no limit.
     */
    public void setMaxImageSize(int maxImageSize) {
        this.maxImageSize = maxImageSize;
    }

    public boolean isReducedDecoding() {
        return reducedDecoding;
    }

    /**
     * For runtime=embedded: whether large JPEGs are decoded at a half, a quarter or an eighth of their size where the network
     * sees them smaller still. That is faster, and changes confidences and boxes a little: see "Large JPEGs".
     */
    public void setReducedDecoding(boolean reducedDecoding) {
        this.reducedDecoding = reducedDecoding;
    }

    public String getTile() {
        return tile;
    }

    /**
     * For runtime=embedded: the size in pixels of overlapping tiles, such as 640x640 or 640. The model runs on each tile and on the
     * whole image, so that it finds small objects in a large image. 0 is no tiles.
     */
    public void setTile(String tile) {
        this.tile = tile;
    }

    public String getTileOverlap() {
        return tileOverlap;
    }

    /**
     * The smallest part of its width and height that a tile shares with the next one: a fraction from 0 to below 1, or a percentage
     * such as 20%. The largest of the small objects should fit into it.
     */
    public void setTileOverlap(String tileOverlap) {
        this.tileOverlap = tileOverlap;
    }

    public long getRequestTimeout() {
        return requestTimeout;
    }

    /**
     * The longest time for an inference, including the wait for a free processor. For the request of a client of a server, and with
     * whenFull=fail, also the wait for a free place; such a message fails at once if it can't be processed in that time.
     */
    public void setRequestTimeout(long requestTimeout) {
        this.requestTimeout = requestTimeout;
    }
}
