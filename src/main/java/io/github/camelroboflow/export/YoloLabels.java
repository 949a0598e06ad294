package io.github.camelroboflow.export;

import io.github.camelroboflow.export.ExportFormat.DatasetWriter;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detection.Keypoint;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.Box.ConvexPolygon;
import io.github.camelroboflow.inference.geometry.Box.Point;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.support.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes labels as Ultralytics' documentation defines them ("Dataset format" for detection, segmentation, pose and oriented boxes):
 * a line for each object with the class id and numbers from 0 to 1, shares of the image's width and height. Values beyond the image
 * are moved to its edge, since readers refuse a file with others.
 *
 * <ul>
 * <li>boxes: {@code class x y width height} with the center of the box
 * <li>outlines: {@code class x1 y1 x2 y2 …}. A mask of run lengths is traced along the edges of its pixels, its largest part
 * only, since a line holds one polygon.
 * <li>keypoints: the box, and for each keypoint x, y and 2, or three times 0 for one that was not found
 * <li>oriented boxes: {@code class x1 y1 x2 y2 x3 y3 x4 y4}
 * </ul>
 *
 * <p>All lines of an image have the same form, that of its most detailed object. The format has no confidence.
 */
final class YoloLabels {

    private static final int TRIANGLE = 3;

    private YoloLabels() {
    }

    /** The forms of a line, the most detailed last. */
    private enum Form {
        BOX, POLYGON, ORIENTED, POSE;

        static Form of(Detection object) {
            return !object.keypoints().isEmpty() ? POSE : object.oriented() ? ORIENTED : object.masked() ? POLYGON : BOX;
        }
    }

    static String lines(ExportedImage image, ClassCatalog classes) {
        Form form = classes.mostKeypoints() > 0 ? Form.POSE
                : image.objects().stream().map(Form::of).max(Form::compareTo).orElse(Form.BOX);
        return image.objects().stream().map(object -> classes.id(object.className()) + " "
                + values(object, form, image.size(), classes).map(YoloLabels::text).collect(Collectors.joining(" ")) + "\n")
                .collect(Collectors.joining());
    }

    private static Stream<Double> values(Detection object, Form form, ImageSize image, ClassCatalog classes) {
        return switch (form) {
            case BOX -> box(object, image);
            case POLYGON -> points(outline(object), image);
            case ORIENTED -> points(object.polygon().corners(), image);
            case POSE -> Stream.concat(box(object, image), keypoints(object, classes.mostKeypoints(), image));
        };
    }

    private static Stream<Double> box(Detection object, ImageSize image) {
        Box box = object.box();
        double x1 = share(box.x1(), image.width());
        double y1 = share(box.y1(), image.height());
        double x2 = share(box.x2(), image.width());
        double y2 = share(box.y2(), image.height());
        return Stream.of((x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1);
    }

    /** Returns the outline of an object; the corners of its box if it has none. */
    private static List<Point> outline(Detection object) {
        List<Point> outline = MaskOutline.of(object);
        return outline.size() >= TRIANGLE ? outline : ConvexPolygon.of(object.box()).corners();
    }

    private static Stream<Double> points(List<Point> points, ImageSize image) {
        return points.stream().flatMap(point -> Stream.of(share(point.x(), image.width()), share(point.y(), image.height())));
    }

    private static Stream<Double> keypoints(Detection object, int count, ImageSize image) {
        Double[] values = new Double[3 * count];
        Arrays.fill(values, 0.0);
        for (Keypoint keypoint : object.keypoints()) {
            int at = 3 * ClassCatalog.index(object, keypoint);
            values[at] = share(keypoint.x(), image.width());
            values[at + 1] = share(keypoint.y(), image.height());
            values[at + 2] = 2.0;
        }
        return Stream.of(values);
    }

    private static double share(double pixels, int all) {
        return Math.max(0, Math.min(1, pixels / all));
    }

    /** Returns a number with six decimals, which is less than a hundredth of a pixel in an image of 10,000 pixels. */
    private static String text(double value) {
        return value == Math.rint(value) ? Integer.toString((int) value) : String.format(Locale.ROOT, "%.6f", value);
    }

    /** The labels in the folder {@code labels}, and {@code data.yaml}, which names the classes. */
    static final class LabelFiles implements DatasetWriter {

        private final Path folder;
        private final ClassCatalog classes;
        private final ImageFiles labels;

        LabelFiles(Path folder, ClassCatalog classes) {
            this.folder = folder;
            this.classes = classes;
            labels = new ImageFiles(folder.resolve("labels"), ".txt", image -> lines(image, classes));
        }

        @Override
        public void add(ExportedImage image) throws IOException {
            labels.add(image);
        }

        @Override
        public void close() throws IOException {
            List<String> lines = new ArrayList<>(List.of("# put the images, or a link to their folder, beside labels as images",
                    "train: images", "val: images"));
            if (classes.mostKeypoints() > 0) {
                lines.add("kpt_shape: [" + classes.mostKeypoints() + ", 3]");
            }
            lines.add("names:");
            List<String> names = classes.allNames();
            for (int id = 0; id < names.size(); id++) {
                // a text in JSON is one in YAML
                lines.add("  " + id + ": " + Json.MAPPER.writeValueAsString(names.get(id)));
            }
            Files.write(folder.resolve("data.yaml"), lines);
        }
    }
}
