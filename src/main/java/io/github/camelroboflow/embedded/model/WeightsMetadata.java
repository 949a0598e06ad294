package io.github.camelroboflow.embedded.model;

import io.github.camelroboflow.inference.Task;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The metadata that Ultralytics and YOLOv5 write into exported weights, as the text of Python values.
 *
 * @param entries metadata of the graph
 */
public record WeightsMetadata(Map<String, String> entries) {

    public static final WeightsMetadata NONE = new WeightsMetadata(Map.of());

    /** The name of the net's own description; users may give it any name. */
    private static final Pattern DESCRIPTION = Pattern.compile("Ultralytics (.*?) ?model\\b.*", Pattern.DOTALL);
    private static final Pattern ARCHITECTURE = Pattern.compile("rt-?detr.*|yolo.*");
    private static final Pattern DIGITS = Pattern.compile("[+-]?\\d{1,9}");

    /** Returns the name of a {@link Task}, or an unknown word such as {@code obb}, or an empty text. */
    String task() {
        String task = text("task").strip();
        return switch (task) {
            case "detect" -> Task.OBJECT_DETECTION.toString();
            case "segment" -> Task.INSTANCE_SEGMENTATION.toString();
            case "pose" -> Task.KEYPOINT_DETECTION.toString();
            case "classify" -> Task.CLASSIFICATION.toString();
            case "semantic" -> Task.SEMANTIC_SEGMENTATION.toString();
            default -> task;
        };
    }

    /**
     * Returns {@code yolo26n-seg} from {@code Ultralytics YOLO26n-seg model trained on parts.yaml}, and from a description that
     * calls the net {@code my_YOLO26n-seg}; empty if no architecture is named.
     */
    String type() {
        Matcher description = DESCRIPTION.matcher(text("description"));
        Matcher architecture = ARCHITECTURE
                .matcher(description.matches() ? description.group(1).toLowerCase(Locale.ROOT) : "");
        return architecture.find() ? architecture.group() : text("head").equals("RTDETRDecoder") ? "rtdetr" : "";
    }

    /** Returns whether the package {@code ultralytics} exported the net. All its YOLO models are anchor-free, YOLOv5 as well. */
    public boolean ultralytics() {
        return text("author").equals("Ultralytics") || text("description").startsWith("Ultralytics ");
    }

    /** Returns whether the net itself suppresses overlapping boxes; empty if that is not declared. */
    public Optional<Boolean> endToEnd() {
        Optional<Boolean> endToEnd = value("end2end").filter(Boolean.class::isInstance).map(Boolean.class::cast);
        Optional<Boolean> suppressed = value("args").filter(Map.class::isInstance)
                .map(args -> ((Map<?, ?>) args).get("nms")).filter(Boolean.class::isInstance).map(Boolean.class::cast);
        boolean either = endToEnd.orElse(false) || suppressed.orElse(false);
        return either ? Optional.of(true) : endToEnd.isPresent() && suppressed.isPresent() ? Optional.of(false) : Optional.empty();
    }

    /** Returns the number of keypoints and of values for each, such as {@code [17, 3]}; empty if it is missing. */
    public List<Integer> keypointShape() {
        return value("kpt_shape").map(WeightsMetadata::integers).orElse(List.of());
    }

    /**
     * Returns the class names by class id, from a dict such as {@code {0: 'bolt', 1: "driver's seat"}} in any order, or a list;
     * empty if there are none.
     *
     * @throws IllegalArgumentException if they can't be read, or ids are missing; the message says which
     */
    public List<String> classNames() {
        String text = text("names");
        if (text.isBlank()) {
            return List.of();
        }
        Object names;
        try {
            names = PythonLiteral.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the class names in its metadata can't be read: " + e.getMessage()
                    + "; write them into class_names.txt, one in a line", e);
        }
        if (names instanceof List<?> list) {
            return list.stream().map(PythonLiteral::text).toList();
        }
        if (!(names instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("the class names in its metadata are neither a dict nor a list (" + shortened(text)
                    + "): write them into class_names.txt, one in a line");
        }
        Map<Integer, String> byId = new HashMap<>();
        map.forEach((id, name) -> byId.put(id(id), PythonLiteral.text(name)));
        List<String> result = new ArrayList<>();
        for (int id = 0; id < byId.size(); id++) {
            if (!byId.containsKey(id)) {
                throw new IllegalArgumentException("the class names in its metadata have no name for class " + id
                        + ": write all names into class_names.txt, one in a line, in the order of the classes");
            }
            result.add(byId.get(id));
        }
        return result;
    }

    private static Integer id(Object key) {
        String text = PythonLiteral.text(key);
        if (!DIGITS.matcher(text).matches()) {
            throw new IllegalArgumentException("the class names in its metadata have the key '" + shortened(text)
                    + "', which is no class id: write the names into class_names.txt, one in a line, in the order of the classes");
        }
        return Integer.valueOf(text);
    }

    /** Returns the size from {@code [640, 640]}, height first; {@link ImageSize#UNKNOWN} if it is missing. */
    public ImageSize inputSize() {
        List<Integer> sides = value("imgsz").map(WeightsMetadata::integers).orElse(List.of());
        return sides.isEmpty() || sides.stream().anyMatch(side -> side < 1) ? ImageSize.UNKNOWN
                : new ImageSize(sides.get(sides.size() - 1), sides.get(0));
    }

    private static List<Integer> integers(Object value) {
        Stream<?> values = value instanceof List<?> list ? list.stream() : Stream.of(value);
        return values.filter(Long.class::isInstance).map(number -> ((Long) number).intValue()).toList();
    }

    private String text(String key) {
        return entries.getOrDefault(key, "");
    }

    /** Returns the value of an entry that only completes others; empty if it is missing or unreadable. */
    private Optional<Object> value(String key) {
        try {
            return text(key).isBlank() ? Optional.empty() : Optional.ofNullable(PythonLiteral.parse(text(key)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String shortened(String text) {
        return text.length() > 40 ? text.substring(0, 40) + "…" : text;
    }
}
