package io.github.camelroboflow.embedded.decode;

import static io.github.camelroboflow.inference.InferenceOption.CLASSES;
import static io.github.camelroboflow.inference.InferenceOption.CONFIDENCE;

import io.github.camelroboflow.embedded.decode.Activation.Sigmoid;
import io.github.camelroboflow.embedded.decode.ModelFamilies.Claim;
import io.github.camelroboflow.embedded.decode.ModelFamilies.ClassMismatch;
import io.github.camelroboflow.embedded.decode.ModelFamilies.ModelFamily;
import io.github.camelroboflow.embedded.decode.ModelFamilies.ModelTraits;
import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.embedded.preprocessing.AntialiasedResize.TriangleFilter;
import io.github.camelroboflow.embedded.preprocessing.Placement;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.PixelScale;
import io.github.camelroboflow.embedded.session.FloatTensor;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.SemanticSegmentation;
import io.github.camelroboflow.inference.SemanticSegmentation.Plane;
import io.github.camelroboflow.inference.Task;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The decoder for semantic segmentation, as DeepLabV3+ is exported: {@code [1, K, h, w]}, one number for each of K classes and each
 * pixel of the network's input, or of a smaller image of it. The numbers are resized to the image before the greatest one is
 * chosen. Pixels below the threshold are background, and so are pixels outside the static crop. The arithmetic is that of Roboflow
 * inference, engine N.
 */
public final class SemanticSegmentationDecoder implements OutputDecoder {

    static final ModelFamily FAMILY = ModelFamily.of("semantic segmentation with one output [1, classes, height, width], as"
            + " DeepLabV3+ is exported", "deeplabv3plus", traits -> Claim.POSSIBLE, SemanticSegmentationDecoder::of);

    private static final String BACKGROUND = "background";
    private static final int MAX_CLASSES = 255;

    private final List<String> classNames;
    private final int[] classIds;
    private final byte background;
    private final boolean yolo;
    private final OutputChecks checks;

    /** @param classIds class ids of results by the net's own */
    private SemanticSegmentationDecoder(List<String> classNames, int[] classIds, int background, boolean yolo,
                                        OutputChecks checks) {
        this.classNames = classNames;
        this.classIds = classIds;
        this.background = (byte) background;
        this.yolo = yolo;
        this.checks = checks;
    }

    private static Optional<OutputDecoder> of(ModelTraits traits) {
        if (!traits.mayBe(Task.SEMANTIC_SEGMENTATION) || !traits.singleOutput(4)) {
            return Optional.empty();
        }
        List<String> names = traits.classNames();
        int classes = (int) traits.shape(0)[1];
        int named = background(names);
        // class names may include the background even if the net doesn't know it
        boolean inserted = classes == names.size() - 1 && named >= 0;
        if (classes != names.size() && !inserted) {
            throw new ClassMismatch(traits, classes);
        }
        if (names.size() > MAX_CLASSES) {
            throw new IllegalArgumentException("it finds " + names.size() + " classes, but a segmentation has " + MAX_CLASSES
                    + " at most: train it with fewer");
        }
        int[] ids = IntStream.range(0, names.size()).filter(id -> !inserted || id != named).toArray();
        return Optional.of(new SemanticSegmentationDecoder(names, ids, named, traits.declaration().type().startsWith("yolo"),
                new OutputChecks(traits.model())));
    }

    /** Returns the id of the background, or -1 if there is none. */
    public static int background(List<String> classNames) {
        return IntStream.range(0, classNames.size()).filter(id -> classNames.get(id).equalsIgnoreCase(BACKGROUND)).findFirst()
                .orElse(-1);
    }

    @Override
    public Task task() {
        return Task.SEMANTIC_SEGMENTATION;
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public Preprocessing defaultPreprocessing() {
        return yolo ? Preprocessing.ULTRALYTICS : Preprocessing.letterboxed(PixelScale.IMAGENET);
    }

    @Override
    public Preprocessing exportPreprocessing() {
        return yolo ? Preprocessing.ULTRALYTICS : Preprocessing.stretched(PixelScale.IMAGENET);
    }

    @Override
    public SemanticSegmentation decode(List<FloatTensor> outputs, Placement placement, InferenceOptions options,
            Supplier<InferenceInfo> info) {
        ImageSize image = placement.image();
        Region crop = placement.crop();
        byte[] mask = new byte[Math.toIntExact(image.area())];
        byte[] confidences = new byte[mask.length];
        Arrays.fill(mask, background);
        PixelScores scores = new PixelScores(outputs.get(0), placement);
        boolean single = classIds.length == 1;
        int bad = 0;
        for (int y = 0; y < crop.height(); y++) {
            float[] row = scores.row(y);
            int start = (crop.top() + y) * image.width() + crop.left();
            for (int x = 0; x < crop.width(); x++) {
                int best = greatest(row, x * classIds.length);
                float confidence = single ? Sigmoid.of(row[x]) : softmax(row, x * classIds.length, row[x * classIds.length + best]);
                bad += Float.isNaN(confidence) ? 1 : 0;
                byte id = (byte) classIds[best];
                boolean chosen = confidence >= options.get(CONFIDENCE).floatValue() && allowed(classIds[best], options);
                mask[start + x] = chosen ? id : background;
                confidences[start + x] = chosen ? (byte) (int) (confidence * 255) : 0;
            }
        }
        checks.pixels(bad, crop.width() * crop.height() - bad);
        return new SemanticSegmentation(info.get(), classMap(), new Plane(image, mask), new Plane(image, confidences));
    }

    private int greatest(float[] row, int from) {
        int best = 0;
        for (int i = 1; i < classIds.length; i++) {
            if (row[from + i] > row[from + best]) {
                best = i;
            }
        }
        return best;
    }

    /** Returns the softmax of the greatest number. */
    private float softmax(float[] row, int from, float greatest) {
        float sum = 0;
        for (int i = 0; i < classIds.length; i++) {
            sum += (float) Math.exp(row[from + i] - greatest);
        }
        return 1 / sum;
    }

    private boolean allowed(int id, InferenceOptions options) {
        return options.get(CLASSES).isEmpty() || options.get(CLASSES).contains(classNames.get(id));
    }

    private Map<Integer, String> classMap() {
        Map<Integer, String> map = new HashMap<>();
        IntStream.range(0, classNames.size()).forEach(id -> map.put(id, classNames.get(id)));
        return map;
    }

    /**
     * A net's numbers for each pixel and class, resized to the part of the image that the net saw: bilinear, and antialiased if
     * that part is smaller. They are computed row by row, since all of them may need too much memory.
     */
    static final class PixelScores {

        private final FloatTensor scores;
        private final int classes;
        private final int width;
        private final int height;
        private final int left;
        private final int top;
        private final TriangleFilter columns;
        private final TriangleFilter rows;
        private final float[] line;
        private final float[] mixed;

        /** @param scores output {@code [1, K, h, w]} for the whole of the net's input */
        PixelScores(FloatTensor scores, Placement placement) {
            this.scores = scores;
            classes = (int) scores.shape()[1];
            height = (int) scores.shape()[2];
            width = (int) scores.shape()[3];
            double scaleX = (double) width / placement.input().width();
            double scaleY = (double) height / placement.input().height();
            left = (int) Math.rint(scaleX * placement.padLeft());
            top = (int) Math.rint(scaleY * placement.padTop());
            line = new float[width];
            mixed = new float[width - left - (int) Math.rint(scaleX * placement.padRight())];
            columns = new TriangleFilter(mixed.length, placement.crop().width());
            rows = new TriangleFilter(height - top - (int) Math.rint(scaleY * placement.padBottom()), placement.crop().height());
        }

        /** Returns the numbers of a row of that part, with the classes of a pixel next to each other. */
        float[] row(int y) {
            float[] row = new float[classes * columns.size()];
            for (int k = 0; k < classes; k++) {
                mix(k, y);
                for (int x = 0; x < columns.size(); x++) {
                    double[] weights = columns.weights(x);
                    double value = 0;
                    for (int i = 0; i < weights.length; i++) {
                        value += weights[i] * mixed[columns.start(x) + i];
                    }
                    row[x * classes + k] = (float) value;
                }
            }
            return row;
        }

        /** Mixes a row of a class. Pixels that the net did not see, since the image is larger than its input, count as 0. */
        private void mix(int k, int y) {
            Arrays.fill(mixed, 0);
            double[] weights = rows.weights(y);
            for (int i = 0; i < weights.length; i++) {
                int from = top + rows.start(y) + i;
                if (from >= 0 && from < height) {
                    scores.values().get((k * height + from) * width, line);
                    for (int x = Math.max(0, -left); x < Math.min(mixed.length, width - left); x++) {
                        mixed[x] += (float) (weights[i] * line[left + x]);
                    }
                }
            }
        }
    }
}
