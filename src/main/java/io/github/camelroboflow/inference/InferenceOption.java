package io.github.camelroboflow.inference;

import io.github.camelroboflow.inference.InferenceOptions.MaskDecodeMode;
import io.github.camelroboflow.inference.InferenceOptions.ResponseMaskFormat;
import io.github.camelroboflow.inference.InferenceOptions.ResultFormat;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * An option of an inference: the one declaration of its name, its type, its default and its other names. The endpoint option, the
 * header, the parameter that the server reads and the parameter that Roboflow's servers get are made from it. Names are those of
 * Roboflow's API.
 *
 * @param <T> the type of its values
 */
public final class InferenceOption<T> {

    /** A part of the program that acts on an option. */
    public enum Reader {
        /** The engine in this JVM. */
        EMBEDDED,
        /** The client of Roboflow's servers, or such a server. */
        HOSTED,
        /** The visualization of results. */
        VISUALIZATION
    }

    /** The part that an option has in {@link InferenceOptions#fingerprint()}. */
    enum Fingerprint { ALWAYS, IF_CHANGED, NEVER }

    // before the constants, which add themselves
    private static final List<InferenceOption<?>> DECLARED = new ArrayList<>();

    /** The least confidence: a prediction's score must be greater than this, 0 to 1. */
    public static final InferenceOption<Double> CONFIDENCE = declare("confidence", OptionType.FRACTION, 0.4)
            .request("confidence", "confidence").fingerprint(Fingerprint.ALWAYS).readBy(Reader.EMBEDDED, Reader.HOSTED);

    /**
     * The largest overlap, 0 to 1: of two boxes of one class whose intersection over union is greater than this, only the more
     * confident one stays (non-maximum suppression). It has no effect on models without that step.
     */
    public static final InferenceOption<Double> OVERLAP = declare("overlap", OptionType.FRACTION, 0.3)
            .request("overlap", "iou_threshold").fingerprint(Fingerprint.ALWAYS).readBy(Reader.EMBEDDED, Reader.HOSTED);

    /** The largest number of predictions, the most confident first; 1 or more. */
    public static final InferenceOption<Integer> MAX_DETECTIONS = declare("maxDetections", OptionType.POSITIVE_INTEGER, 300)
            .request("max_detections", "max_detections").fingerprint(Fingerprint.ALWAYS).readBy(Reader.EMBEDDED, Reader.HOSTED);

    /** The classes to return; predictions of others are removed after {@link #MAX_DETECTIONS} was applied. Empty: all classes. */
    public static final InferenceOption<List<String>> CLASSES = declare("classes", OptionType.NAMES, List.<String>of())
            .request("classes", "class_filter").fingerprint(Fingerprint.ALWAYS).readBy(Reader.EMBEDDED, Reader.HOSTED);

    /** Whether boxes suppress those of other classes, too. */
    public static final InferenceOption<Boolean> CLASS_AGNOSTIC_NMS = declare("classAgnosticNms", OptionType.FLAG, false)
            .request(null, "class_agnostic_nms").fingerprint(Fingerprint.ALWAYS).readBy(Reader.EMBEDDED, Reader.HOSTED);

    /** Whether the EXIF orientation is ignored. */
    public static final InferenceOption<Boolean> DISABLE_PREPROC_AUTO_ORIENT =
            declare("disablePreprocAutoOrient", OptionType.FLAG, false)
                    .request("disable_preproc_auto_orient", "disable_preproc_auto_orient").fingerprint(Fingerprint.ALWAYS)
                    .readBy(Reader.EMBEDDED, Reader.HOSTED, Reader.VISUALIZATION);

    /** Whether the model's contrast step is skipped. */
    public static final InferenceOption<Boolean> DISABLE_PREPROC_CONTRAST =
            declare("disablePreprocContrast", OptionType.FLAG, false)
            .request("disable_preproc_contrast", "disable_preproc_contrast").fingerprint(Fingerprint.ALWAYS)
            .readBy(Reader.EMBEDDED, Reader.HOSTED);

    /** Whether the model's grayscale step is skipped. */
    public static final InferenceOption<Boolean> DISABLE_PREPROC_GRAYSCALE =
            declare("disablePreprocGrayscale", OptionType.FLAG, false)
                    .request("disable_preproc_grayscale", "disable_preproc_grayscale").fingerprint(Fingerprint.ALWAYS)
                    .readBy(Reader.EMBEDDED, Reader.HOSTED);

    /** Whether the model's static crop is skipped. */
    public static final InferenceOption<Boolean> DISABLE_PREPROC_STATIC_CROP =
            declare("disablePreprocStaticCrop", OptionType.FLAG, false)
                    .request("disable_preproc_static_crop", "disable_preproc_static_crop").fingerprint(Fingerprint.ALWAYS)
                    .readBy(Reader.EMBEDDED, Reader.HOSTED);

    /**
     * Whether an image whose end is missing, or whose data is damaged, is processed as far as it goes instead of refused. The
     * result says so in {@link Inference.InferenceInfo#imageDamaged()}.
     */
    public static final InferenceOption<Boolean> ALLOW_DAMAGED_IMAGES = declare("allowDamagedImages", OptionType.FLAG, false)
            .fingerprint(Fingerprint.NEVER).readBy(Reader.EMBEDDED);

    /** The largest number of pixels (width times height); an image of more is refused before memory is taken for it. */
    public static final InferenceOption<Long> MAX_PIXELS = declare("maxPixels", OptionType.POSITIVE_LONG, 100_000_000L)
            .fingerprint(Fingerprint.NEVER).withoutHeader().readBy(Reader.EMBEDDED, Reader.HOSTED, Reader.VISUALIZATION);

    /** The time from the call to the answer, the wait for a free place included; 1 ms or more. */
    public static final InferenceOption<Duration> REQUEST_TIMEOUT =
            declare("requestTimeout", OptionType.DURATION, Duration.ofMinutes(2))
                    .fingerprint(Fingerprint.NEVER).withoutHeader().readBy(Reader.EMBEDDED, Reader.HOSTED);

    /** The form of the result: JSON, a visualization, or both. An engine may leave the visualization to its caller. */
    public static final InferenceOption<ResultFormat> FORMAT =
            declare("format", OptionType.words(ResultFormat.class), ResultFormat.JSON)
                    .request("format", null).readBy(Reader.HOSTED, Reader.VISUALIZATION);

    /** Whether class and confidence are written beside what is drawn. */
    public static final InferenceOption<Boolean> LABELS = declare("labels", OptionType.FLAG, false)
            .request("labels", "visualization_labels").onlyWith(FORMAT).readBy(Reader.HOSTED, Reader.VISUALIZATION);

    /** The width of drawn lines in pixels. 0: lines that suit the size of the image, or on a server the server's own. */
    public static final InferenceOption<Integer> STROKE = declare("stroke", OptionType.PIXELS, 0)
            .request("stroke", "visualization_stroke_width").onlyWith(FORMAT).readBy(Reader.HOSTED, Reader.VISUALIZATION);

    /** The least confidence of a keypoint, 0 to 1; keypoints below it are left out. */
    public static final InferenceOption<Double> KEYPOINT_CONFIDENCE = declare("keypointConfidence", OptionType.FRACTION, 0.0)
            .request("keypoint_confidence", "keypoint_confidence").readBy(Reader.EMBEDDED, Reader.HOSTED);

    /** The resolution of the masks of instances, for servers that offer a choice. */
    public static final InferenceOption<MaskDecodeMode> MASK_DECODE_MODE =
            declare("maskDecodeMode", OptionType.words(MaskDecodeMode.class), MaskDecodeMode.ACCURATE)
                    .request("mask_decode_mode", "mask_decode_mode").readBy(Reader.HOSTED);

    /** The place between the network's resolution, 0, and the image's, 1, for {@link MaskDecodeMode#TRADEOFF}. */
    public static final InferenceOption<Double> TRADEOFF_FACTOR = declare("tradeoffFactor", OptionType.FRACTION, 0.0)
            .request("tradeoff_factor", "tradeoff_factor").readBy(Reader.HOSTED);

    /** The form of the masks of instances. */
    public static final InferenceOption<ResponseMaskFormat> RESPONSE_MASK_FORMAT =
            declare("responseMaskFormat", OptionType.words(ResponseMaskFormat.class), ResponseMaskFormat.POLYGON)
                    .request("response_mask_format", "response_mask_format").readBy(Reader.EMBEDDED, Reader.HOSTED);

    /**
     * The largest length of an image's longer side in pixels; a larger image is made smaller before it is sent to a server. Results
     * are in the image's own pixels all the same. 0: never.
     */
    public static final InferenceOption<Integer> MAX_IMAGE_SIZE = declare("maxImageSize", OptionType.PIXELS, 0)
            .readBy(Reader.HOSTED);

    /**
     * Whether a large JPEG may be decoded at a half, a quarter or an eighth of its size where the network sees it smaller still.
     * Results are in the image's own pixels all the same.
     */
    public static final InferenceOption<Boolean> REDUCED_DECODING = declare("reducedDecoding", OptionType.FLAG, false)
            .withoutHeader().readBy(Reader.EMBEDDED);

    /**
     * The size in pixels of the overlapping tiles that the model runs over besides the whole image; each side has at least
     * {@value OptionType#SMALLEST_TILE}. {@link ImageSize#UNKNOWN}: no tiles. The client of
     * Roboflow's servers refuses tiles.
     */
    public static final InferenceOption<ImageSize> TILE = declare("tile", OptionType.TILE, ImageSize.UNKNOWN)
            .readBy(Reader.EMBEDDED, Reader.HOSTED);

    /**
     * The share of its width and height that a tile has in common with the next one, 0 to below 1; or more, as all tiles are of one
     * size and reach from edge to edge.
     */
    public static final InferenceOption<Double> TILE_OVERLAP = declare("tileOverlap", OptionType.FRACTION_BELOW_ONE, 0.2)
            .onlyWith(TILE).readBy(Reader.EMBEDDED);

    private final int index;
    private final String name;
    private final OptionType<T> type;
    private final T defaultValue;
    private String queryParameter;
    private String jsonName;
    private boolean header = true;
    private Fingerprint fingerprint = Fingerprint.IF_CHANGED;
    private InferenceOption<?> condition;
    private Set<Reader> readers = Set.of();

    private InferenceOption(int index, String name, OptionType<T> type, T defaultValue) {
        this.index = index;
        this.name = name;
        this.type = type;
        this.defaultValue = defaultValue;
    }

    private static <T> InferenceOption<T> declare(String name, OptionType<T> type, T defaultValue) {
        InferenceOption<T> option = new InferenceOption<>(DECLARED.size(), name, type, defaultValue);
        DECLARED.add(option);
        return option;
    }

    private InferenceOption<T> request(String queryName, String name) {
        queryParameter = queryName;
        jsonName = name;
        return this;
    }

    private InferenceOption<T> withoutHeader() {
        header = false;
        return this;
    }

    private InferenceOption<T> fingerprint(Fingerprint rule) {
        fingerprint = rule;
        return this;
    }

    private InferenceOption<T> onlyWith(InferenceOption<?> other) {
        condition = other;
        return this;
    }

    private InferenceOption<T> readBy(Reader first, Reader... more) {
        readers = Collections.unmodifiableSet(EnumSet.of(first, more));
        return this;
    }

    /** Returns all options in the order of their declaration. */
    public static List<InferenceOption<?>> all() {
        return Collections.unmodifiableList(DECLARED);
    }

    /** Returns the name of the endpoint option, such as {@code maxDetections}. */
    public String name() {
        return name;
    }

    /** Returns the header that sets the option for one message, without its prefix, such as {@code MaxDetections}. */
    public String headerName() {
        return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }

    /** Returns whether a message may set the option. */
    public boolean hasHeader() {
        return header;
    }

    /** Returns its name in the query of {@code /{project}/{version}}; {@code null} if it has none. */
    public String queryParameter() {
        return queryParameter;
    }

    /** Returns its name in the JSON of {@code /infer/{task}}; {@code null} if it has none. */
    public String jsonName() {
        return jsonName;
    }

    public T defaultValue() {
        return defaultValue;
    }

    /** Returns the type of its values, which reads, checks and writes them. */
    public OptionType<T> type() {
        return type;
    }

    /**
     * Reads a value as configurations and messages have it.
     *
     * @param shownName the name of the option or header, for the message of the exception
     * @param value     a value of the type, its text, or {@code null} for the default
     * @throws IllegalArgumentException naming the option, if it is no such value
     */
    public T read(String shownName, Object value) {
        if (value == null) {
            return defaultValue;
        }
        return type.javaType().isInstance(value) ? type.javaType().cast(value) : type.parse(shownName, value.toString());
    }

    /** Returns the parts of the program that act on it. */
    public Set<Reader> readers() {
        return readers;
    }

    /** Returns whether the option has any effect: always, unless it depends on another one that has its default value. */
    public boolean appliesTo(InferenceOptions options) {
        return condition == null || options.isChanged(condition);
    }

    int index() {
        return index;
    }

    boolean isInFingerprint(InferenceOptions options) {
        return switch (fingerprint) {
            case ALWAYS -> true;
            case NEVER -> false;
            case IF_CHANGED -> condition == null ? options.isChanged(this) : appliesTo(options);
        };
    }

    @Override
    public String toString() {
        return name;
    }
}
