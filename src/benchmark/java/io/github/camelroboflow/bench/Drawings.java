package io.github.camelroboflow.bench;

import io.github.camelroboflow.embedded.EmbeddedEngine;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.Box.Point;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Results of each task on one image: of the shipped model, and of the small models of the tests. */
final class Drawings {

    private static final double ANGLE = Math.PI / 6;
    private static final Path SHIPPED = Path.of("config/models");
    private static final Path OF_TESTS = Path.of("src/test/resources/golden/models");
    private static final Map<String, String> MODELS = new LinkedHashMap<>();

    static {
        MODELS.put("detection", "parts-detect/1");
        MODELS.put("instances", "parts-seg");
        MODELS.put("keypoints", "bolts-pose");
        MODELS.put("semantic", "belt-semseg");
        MODELS.put("classification", "cls-single");
        MODELS.put("multi-label", "cls-multi");
    }

    private Drawings() {
    }

    /** Returns a result for each task by its name. Oriented boxes are those of the detection, turned. */
    static Map<String, Inference> of(ImageSource image) {
        Map<String, Inference> results = new LinkedHashMap<>();
        try (EmbeddedEngine shipped = new EmbeddedEngine(SHIPPED); EmbeddedEngine ofTests = new EmbeddedEngine(OF_TESTS)) {
            MODELS.forEach((task, model) -> results.put(task, (model.contains("/") ? shipped : ofTests)
                    .infer(new ModelId(model), List.of(image), InferenceOptions.DEFAULTS).toCompletableFuture().join().get(0)));
        }
        Detections upright = (Detections) results.get("detection");
        results.put("oriented", new Detections(upright.info(), upright.predictions().stream().map(Drawings::turned).toList()));
        return results;
    }

    /** Returns objects at random places. */
    static Detections crowd(ImageSize image, int count) {
        Random random = new Random(count);
        return new Detections(InferenceInfo.of("", 0, image), IntStream.range(0, count).mapToObj(i -> {
            double side = image.width() * (0.02 + 0.06 * random.nextDouble());
            double left = random.nextDouble() * (image.width() - side);
            double top = random.nextDouble() * (image.height() - side);
            return Detection.of(new Box(left, top, left + side, top + side), random.nextDouble(), "class" + i % 20, i % 20, "");
        }).toList());
    }

    private static Detection turned(Detection detection) {
        Box box = detection.box();
        return detection.withOrientedBox(Stream.of(new Point(box.x1(), box.y1()), new Point(box.x2(), box.y1()),
                new Point(box.x2(), box.y2()), new Point(box.x1(), box.y2())).map(corner -> turned(corner, box.centre())).toList());
    }

    private static Point turned(Point point, Point centre) {
        double x = point.x() - centre.x();
        double y = point.y() - centre.y();
        return new Point(centre.x() + x * Math.cos(ANGLE) - y * Math.sin(ANGLE),
                centre.y() + x * Math.sin(ANGLE) + y * Math.cos(ANGLE));
    }
}
