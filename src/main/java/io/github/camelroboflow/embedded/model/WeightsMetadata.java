package io.github.camelroboflow.embedded.model;

import io.github.camelroboflow.inference.Task;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The metadata that Ultralytics writes into exported weights, as the text of Python values.
 *
 * @param entries metadata of the graph
 */
public record WeightsMetadata(Map<String, String> entries) {

    private static final Pattern STRING = Pattern.compile("'((?:[^'\\\\]|\\\\.)*)'|\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern KEYED = Pattern.compile("[\"']?(\\d+)[\"']?\\s*:\\s*(" + STRING.pattern() + ")");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|(.))");
    private static final Pattern DESCRIPTION = Pattern.compile("Ultralytics (YOLO\\S+) model");
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    /** Returns the name of a {@link Task}, or an unknown word such as {@code obb}, or an empty text. */
    String task() {
        String task = entries.getOrDefault("task", "");
        return switch (task) {
            case "detect" -> Task.OBJECT_DETECTION.toString();
            case "segment" -> Task.INSTANCE_SEGMENTATION.toString();
            case "pose" -> Task.KEYPOINT_DETECTION.toString();
            case "classify" -> Task.CLASSIFICATION.toString();
            case "semantic" -> Task.SEMANTIC_SEGMENTATION.toString();
            default -> task;
        };
    }

    /** Returns {@code yolo26n-seg} from {@code Ultralytics YOLO26n-seg model trained on parts.yaml}; empty if it is missing. */
    String type() {
        Matcher description = DESCRIPTION.matcher(entries.getOrDefault("description", ""));
        return description.find() ? description.group(1).toLowerCase(Locale.ROOT) : "";
    }

    /** Returns the number of keypoints and of values for each, such as {@code [17, 3]}; empty if it is missing. */
    String keypointShape() {
        return entries.getOrDefault("kpt_shape", "");
    }

    /**
     * Returns the class names by class id, from {@code {0: 'bolt', 1: "driver's seat"}}; empty if there are none or ids are
     * missing.
     */
    public List<String> classNames() {
        List<String> names = new ArrayList<>();
        Matcher entry = KEYED.matcher(entries.getOrDefault("names", ""));
        while (entry.find()) {
            if (Integer.parseInt(entry.group(1)) != names.size()) {
                return List.of();
            }
            names.add(unescape(entry.group(3) != null ? entry.group(3) : entry.group(4)).strip());
        }
        return names;
    }

    /** Returns the size from {@code [640, 640]}, height first; {@link ImageSize#UNKNOWN} if it is missing. */
    public ImageSize inputSize() {
        List<Integer> sides = NUMBER.matcher(entries.getOrDefault("imgsz", "")).results()
                .map(number -> Integer.valueOf(number.group())).toList();
        return sides.isEmpty() ? ImageSize.UNKNOWN : new ImageSize(sides.get(sides.size() - 1), sides.get(0));
    }

    private static String unescape(String text) {
        return ESCAPE.matcher(text).replaceAll(escape -> {
            String code = escape.group(1) != null ? escape.group(1) : escape.group(2);
            return Matcher.quoteReplacement(code != null ? Character.toString(Integer.parseInt(code, 16)) : escape.group(3));
        });
    }
}
