package io.github.camelroboflow.bench;

import static io.github.camelroboflow.embedded.OnnxFile.attribute;
import static io.github.camelroboflow.embedded.OnnxFile.floats;
import static io.github.camelroboflow.embedded.OnnxFile.integers;
import static io.github.camelroboflow.embedded.OnnxFile.node;
import static io.github.camelroboflow.embedded.OnnxFile.value;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.camelroboflow.embedded.OnnxFile;
import io.github.camelroboflow.embedded.OnnxFile.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes a model package with a net of YOLOv8n's layers and random weights. Its input is {@code [batch, 3, 640, 640]}, its output
 * {@code [batch, 84, 8400]}. It has 3.2 million parameters, takes 8.7 billion operations for an image and detects nothing. The same
 * file is written each time.
 */
final class YoloSizedNet {

    private static final int SIDE = 640;
    private static final int CLASSES = 80;
    private static final int BINS = 16;
    private static final int[] STRIDES = {8, 16, 32};
    /** Keeps the size of numbers about the same from layer to layer, so that none gets too large or too small for a float. */
    private static final double GAIN = 1.6;
    /** Biases of the classes: hardly any detections, so that the time is that of the net. */
    private static final float UNLIKELY = -6;

    private final Message graph = new Message();
    private final Random random = new Random(1);
    private int names;

    private YoloSizedNet() {
    }

    /** Writes the package unless it is there. */
    static void write(Path folder) throws IOException {
        Path weights = folder.resolve("weights.onnx");
        if (Files.exists(weights)) {
            return;
        }
        Files.createDirectories(folder);
        List<String> classes = IntStream.range(0, CLASSES).mapToObj("class_%02d"::formatted).toList();
        Files.write(folder.resolve("class_names.txt"), classes);
        String resize = "{\"resize\": {\"enabled\": true, \"width\": %1$d, \"height\": %1$d, \"format\": \"Stretch to\"}}"
                .formatted(SIDE);
        Files.write(folder.resolve("environment.json"), new JsonMapper().writeValueAsBytes(Map.of("PREPROCESSING", resize,
                "CLASS_MAP", IntStream.range(0, CLASSES).boxed().collect(Collectors.toMap(i -> i, classes::get)),
                "RESOLUTION", SIDE)));
        Path temporary = folder.resolve("weights.tmp");
        OnnxFile.write(temporary, new YoloSizedNet().graph());
        Files.move(temporary, weights);
    }

    private Message graph() {
        String half = convolution("images", 3, 16, 3, 2);
        String quarter = split(convolution(half, 16, 32, 3, 2), 32, 32, 1, true);
        String eighth = split(convolution(quarter, 32, 64, 3, 2), 64, 64, 2, true);
        String sixteenth = split(convolution(eighth, 64, 128, 3, 2), 128, 128, 2, true);
        String top32 = pooled(split(convolution(sixteenth, 128, 256, 3, 2), 256, 256, 1, true), 256);
        String top16 = split(concat(1, enlarged(top32), sixteenth), 384, 128, 1, false);
        String out8 = split(concat(1, enlarged(top16), eighth), 192, 64, 1, false);
        String out16 = split(concat(1, convolution(out8, 64, 64, 3, 2), top16), 192, 128, 1, false);
        String out32 = split(concat(1, convolution(out16, 128, 128, 3, 2), top32), 384, 256, 1, false);
        heads(new String[] {out8, out16, out32}, new int[] {64, 128, 256});
        String side = String.valueOf(SIDE);
        return graph.text(2, "yolo").message(11, value("images", "batch", "3", side, side))
                .message(12, value("output0", "batch", String.valueOf(4 + CLASSES), String.valueOf(cells())));
    }

    private static int cells() {
        return Arrays.stream(STRIDES).map(stride -> SIDE / stride * (SIDE / stride)).sum();
    }

    private void heads(String[] features, int[] widths) {
        String[] boxes = new String[widths.length];
        String[] scores = new String[widths.length];
        for (int i = 0; i < widths.length; i++) {
            boxes[i] = head(features[i], widths[i], 64, 4 * BINS, 1, 0);
            scores[i] = head(features[i], widths[i], CLASSES, CLASSES, 0.01, UNLIKELY);
        }
        // the distance to each side is the mean of a distribution over the bins
        String bins = operation("Softmax", List.of(reshaped(concat(2, boxes), 0, 4, BINS, -1)), attribute("axis", 2));
        float[] numbers = new float[BINS];
        for (int i = 0; i < BINS; i++) {
            numbers[i] = i;
        }
        String distances = operation("ReduceSum", List.of(operation("Mul", List.of(bins, constant(numbers, 1, 1, BINS, 1))),
                constant(2)), attribute("keepdims", 0));
        String before = name();
        String after = name();
        graph.message(1, node("Split", new String[] {distances, constant(2, 2)}, before, after).message(5, attribute("axis", 1)));
        float[] centres = centres();
        String begin = operation("Sub", List.of(constant(centres, 1, 2, cells()), before));
        String end = operation("Add", List.of(constant(centres, 1, 2, cells()), after));
        String strides = constant(strides(), 1, 1, cells());
        String middle = operation("Mul", List.of(operation("Add", List.of(begin, end)), constant(new float[] {0.5f}, 1)));
        String place = operation("Mul", List.of(middle, strides));
        String size = operation("Mul", List.of(operation("Sub", List.of(end, begin)), strides));
        String likely = operation("Sigmoid", List.of(concat(2, scores)));
        graph.message(1, node("Concat", new String[] {place, size, likely}, "output0").message(5, attribute("axis", 1)));
    }

    /** Returns the cells' centres in cells: all x, then all y. */
    private static float[] centres() {
        float[] centres = new float[2 * cells()];
        int next = 0;
        for (int stride : STRIDES) {
            int row = SIDE / stride;
            for (int i = 0; i < row * row; i++, next++) {
                centres[next] = i % row + 0.5f;
                centres[cells() + next] = i / row + 0.5f;
            }
        }
        return centres;
    }

    private static float[] strides() {
        float[] strides = new float[cells()];
        int next = 0;
        for (int stride : STRIDES) {
            int count = SIDE / stride * (SIDE / stride);
            Arrays.fill(strides, next, next + count, stride);
            next += count;
        }
        return strides;
    }

    /** Two convolutions and a linear one, with the cells in one row. */
    private String head(String input, int in, int width, int out, double scale, float bias) {
        String last = convolution(convolution(input, in, width, 3, 1), width, width, 3, 1);
        float[] biases = new float[out];
        Arrays.fill(biases, bias);
        String linear = operation("Conv", List.of(last, weights(out, width, 1, scale), constant(biases, out)));
        return reshaped(linear, 0, out, -1);
    }

    /** A convolution with the activation SiLU. */
    private String convolution(String input, int in, int out, int kernel, int stride) {
        int pad = kernel / 2;
        String sum = operation("Conv", List.of(input, weights(out, in, kernel, GAIN), constant(new float[out], out)),
                attribute("strides", new int[] {stride, stride}), attribute("pads", new int[] {pad, pad, pad, pad}));
        return operation("Mul", List.of(sum, operation("Sigmoid", List.of(sum))));
    }

    /** Half of the channels go through pairs of convolutions, and every intermediate result is kept. */
    private String split(String input, int in, int out, int depth, boolean shortcut) {
        int half = out / 2;
        String first = name();
        String second = name();
        graph.message(1, node("Split", new String[] {convolution(input, in, out, 1, 1), constant(half, half)}, first, second)
                .message(5, attribute("axis", 1)));
        List<String> parts = new ArrayList<>(List.of(first, second));
        for (int i = 0; i < depth; i++) {
            String part = parts.get(parts.size() - 1);
            String pair = convolution(convolution(part, half, half, 3, 1), half, half, 3, 1);
            parts.add(shortcut ? operation("Add", List.of(part, pair)) : pair);
        }
        return convolution(concat(1, parts.toArray(String[]::new)), (2 + depth) * half, out, 1, 1);
    }

    /** Three poolings in a row and their input, side by side. */
    private String pooled(String input, int channels) {
        List<String> parts = new ArrayList<>(List.of(convolution(input, channels, channels / 2, 1, 1)));
        for (int i = 0; i < 3; i++) {
            parts.add(operation("MaxPool", List.of(parts.get(i)), attribute("kernel_shape", new int[] {5, 5}),
                    attribute("strides", new int[] {1, 1}), attribute("pads", new int[] {2, 2, 2, 2})));
        }
        return convolution(concat(1, parts.toArray(String[]::new)), 2 * channels, channels, 1, 1);
    }

    private String enlarged(String input) {
        return operation("Resize", List.of(input, "", constant(new float[] {1, 1, 2, 2}, 4)), attribute("mode", "nearest"),
                attribute("coordinate_transformation_mode", "asymmetric"), attribute("nearest_mode", "floor"));
    }

    private String concat(int axis, String... inputs) {
        return operation("Concat", List.of(inputs), attribute("axis", axis));
    }

    private String reshaped(String input, long... shape) {
        return operation("Reshape", List.of(input, constant(shape)));
    }

    private String operation(String type, List<String> inputs, Message... attributes) {
        String output = name();
        Message node = node(type, inputs.toArray(String[]::new), output);
        for (Message attribute : attributes) {
            node.message(5, attribute);
        }
        graph.message(1, node);
        return output;
    }

    private String weights(int out, int in, int kernel, double gain) {
        double limit = gain * Math.sqrt(3.0 / (in * kernel * kernel));
        float[] weights = new float[out * in * kernel * kernel];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (limit * (2 * random.nextDouble() - 1));
        }
        return constant(weights, out, in, kernel, kernel);
    }

    private String constant(float[] values, long... shape) {
        String name = name();
        graph.message(5, floats(name, values, shape));
        return name;
    }

    private String constant(long... values) {
        String name = name();
        graph.message(5, integers(name, values));
        return name;
    }

    private String name() {
        return "t" + ++names;
    }
}
