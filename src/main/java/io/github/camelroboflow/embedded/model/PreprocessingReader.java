package io.github.camelroboflow.embedded.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelroboflow.embedded.preprocessing.Contrast;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.PixelScale;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.ResizeMode;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.StaticCrop;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * Reads the steps before resizing, which both kinds of package write alike. The orientation is always applied, whatever they
 * declare.
 */
final class PreprocessingReader {

    private PreprocessingReader() {
    }

    /** @throws IllegalArgumentException if it is not a part of an image */
    static StaticCrop staticCrop(JsonNode steps) {
        JsonNode crop = steps.path("static-crop");
        return enabled(crop) ? new StaticCrop(crop.path("x_min").asDouble(0), crop.path("x_max").asDouble(100),
                crop.path("y_min").asDouble(0), crop.path("y_max").asDouble(100)) : StaticCrop.NONE;
    }

    static boolean grayscale(JsonNode steps) {
        return enabled(steps.path("grayscale"));
    }

    /** @throws IllegalArgumentException if the contrast step is of an unknown kind */
    static Contrast contrast(JsonNode steps) {
        JsonNode contrast = steps.path("contrast");
        return enabled(contrast) ? Contrast.of(contrast.path("type").asText()) : Contrast.NONE;
    }

    private static boolean enabled(JsonNode step) {
        return step.path("enabled").asBoolean(false);
    }

    /** Reads {@code environment.json}: {@code PREPROCESSING}, with the platform's names for resizing, and {@code COLORS}. */
    static final class EnvironmentConfig {

        private static final Pattern COLOR = Pattern.compile("#[0-9A-Fa-f]{6}");

        private EnvironmentConfig() {
        }

        /** @throws IllegalArgumentException if it is wrong; the message says how */
        static Preprocessing preprocessing(JsonNode steps) {
            // the platform stretches in formats without a name here
            String format = steps.path("resize").path("format").asText("Stretch to");
            ResizeMode mode = format.startsWith("Fill (with center crop)") ? ResizeMode.CENTER_CROP
                    : format.equals("Fit within") ? ResizeMode.FIT_WITHIN
                    : format.startsWith("Fit") ? ResizeMode.LETTERBOX : ResizeMode.STRETCH;
            return new Preprocessing(PreprocessingReader.staticCrop(steps), PreprocessingReader.grayscale(steps),
                    PreprocessingReader.contrast(steps), mode, padding(format), false, null);
        }

        /** Reads the colours by class name. Leaves out values that are not {@code #RRGGBB}, since a model works without them. */
        static Map<String, String> colors(JsonNode colors) {
            Map<String, String> known = new HashMap<>();
            colors.fields().forEachRemaining(entry -> {
                String color = entry.getValue().asText().strip();
                if (COLOR.matcher(color).matches()) {
                    known.put(entry.getKey().strip(), color);
                }
            });
            return known;
        }

        private static int padding(String format) {
            return switch (format) {
                case "Fit (white edges) in" -> 255;
                case "Fit (grey edges) in" -> 114;
                case "Fit within" -> 127;
                default -> 0;
            };
        }
    }

    /** Reads {@code inference_config.json}. */
    static final class InferenceConfig {

        private InferenceConfig() {
        }

        /**
         * @param steps {@code image_pre_processing}
         * @param input {@code network_input}
         * @throws IllegalArgumentException if it is wrong; the message says how
         */
        static Preprocessing preprocessing(JsonNode steps, JsonNode input) {
            String mode = input.path("resize_mode").asText("stretch");
            int padding = mode.equals("fit-longer-edge") ? 127 : input.path("padding_value").asInt(0);
            return new Preprocessing(PreprocessingReader.staticCrop(steps), PreprocessingReader.grayscale(steps),
                    PreprocessingReader.contrast(steps), resizeMode(mode), padding,
                    "bgr".equals(input.path("color_mode").asText()), scale(input));
        }

        private static ResizeMode resizeMode(String mode) {
            return switch (mode) {
                case "stretch" -> ResizeMode.STRETCH;
                case "letterbox", "letterbox-reflect-edges" -> ResizeMode.LETTERBOX;
                case "fit-longer-edge" -> ResizeMode.FIT_WITHIN;
                case "center-crop" -> ResizeMode.CENTER_CROP;
                default -> throw new IllegalArgumentException("its resize_mode '" + mode + "' is none of stretch, letterbox,"
                        + " letterbox-reflect-edges, fit-longer-edge and center-crop");
            };
        }

        private static PixelScale scale(JsonNode input) {
            double divisor = input.path("scaling_factor").asDouble(255);
            JsonNode normalization = input.path("normalization");
            boolean normalized = !normalization.isEmpty();
            boolean three = normalization.path(0).size() == 3 && normalization.path(1).size() == 3;
            if (divisor <= 0 || normalized && !three) {
                throw new IllegalArgumentException("its scaling_factor must be greater than 0, and its normalization null or three"
                        + " means and three deviations");
            }
            return normalized ? PixelScale.of(divisor, numbers(normalization.get(0)), numbers(normalization.get(1)))
                    : PixelScale.of(divisor, null, null);
        }

        private static double[] numbers(JsonNode array) {
            return StreamSupport.stream(array.spliterator(), false).mapToDouble(JsonNode::asDouble).toArray();
        }
    }

    /** Reads {@code preprocessor_config.json} of Transformers. */
    static final class TransformersConfig {

        private static final int BILINEAR = 2;

        private TransformersConfig() {
        }

        /** @throws IllegalArgumentException if a step is not supported; the message says which */
        static Preprocessing preprocessing(JsonNode steps) {
            if (steps.path("do_pad").asBoolean() || steps.path("do_center_crop").asBoolean()
                    || steps.path("resample").asInt(BILINEAR) != BILINEAR || !steps.path("do_resize").asBoolean(true)) {
                throw new IllegalArgumentException("images are stretched bilinearly, and not padded, cropped or resized otherwise:"
                        + " its do_pad, do_center_crop, do_resize or resample differs");
            }
            double divisor = steps.path("do_rescale").asBoolean(true) ? 1 / steps.path("rescale_factor").asDouble(1 / 255.0) : 1;
            JsonNode means = steps.path("image_mean");
            JsonNode deviations = steps.path("image_std");
            boolean normalized = steps.path("do_normalize").asBoolean();
            if (!(divisor > 0) || normalized && !(means.size() == 3 && deviations.size() == 3)) {
                throw new IllegalArgumentException("its rescale_factor must be greater than 0, and its image_mean and image_std"
                        + " three numbers each");
            }
            return Preprocessing.stretched(normalized
                    ? PixelScale.of(divisor, InferenceConfig.numbers(means), InferenceConfig.numbers(deviations))
                    : PixelScale.of(divisor, null, null));
        }
    }
}
