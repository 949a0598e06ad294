package io.github.camelroboflow.inference;

import io.github.camelroboflow.inference.geometry.ImageSize;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * How a batch is to be run. Immutable; {@link #DEFAULTS} is what Roboflow's server does when nothing is said. Names are those of
 * Roboflow's API.
 *
 * @param confidence               a prediction's score must be greater than this, 0 to 1
 * @param overlap                  of two boxes of one class whose intersection over union is greater than this, 0 to 1, only the
 *                                 more confident stays (non-maximum suppression); no effect on models without that step
 * @param maxDetections            at most this many predictions are kept, the most confident first; 1 or more
 * @param classes                  only predictions of these classes are returned, filtered after {@code maxDetections}; empty: all
 * @param classAgnosticNms         whether boxes suppress those of other classes, too
 * @param disablePreprocAutoOrient whether the EXIF orientation is left unapplied
 * @param disablePreprocContrast   whether the model's contrast step is skipped
 * @param disablePreprocGrayscale  whether the model's grayscale step is skipped
 * @param disablePreprocStaticCrop whether the model's static crop is skipped
 * @param allowTruncatedImages     whether an image whose end is missing is processed as far as it goes instead of refused
 * @param maxPixels                an image of more pixels (width times height) is refused before memory is taken for it
 * @param requestTimeout           the time from the call to the answer, waiting for a free place included
 * @param format                   whether results are wanted with a drawing; an engine may leave the drawing to its caller
 * @param labels                   whether class and confidence are written beside what is drawn
 * @param stroke                   the width of drawn lines in pixels; 1 or more
 * @param keypointConfidence       keypoints with a confidence below this, 0 to 1, are left out
 * @param maskDecodeMode           at which resolution masks of instances are made, by servers that offer a choice
 * @param tradeoffFactor           between the network's resolution, 0, and the image's, 1, for {@link MaskDecodeMode#TRADEOFF}
 * @param responseMaskFormat       how masks of instances are told
 * @param maxImageSize             an image whose longer side has more pixels than this is made smaller before it is sent to a
 *                                 server; results are of the image's own size all the same; 0: never
 * @param reducedDecoding          whether a large JPEG may be decoded at a half, a quarter or an eighth of its size where the
 *                                 network sees it smaller still; results are of the image's own size all the same
 * @param tile                     the size of the overlapping tiles in pixels that the model runs over besides the whole image,
 *                                 each side at least {@value #SMALLEST_TILE}; {@link ImageSize#UNKNOWN}: no tiles
 * @param tileOverlap              the share of its width and height that a tile has in common with the next one, 0 to below 1; or
 *                                 more, as all tiles are of one size and reach from edge to edge
 */
public record InferenceOptions(double confidence, double overlap, int maxDetections, List<String> classes, boolean classAgnosticNms,
                               boolean disablePreprocAutoOrient, boolean disablePreprocContrast, boolean disablePreprocGrayscale,
                               boolean disablePreprocStaticCrop, boolean allowTruncatedImages, long maxPixels,
                               Duration requestTimeout, ResultFormat format, boolean labels, int stroke,
                               double keypointConfidence, MaskDecodeMode maskDecodeMode, double tradeoffFactor,
                               ResponseMaskFormat responseMaskFormat, int maxImageSize, boolean reducedDecoding,
                               ImageSize tile, double tileOverlap) {

    public static final int SMALLEST_TILE = 32;

    public static final InferenceOptions DEFAULTS = new InferenceOptions(0.4, 0.3, 300, List.of(), false, false, false, false,
            false, false, 100_000_000, Duration.ofSeconds(120), ResultFormat.JSON, false, 1, 0, MaskDecodeMode.ACCURATE, 0,
            ResponseMaskFormat.POLYGON, 0, false, ImageSize.UNKNOWN, 0.2);

    /** @throws IllegalArgumentException naming the option that is out of its range */
    public InferenceOptions {
        fraction("confidence", confidence);
        fraction("overlap", overlap);
        positive("maxDetections", maxDetections);
        positive("maxPixels", maxPixels);
        positive("requestTimeout", requestTimeout.toMillis());
        Objects.requireNonNull(format, "format");
        positive("stroke", stroke);
        fraction("keypointConfidence", keypointConfidence);
        Objects.requireNonNull(maskDecodeMode, "maskDecodeMode");
        fraction("tradeoffFactor", tradeoffFactor);
        Objects.requireNonNull(responseMaskFormat, "responseMaskFormat");
        if (maxImageSize < 0) {
            throw new IllegalArgumentException("maxImageSize=" + maxImageSize + " is out of range: it is a number of pixels, or 0");
        }
        if (tile.area() > 0 && Math.min(tile.width(), tile.height()) < SMALLEST_TILE || tile.width() == 0 != (tile.height() == 0)) {
            throw new IllegalArgumentException("tile=" + tile.width() + "x" + tile.height() + " is out of range: each side has "
                    + SMALLEST_TILE + " pixels or more");
        }
        if (!(tileOverlap >= 0 && tileOverlap < 1)) {
            throw new IllegalArgumentException("tileOverlap=" + tileOverlap + " is out of range: it is a fraction from 0 to below"
                    + " 1");
        }
        classes = List.copyOf(classes);
    }

    private static void fraction(String option, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(option + "=" + value + " is out of range: it is a fraction from 0 to 1");
        }
    }

    private static void positive(String option, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(option + "=" + value + " is out of range: it must be 1 or more");
        }
    }

    /** Whether the model runs over tiles besides the whole image. */
    public boolean tiled() {
        return tile.area() > 0;
    }

    public static Builder builder() {
        return DEFAULTS.toBuilder();
    }

    public Builder toBuilder() {
        return new Builder(this);
    }

    /** What of these options changes a result, as text that is the same for the same options: a part of the result's key. */
    public String fingerprint() {
        return "confidence=" + confidence + "&overlap=" + overlap + "&maxDetections=" + maxDetections
                + "&classes=" + fingerprint(classes)
                + "&classAgnosticNms=" + classAgnosticNms + "&disablePreprocAutoOrient=" + disablePreprocAutoOrient
                + "&disablePreprocContrast=" + disablePreprocContrast + "&disablePreprocGrayscale=" + disablePreprocGrayscale
                + "&disablePreprocStaticCrop=" + disablePreprocStaticCrop
                + (format == ResultFormat.JSON ? "" : "&format=" + format + "&labels=" + labels + "&stroke=" + stroke)
                + unless(DEFAULTS.keypointConfidence, keypointConfidence, "keypointConfidence")
                + unless(DEFAULTS.maskDecodeMode, maskDecodeMode, "maskDecodeMode")
                + unless(DEFAULTS.tradeoffFactor, tradeoffFactor, "tradeoffFactor")
                + unless(DEFAULTS.responseMaskFormat, responseMaskFormat, "responseMaskFormat")
                + unless(DEFAULTS.maxImageSize, maxImageSize, "maxImageSize")
                + unless(DEFAULTS.reducedDecoding, reducedDecoding, "reducedDecoding")
                + (tiled() ? "&tile=" + tile.width() + "x" + tile.height() + "&tileOverlap=" + tileOverlap : "");
    }

    private static String unless(Object standard, Object value, String name) {
        return value.equals(standard) ? "" : "&" + name + "=" + value;
    }

    /** Each name with its length before it, since names may hold any separator; sorted, since their order changes nothing. */
    private static String fingerprint(List<String> names) {
        return names.stream().distinct().sorted().map(name -> name.length() + ":" + name).collect(Collectors.joining(","));
    }

    /** Collects options that differ from those it started with. */
    public static final class Builder {

        private double confidence;
        private double overlap;
        private int maxDetections;
        private List<String> classes;
        private boolean classAgnosticNms;
        private boolean disablePreprocAutoOrient;
        private boolean disablePreprocContrast;
        private boolean disablePreprocGrayscale;
        private boolean disablePreprocStaticCrop;
        private boolean allowTruncatedImages;
        private long maxPixels;
        private Duration requestTimeout;
        private ResultFormat format;
        private boolean labels;
        private int stroke;
        private double keypointConfidence;
        private MaskDecodeMode maskDecodeMode;
        private double tradeoffFactor;
        private ResponseMaskFormat responseMaskFormat;
        private int maxImageSize;
        private boolean reducedDecoding;
        private ImageSize tile;
        private double tileOverlap;

        private Builder(InferenceOptions from) {
            confidence = from.confidence;
            overlap = from.overlap;
            maxDetections = from.maxDetections;
            classes = from.classes;
            classAgnosticNms = from.classAgnosticNms;
            disablePreprocAutoOrient = from.disablePreprocAutoOrient;
            disablePreprocContrast = from.disablePreprocContrast;
            disablePreprocGrayscale = from.disablePreprocGrayscale;
            disablePreprocStaticCrop = from.disablePreprocStaticCrop;
            allowTruncatedImages = from.allowTruncatedImages;
            maxPixels = from.maxPixels;
            requestTimeout = from.requestTimeout;
            format = from.format;
            labels = from.labels;
            stroke = from.stroke;
            keypointConfidence = from.keypointConfidence;
            maskDecodeMode = from.maskDecodeMode;
            tradeoffFactor = from.tradeoffFactor;
            responseMaskFormat = from.responseMaskFormat;
            maxImageSize = from.maxImageSize;
            reducedDecoding = from.reducedDecoding;
            tile = from.tile;
            tileOverlap = from.tileOverlap;
        }

        public Builder confidence(double value) {
            confidence = value;
            return this;
        }

        public Builder overlap(double value) {
            overlap = value;
            return this;
        }

        public Builder maxDetections(int value) {
            maxDetections = value;
            return this;
        }

        public Builder classes(List<String> value) {
            classes = value;
            return this;
        }

        public Builder classAgnosticNms(boolean value) {
            classAgnosticNms = value;
            return this;
        }

        public Builder disablePreprocAutoOrient(boolean value) {
            disablePreprocAutoOrient = value;
            return this;
        }

        public Builder disablePreprocContrast(boolean value) {
            disablePreprocContrast = value;
            return this;
        }

        public Builder disablePreprocGrayscale(boolean value) {
            disablePreprocGrayscale = value;
            return this;
        }

        public Builder disablePreprocStaticCrop(boolean value) {
            disablePreprocStaticCrop = value;
            return this;
        }

        public Builder allowTruncatedImages(boolean value) {
            allowTruncatedImages = value;
            return this;
        }

        public Builder maxPixels(long value) {
            maxPixels = value;
            return this;
        }

        public Builder requestTimeout(Duration value) {
            requestTimeout = value;
            return this;
        }

        public Builder format(ResultFormat value) {
            format = value;
            return this;
        }

        public Builder labels(boolean value) {
            labels = value;
            return this;
        }

        public Builder stroke(int value) {
            stroke = value;
            return this;
        }

        public Builder keypointConfidence(double value) {
            keypointConfidence = value;
            return this;
        }

        public Builder maskDecodeMode(MaskDecodeMode value) {
            maskDecodeMode = value;
            return this;
        }

        public Builder tradeoffFactor(double value) {
            tradeoffFactor = value;
            return this;
        }

        public Builder responseMaskFormat(ResponseMaskFormat value) {
            responseMaskFormat = value;
            return this;
        }

        public Builder maxImageSize(int value) {
            maxImageSize = value;
            return this;
        }

        public Builder reducedDecoding(boolean value) {
            reducedDecoding = value;
            return this;
        }

        public Builder tile(ImageSize value) {
            tile = value;
            return this;
        }

        public Builder tileOverlap(double value) {
            tileOverlap = value;
            return this;
        }

        /** @throws IllegalArgumentException naming the option that is out of its range */
        public InferenceOptions build() {
            return new InferenceOptions(confidence, overlap, maxDetections, classes, classAgnosticNms, disablePreprocAutoOrient,
                    disablePreprocContrast, disablePreprocGrayscale, disablePreprocStaticCrop, allowTruncatedImages, maxPixels,
                    requestTimeout, format, labels, stroke, keypointConfidence, maskDecodeMode, tradeoffFactor, responseMaskFormat,
                    maxImageSize, reducedDecoding, tile, tileOverlap);
        }
    }

    /**
     * The resolution at which the masks of instances are made, by the names of Roboflow's request parameter {@code
     * mask_decode_mode}.
     */
    public enum MaskDecodeMode {
        /** The image's. */
        ACCURATE,
        /** The network's own, which is coarser. */
        FAST,
        /** Between the two, as {@link InferenceOptions#tradeoffFactor()} says. */
        TRADEOFF;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How the masks of instances are told, by the names of Roboflow's request parameter {@code response_mask_format}. */
    public enum ResponseMaskFormat {
        /** As the outline of one part: its {@link Detection#points()}. */
        POLYGON,
        /** As runs of pixels, all parts and holes included: its {@link Detection#rle()}. */
        RLE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How a result is wanted, by the names of Roboflow's request parameter {@code format}. */
    public enum ResultFormat {
        /** What was found. */
        JSON,
        /** The image with what was found drawn on it, as JPEG. */
        IMAGE,
        /** What was found, and the drawing within it. */
        IMAGE_AND_JSON;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
