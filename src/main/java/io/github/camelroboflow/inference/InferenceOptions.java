package io.github.camelroboflow.inference;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The options of an inference: a value for each {@link InferenceOption}. Immutable. {@link #DEFAULTS} is what Roboflow's server
 * does without options, except that lines of visualizations scale with the image.
 *
 * <pre>{@code InferenceOptions.DEFAULTS.with(InferenceOption.CONFIDENCE, 0.5).with(InferenceOption.CLASSES, List.of("bolt"))}</pre>
 */
public final class InferenceOptions {

    public static final InferenceOptions DEFAULTS = new InferenceOptions(
            InferenceOption.all().stream().map(InferenceOption::defaultValue).toArray());

    /** By the options' index. */
    private final Object[] values;

    private InferenceOptions(Object[] values) {
        this.values = values;
    }

    /** Returns the value of an option. */
    @SuppressWarnings("unchecked")
    public <T> T get(InferenceOption<T> option) {
        // with() lets in no other type
        return (T) values[option.index()];
    }

    /**
     * Returns these options with another value for one of them.
     *
     * @throws IllegalArgumentException naming the option, if the value is out of its range
     */
    public <T> InferenceOptions with(InferenceOption<T> option, T value) {
        option.type().check(option.name(), value);
        Object[] changed = values.clone();
        changed[option.index()] = value instanceof List<?> list ? List.copyOf(list) : value;
        return new InferenceOptions(changed);
    }

    /** Returns whether an option has another value than its default. */
    public boolean isChanged(InferenceOption<?> option) {
        return !get(option).equals(option.defaultValue());
    }

    /** Returns the options that change a result, as text that is equal for equal options: a part of the result's key. */
    public String fingerprint() {
        return InferenceOption.all().stream().filter(option -> option.isInFingerprint(this))
                .map(option -> option.name() + "=" + text(option)).collect(Collectors.joining("&"));
    }

    private <T> String text(InferenceOption<T> option) {
        return option.type().write(get(option));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof InferenceOptions options && Arrays.equals(values, options.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return InferenceOption.all().stream().filter(this::isChanged).map(option -> option.name() + "=" + get(option))
                .collect(Collectors.joining(", ", "InferenceOptions[", "]"));
    }

    /**
     * The resolution at which the masks of instances are made, by the names of Roboflow's request parameter {@code
     * mask_decode_mode}.
     */
    public enum MaskDecodeMode {
        /** The resolution of the image. */
        ACCURATE,
        /** The resolution of the network, which is coarser. */
        FAST,
        /** A resolution between the two, set by {@link InferenceOption#TRADEOFF_FACTOR}. */
        TRADEOFF;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The form of the masks of instances, by the names of Roboflow's request parameter {@code response_mask_format}. */
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

    /** The form of a result, by the names of Roboflow's request parameter {@code format}. */
    public enum ResultFormat {
        /** The findings. */
        JSON,
        /** The image with the findings drawn on it, as JPEG. */
        IMAGE,
        /** The findings, with the visualization in them. */
        IMAGE_AND_JSON;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
