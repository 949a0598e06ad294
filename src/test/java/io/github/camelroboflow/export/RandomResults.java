package io.github.camelroboflow.export;

import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detection.Keypoint;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.Box.Point;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.geometry.Rle;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Results with random objects inside random images. */
final class RandomResults {

    static final List<String> CLASSES = List.of("bolt", "nut, \"M8\"", "traffic light", "<b>&'");

    /** The additions to a box. */
    enum Kind {
        BOX, OUTLINE, MASK, ORIENTED, KEYPOINTS
    }

    private final Random random;

    RandomResults(long seed) {
        random = new Random(seed);
    }

    static Detections of(ImageSize size, Detection... objects) {
        return new Detections(InferenceInfo.of("id", 0.01, size), List.of(objects));
    }

    Detections next(Kind kind) {
        ImageSize size = new ImageSize(8 + random.nextInt(500), 8 + random.nextInt(500));
        return of(size, Stream.generate(() -> object(kind, size)).limit(random.nextInt(6)).toArray(Detection[]::new));
    }

    private Detection object(Kind kind, ImageSize size) {
        double x1 = random.nextDouble(size.width() - 2);
        double y1 = random.nextDouble(size.height() - 2);
        double width = 1 + random.nextDouble(size.width() - x1 - 1);
        double height = 1 + random.nextDouble(size.height() - y1 - 1);
        Box box = new Box(x1, y1, x1 + width, y1 + height);
        int classId = random.nextInt(CLASSES.size());
        Detection object = Detection.of(box, random.nextInt(1001) / 1000.0, CLASSES.get(classId), classId, "");
        return switch (kind) {
            case BOX -> object;
            case OUTLINE -> object.withPoints(Stream.generate(() -> point(box)).limit(3 + random.nextInt(8)).toList());
            case MASK -> object.withRle(mask(size, box));
            case ORIENTED -> object.withOrientedBox(Stream.generate(() -> point(box)).limit(4).toList());
            case KEYPOINTS -> object.withKeypoints(keypoints(box));
        };
    }

    private Point point(Box box) {
        return new Point(box.x1() + random.nextDouble(box.width()), box.y1() + random.nextDouble(box.height()));
    }

    private List<Keypoint> keypoints(Box box) {
        List<Keypoint> keypoints = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            if (random.nextBoolean()) {
                Point point = point(box);
                keypoints.add(new Keypoint(point.x(), point.y(), 0.9, "k" + i, i));
            }
        }
        return keypoints;
    }

    private Rle mask(ImageSize size, Box box) {
        BitSet columns = new BitSet();
        for (int x = (int) box.x1(); x < (int) Math.ceil(box.x2()); x++) {
            for (int y = (int) box.y1(); y < (int) Math.ceil(box.y2()); y++) {
                columns.set(x * size.height() + y, random.nextInt(8) > 0);
            }
        }
        columns.set((int) box.x1() * size.height() + (int) box.y1());
        return rle(size, columns);
    }

    /** @param columns the pixels, column by column */
    static Rle rle(ImageSize size, BitSet columns) {
        List<Integer> runs = new ArrayList<>();
        int all = (int) size.area();
        boolean inside = false;
        for (int position = 0; position < all; inside = !inside) {
            int next = inside ? columns.nextClearBit(position) : columns.nextSetBit(position);
            int end = next < 0 || next > all ? all : next;
            runs.add(end - position);
            position = end;
        }
        return Rle.ofRuns(size.width(), size.height(), runs);
    }
}
