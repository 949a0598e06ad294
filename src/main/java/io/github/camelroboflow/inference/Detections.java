package io.github.camelroboflow.inference;

import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.Inference.LocatedInference;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.Mask;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * The result of an object detection, an instance segmentation or a keypoint detection.
 *
 * @param predictions the detected objects; the engines put the most confident first
 */
public record Detections(InferenceInfo info, List<Detection> predictions) implements LocatedInference {

    public Detections {
        predictions = List.copyOf(predictions);
    }

    @Override
    public List<Detection> findings() {
        return predictions;
    }

    @Override
    public Detections withVisualization(String base64Jpeg) {
        return new Detections(info.withVisualization(base64Jpeg), predictions);
    }

    /**
     * {@inheritDoc} Uses masks if every such detection has one, else boxes: their pixels, if one is oriented.
     *
     * @throws IllegalStateException if the result has no image size
     */
    @Override
    public double coverage(Predicate<? super String> classNames) {
        List<Detection> chosen = predictions.stream().filter(detection -> classNames.test(detection.className())).toList();
        if (chosen.isEmpty()) {
            return 0;
        }
        if (info.image().area() == 0) {
            throw new IllegalStateException("coverage needs the size of the image, which this result does not have");
        }
        return covered(chosen) / info.image().area();
    }

    private double covered(List<Detection> chosen) {
        if (chosen.stream().allMatch(Detection::masked)) {
            return pixels(chosen.stream().map(Detection::mask).flatMap(Optional::stream));
        }
        if (chosen.stream().anyMatch(Detection::oriented)) {
            return pixels(chosen.stream().map(detection -> Mask.ofConvex(detection.polygon(), info.image())));
        }
        return area(chosen.stream().map(this::withinImage).toList());
    }

    /** Counts the pixels with one mask in memory at a time, because hundreds of masks of an image's size don't fit. */
    private double pixels(Stream<Mask> masks) {
        BitSet union = new BitSet(Math.toIntExact(info.image().area()));
        masks.forEach(mask -> mask.addTo(union, info.image()));
        return union.cardinality();
    }

    private Box withinImage(Detection detection) {
        Box box = detection.box();
        return new Box(Math.max(0, box.x1()), Math.max(0, box.y1()), Math.min(info.image().width(), box.x2()),
                Math.min(info.image().height(), box.y2()));
    }

    /**
     * Returns the area of a union of boxes: the sum over vertical strips between all edges of covered height times
     * width.
     */
    private static double area(List<Box> boxes) {
        double[] edges = boxes.stream().flatMapToDouble(box -> DoubleStream.of(box.x1(), box.x2())).sorted().distinct().toArray();
        double area = 0;
        for (int i = 0; i + 1 < edges.length; i++) {
            double from = edges[i];
            double to = edges[i + 1];
            double covered = 0;
            double bottom = Double.NEGATIVE_INFINITY;
            for (Box box : boxes.stream().filter(b -> b.x1() <= from && b.x2() >= to)
                    .sorted((a, b) -> Double.compare(a.y1(), b.y1())).toList()) {
                covered += Math.max(0, box.y2() - Math.max(box.y1(), bottom));
                bottom = Math.max(bottom, box.y2());
            }
            area += covered * (to - from);
        }
        return area;
    }
}
