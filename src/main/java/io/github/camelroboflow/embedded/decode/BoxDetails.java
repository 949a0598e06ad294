package io.github.camelroboflow.embedded.decode;

import static io.github.camelroboflow.inference.InferenceOption.CLASS_AGNOSTIC_NMS;
import static io.github.camelroboflow.inference.InferenceOption.KEYPOINT_CONFIDENCE;
import static io.github.camelroboflow.inference.InferenceOption.MAX_DETECTIONS;
import static io.github.camelroboflow.inference.InferenceOption.OVERLAP;

import io.github.camelroboflow.embedded.decode.Activation.Sigmoid;
import io.github.camelroboflow.embedded.decode.NonMaximumSuppression.Candidates;
import io.github.camelroboflow.embedded.decode.OutputDecoder.OutputChecks;
import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.embedded.model.ModelDeclaration.KeypointNames;
import io.github.camelroboflow.embedded.preprocessing.Placement;
import io.github.camelroboflow.embedded.session.FloatTensor;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detection.Keypoint;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.Task;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.Box.ConvexPolygon;
import io.github.camelroboflow.inference.geometry.Box.Point;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** The details of an object that a model gives besides its box. Immutable, used by many threads. */
interface BoxDetails {

    /** No details. */
    BoxDetails NONE = new BoxDetails() {
        @Override
        public Task task() {
            return Task.OBJECT_DETECTION;
        }

        @Override
        public int extras() {
            return 0;
        }

        @Override
        public Reader reader(List<FloatTensor> outputs, Placement placement, InferenceOptions options) {
            return (detection, candidates, index, extras) -> detection;
        }
    };

    Task task();

    /** Returns how many numbers the net gives with each box for the details. */
    int extras();

    /**
     * Suppresses overlapping boxes, and returns the indices of the others, the most confident first.
     *
     * @param layout layout that reads the numbers after a box's scores
     */
    default int[] suppress(Candidates candidates, BoxLayout layout, List<FloatTensor> outputs, InferenceOptions options) {
        return NonMaximumSuppression.keep(candidates, options.get(OVERLAP), options.get(MAX_DETECTIONS),
                options.get(CLASS_AGNOSTIC_NMS));
    }

    /** Returns a reader for the objects of one image. */
    Reader reader(List<FloatTensor> outputs, Placement placement, InferenceOptions options);

    /** Adds the details to the detections of one image, one after the other. */
    interface Reader {

        /**
         * @param detection  detection with its box and class
         * @param candidates candidates in input pixels
         * @param index      index of the detection among the candidates
         * @param extras     numbers that the net gave with the box
         */
        Detection complete(Detection detection, Candidates candidates, int index, float[] extras);
    }

    /**
     * The keypoints of an object: for each slot, x and y in input pixels, and a confidence, 0 to 1. Slots without a keypoint of the
     * object's class are left out, and so are keypoints below the confidence threshold. Keypoints may lie outside the image.
     *
     * @param slots number of keypoints that the net gives with each box
     */
    record PoseDetails(int slots, KeypointNames names) implements BoxDetails {

        @Override
        public Task task() {
            return Task.KEYPOINT_DETECTION;
        }

        @Override
        public int extras() {
            return 3 * slots;
        }

        @Override
        public Reader reader(List<FloatTensor> outputs, Placement placement, InferenceOptions options) {
            float threshold = options.get(KEYPOINT_CONFIDENCE).floatValue();
            return (detection, candidates, index, extras) -> {
                List<Keypoint> keypoints = new ArrayList<>();
                for (int i = 0; i < names.count(detection.classId(), slots); i++) {
                    OutputChecks.scores(extras[3 * i + 2], extras[3 * i + 2]);
                    if (extras[3 * i + 2] >= threshold) {
                        Point point = placement.toImage(extras[3 * i], extras[3 * i + 1]);
                        keypoints.add(new Keypoint(point.x(), point.y(), extras[3 * i + 2], names.name(detection.classId(), i), i));
                    }
                }
                return detection.withKeypoints(keypoints);
            };
        }
    }

    /**
     * The mask of an object: a mix of an output's M prototypes {@code [1, M, h, w]} by the M coefficients of the box, cut off at
     * the box (Roboflow inference, engine N). Only pixels in the box are computed.
     *
     * @param output  index of the prototypes' output
     * @param count   M
     * @param sigmoid whether the mix goes through a sigmoid and the threshold is 0.5 (YOLOv8 to 12), or the threshold of the mix
     *                itself is 0 (YOLOv5, YOLOv7, YOLO26); between two pixels, the two differ at the edge of the box
     */
    record PrototypeMasks(int output, int count, boolean sigmoid) implements BoxDetails {

        @Override
        public Task task() {
            return Task.INSTANCE_SEGMENTATION;
        }

        @Override
        public int extras() {
            return count;
        }

        @Override
        public Reader reader(List<FloatTensor> outputs, Placement placement, InferenceOptions options) {
            FloatTensor prototypes = outputs.get(output);
            MaskScaler scaler = new MaskScaler(placement, (int) prototypes.shape()[3], (int) prototypes.shape()[2]);
            return (detection, candidates, index, extras) -> {
                Region window = scaler
                        .window(candidates.x1(index), candidates.y1(index), candidates.x2(index), candidates.y2(index));
                float[] values = mix(prototypes, window, extras);
                return InstanceMasks.add(detection, scaler.scale(window, values, sigmoid ? 0.5f : 0), placement.image(), options);
            };
        }

        private float[] mix(FloatTensor prototypes, Region window, float[] coefficients) {
            FloatBuffer source = prototypes.values();
            int width = (int) prototypes.shape()[3];
            int height = (int) prototypes.shape()[2];
            float[] values = new float[window.width() * window.height()];
            float[] row = new float[window.width()];
            for (int k = 0; k < count; k++) {
                for (int y = 0; y < window.height(); y++) {
                    source.get((k * height + window.top() + y) * width + window.left(), row);
                    for (int x = 0; x < row.length; x++) {
                        values[y * row.length + x] += coefficients[k] * row[x];
                    }
                }
            }
            for (int i = 0; sigmoid && i < values.length; i++) {
                values[i] = Sigmoid.of(values[i]);
            }
            return values;
        }
    }

    /**
     * The angle in radians, clockwise, by which a box is turned about its centre, as Ultralytics' OBB models give it (Ultralytics,
     * {@code xywhr2xyxyxyxy}). The corners are the points of the detection, and its box is the upright one around them.
     */
    record OrientedBox() implements BoxDetails {

        private static final double RIGHT_ANGLE = Math.PI / 2;

        @Override
        public Task task() {
            return Task.OBJECT_DETECTION;
        }

        @Override
        public int extras() {
            return 1;
        }

        @Override
        public int[] suppress(Candidates candidates, BoxLayout layout, List<FloatTensor> outputs, InferenceOptions options) {
            float[] angles = new float[candidates.size()];
            float[] angle = new float[1];
            for (int i = 0; i < angles.length; i++) {
                layout.extras(outputs, candidates.row(i), angle);
                angles[i] = angle[0];
            }
            return NonMaximumSuppression.keepOriented(candidates, angles, options.get(OVERLAP), options.get(MAX_DETECTIONS),
                    options.get(CLASS_AGNOSTIC_NMS));
        }

        @Override
        public Reader reader(List<FloatTensor> outputs, Placement placement, InferenceOptions options) {
            return (detection, candidates, index, extras) -> {
                List<Point> corners = corners(candidates, index, extras[0]);
                Box bounds = new ConvexPolygon(corners).bounds();
                Box box = placement.toImage((float) bounds.x1(), (float) bounds.y1(), (float) bounds.x2(), (float) bounds.y2());
                return Detection.of(box, detection.confidence(), detection.className(), detection.classId(),
                        detection.detectionId())
                        .withOrientedBox(corners.stream().map(placement::toImageExactly).toList());
            };
        }

        /** Returns the corners in input pixels. The first one depends on the angle within a quarter turn. */
        private static List<Point> corners(Candidates candidates, int i, float angle) {
            double x = (candidates.x1(i) + candidates.x2(i)) / 2.0;
            double y = (candidates.y1(i) + candidates.y2(i)) / 2.0;
            double half = (candidates.x2(i) - candidates.x1(i)) / 2.0;
            double otherHalf = (candidates.y2(i) - candidates.y1(i)) / 2.0;
            double turn = angle - Math.PI * Math.floor(angle / Math.PI);
            boolean swapped = turn >= RIGHT_ANGLE;
            double rest = swapped ? turn - RIGHT_ANGLE : turn;
            double length = swapped ? otherHalf : half;
            double depth = swapped ? half : otherHalf;
            double ux = length * Math.cos(rest);
            double uy = length * Math.sin(rest);
            double vx = -depth * Math.sin(rest);
            double vy = depth * Math.cos(rest);
            return List.of(new Point(x + ux + vx, y + uy + vy), new Point(x + ux - vx, y + uy - vy),
                    new Point(x - ux - vx, y - uy - vy), new Point(x - ux + vx, y - uy + vy));
        }
    }
}
