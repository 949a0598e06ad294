package io.github.camelroboflow.component;

import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InferenceOptions.Builder;
import io.github.camelroboflow.inference.InferenceOptions.MaskDecodeMode;
import io.github.camelroboflow.inference.InferenceOptions.ResponseMaskFormat;
import io.github.camelroboflow.inference.InferenceOptions.ResultFormat;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Message;

/** Reads the headers that set options for one message, and removes them: they are for one call. */
final class MessageOptions {

    @FunctionalInterface
    private interface Setter {
        void set(Builder options, Value value);
    }

    /** By header; Camel's headers are found in any case. */
    private static final Map<String, Setter> SETTERS = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    static {
        SETTERS.put(RoboflowConstants.OPTION_CONFIDENCE, (options, value) -> options.confidence(value.fraction()));
        SETTERS.put(RoboflowConstants.OPTION_OVERLAP, (options, value) -> options.overlap(value.fraction()));
        SETTERS.put(RoboflowConstants.OPTION_MAX_DETECTIONS, (options, value) -> options.maxDetections(value.as(Integer.class)));
        SETTERS.put(RoboflowConstants.OPTION_CLASSES, (options, value) -> options.classes(value.names()));
        SETTERS.put(RoboflowConstants.OPTION_CLASS_AGNOSTIC_NMS, (options, value) -> options.classAgnosticNms(value.isTrue()));
        SETTERS.put(RoboflowConstants.OPTION_DISABLE_PREPROC_AUTO_ORIENT,
                (options, value) -> options.disablePreprocAutoOrient(value.isTrue()));
        SETTERS.put(RoboflowConstants.OPTION_DISABLE_PREPROC_CONTRAST,
                (options, value) -> options.disablePreprocContrast(value.isTrue()));
        SETTERS.put(RoboflowConstants.OPTION_DISABLE_PREPROC_GRAYSCALE,
                (options, value) -> options.disablePreprocGrayscale(value.isTrue()));
        SETTERS.put(RoboflowConstants.OPTION_DISABLE_PREPROC_STATIC_CROP,
                (options, value) -> options.disablePreprocStaticCrop(value.isTrue()));
        SETTERS.put(RoboflowConstants.OPTION_ALLOW_TRUNCATED_IMAGES,
                (options, value) -> options.allowTruncatedImages(value.isTrue()));
        SETTERS.put(RoboflowConstants.OPTION_FORMAT, (options, value) -> options.format(value.as(ResultFormat.class)));
        SETTERS.put(RoboflowConstants.OPTION_LABELS, (options, value) -> options.labels(value.isTrue()));
        SETTERS.put(RoboflowConstants.OPTION_STROKE, (options, value) -> options.stroke(value.as(Integer.class)));
        SETTERS.put(RoboflowConstants.OPTION_KEYPOINT_CONFIDENCE, (options, value) -> options.keypointConfidence(value.fraction()));
        SETTERS.put(RoboflowConstants.OPTION_MASK_DECODE_MODE,
                (options, value) -> options.maskDecodeMode(value.as(MaskDecodeMode.class)));
        SETTERS.put(RoboflowConstants.OPTION_TRADEOFF_FACTOR, (options, value) -> options.tradeoffFactor(value.as(Double.class)));
        SETTERS.put(RoboflowConstants.OPTION_RESPONSE_MASK_FORMAT,
                (options, value) -> options.responseMaskFormat(value.as(ResponseMaskFormat.class)));
        SETTERS.put(RoboflowConstants.OPTION_MAX_IMAGE_SIZE, (options, value) -> options.maxImageSize(value.as(Integer.class)));
        SETTERS.put(RoboflowConstants.OPTION_TILE, (options, value) -> options.tile(value.size()));
        SETTERS.put(RoboflowConstants.OPTION_TILE_OVERLAP, (options, value) -> options.tileOverlap(value.fraction()));
    }

    private MessageOptions() {
    }

    /**
     * The endpoint's options as this message wants them.
     *
     * @throws IllegalArgumentException naming the header that is unknown or wrong
     */
    static InferenceOptions take(Message message, InferenceOptions endpointOptions) {
        Map<String, Object> given = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        message.getHeaders().forEach((name, value) -> {
            if (name.regionMatches(true, 0, RoboflowConstants.OPTION_PREFIX, 0, RoboflowConstants.OPTION_PREFIX.length())) {
                given.put(name, value);
            }
        });
        if (given.isEmpty()) {
            return endpointOptions;
        }
        given.keySet().forEach(message::removeHeader);
        Builder options = endpointOptions.toBuilder();
        given.forEach((name, value) -> {
            Setter setter = SETTERS.get(name);
            if (setter == null) {
                throw new IllegalArgumentException("the header " + name + " sets no option: known are " + SETTERS.keySet());
            }
            setter.set(options, new Value(message, name, value));
        });
        return options.build();
    }

    private record Value(Message message, String header, Object value) {

        double fraction() {
            return Fraction.parse(header, as(String.class));
        }

        boolean isTrue() {
            return as(Boolean.class);
        }

        ImageSize size() {
            return TileSize.parse(header, as(String.class));
        }

        List<String> names() {
            if (value instanceof List<?> list) {
                return list.stream().map(String::valueOf).toList();
            }
            return InferenceConfiguration.classNames(as(String.class));
        }

        <T> T as(Class<T> type) {
            T converted = message.getExchange().getContext().getTypeConverter().tryConvertTo(type, message.getExchange(), value);
            if (converted == null) {
                throw new IllegalArgumentException("the header " + header + "=" + value + " is no " + type.getSimpleName()
                        + (type.isEnum() ? ": known are " + Arrays.toString(type.getEnumConstants()) : ""));
            }
            return converted;
        }
    }

    /** Shares as users write them: {@code 0.4}, or {@code 40%}. */
    static final class Fraction {

        private Fraction() {
        }

        /**
         * @return 0 to 1
         * @throws IllegalArgumentException naming the option, if the text is no share; a bare number above 1 is refused since it
         *                                  could mean 40 % as well as a mistake
         */
        static double parse(String option, String text) {
            String trimmed = text.strip();
            boolean percent = trimmed.endsWith("%");
            double value;
            try {
                BigDecimal number = new BigDecimal(percent ? trimmed.substring(0, trimmed.length() - 1).strip() : trimmed);
                value = (percent ? number.scaleByPowerOfTen(-2) : number).doubleValue();
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(option + "=" + text + " is no share: write a fraction such as 0.4, or 40%");
            }
            if (value < 0 || value > 1) {
                String hint = percent || value < 0 || value > 100 ? "from 0 to 1, or 0% to 100%"
                        : "a fraction; did you mean " + trimmed + "%?";
                throw new IllegalArgumentException(option + "=" + text + " is out of range: it is " + hint);
            }
            return value;
        }
    }

    /** The size of tiles as users write it: {@code 640x480}, {@code 640} for a square, or {@code 0} for none. */
    static final class TileSize {

        private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(?:x(\\d{1,9}))?");

        private TileSize() {
        }

        /** @throws IllegalArgumentException naming the option, if the text is no size */
        static ImageSize parse(String option, String text) {
            Matcher size = SIZE.matcher(text.strip());
            if (!size.matches()) {
                throw new IllegalArgumentException(option + "=" + text
                        + " is no size in pixels: write 640x480, or 640 for a square");
            }
            int width = Integer.parseInt(size.group(1));
            return new ImageSize(width, size.group(2) == null ? width : Integer.parseInt(size.group(2)));
        }
    }
}
