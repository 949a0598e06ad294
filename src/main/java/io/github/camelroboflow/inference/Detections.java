package io.github.camelroboflow.inference;

import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.Inference.LocatedInference;
import io.github.camelroboflow.inference.geometry.Box;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;

/**
 * The result of an object detection, an instance segmentation or a keypoint detection.
 *
 * @param predictions what was detected, the most confident first as the engines give them
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
     * {@inheritDoc} By masks if every such detection has one, else by boxes.
     *
     * @throws IllegalStateException if the result does not tell the size of the image
     */
    @Override
    public double coverage(Predicate<? super String> classNames) {
        List<Detection> chosen = predictions.stream().filter(detection -> classNames.test(detection.className())).toList();
        if (chosen.isEmpty()) {
            return 0;
        }
        if (info.image().area() == 0) {
            throw new IllegalStateException("the result does not tell the size of its image, so coverage can't be computed");
        }
        boolean masked = chosen.stream().allMatch(detection -> detection.rle() != null || !detection.points().isEmpty());
        double covered = masked ? pixels(chosen) : area(chosen.stream().map(this::withinImage).toList());
        return covered / info.image().area();
    }

    /** One mask at a time, since hundreds of an image's size don't fit into memory. */
    private double pixels(List<Detection> chosen) {
        BitSet union = new BitSet(Math.toIntExact(info.image().area()));
        chosen.stream().map(Detection::mask).flatMap(Optional::stream).forEach(mask -> mask.addTo(union, info.image()));
        return union.cardinality();
    }

    private Box withinImage(Detection detection) {
        Box box = detection.box();
        return new Box(Math.max(0, box.x1()), Math.max(0, box.y1()), Math.min(info.image().width(), box.x2()),
                Math.min(info.image().height(), box.y2()));
    }

    /** The area of a union of boxes: cut into vertical strips at every edge, the covered height of each times its width. */
    private static double area(List<Box> boxes) {
        double[] edges = boxes.stream().flatMapToDouble(box -> DoubleStream.of(box.x1(), box.x2())).sorted().distinct().toArray();
        double area = 0;
        for (int i = 0; i + 1 < edges.length; i++) {
            double from = edges[i];
            double to = edges[i + 1];
            double covered = 0;
            double reached = Double.NEGATIVE_INFINITY;
            for (Box box : boxes.stream().filter(b -> b.x1() <= from && b.x2() >= to)
                    .sorted((a, b) -> Double.compare(a.y1(), b.y1())).toList()) {
                covered += Math.max(0, box.y2() - Math.max(box.y1(), reached));
                reached = Math.max(reached, box.y2());
            }
            area += covered * (to - from);
        }
        return area;
    }
}
