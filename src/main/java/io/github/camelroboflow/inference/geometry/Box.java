package io.github.camelroboflow.inference.geometry;

import java.util.ArrayList;
import java.util.List;

/** An axis-parallel box by its edges, in pixels of the image; {@code x2} and {@code y2} are exclusive. */
public record Box(double x1, double y1, double x2, double y2) {

    public double width() {
        return Math.max(0, x2 - x1);
    }

    public double height() {
        return Math.max(0, y2 - y1);
    }

    public double area() {
        return width() * height();
    }

    /** Returns the area of the intersection in square pixels; 0 if the boxes only touch. */
    public double intersection(Box other) {
        double width = Math.min(x2, other.x2) - Math.max(x1, other.x1);
        double height = Math.min(y2, other.y2) - Math.max(y1, other.y1);
        return width > 0 && height > 0 ? width * height : 0;
    }

    /** Returns the shortest distance between the two boxes in pixels; 0 if they touch or intersect. */
    public double gap(Box other) {
        double dx = Math.max(0, Math.max(x1, other.x1) - Math.min(x2, other.x2));
        double dy = Math.max(0, Math.max(y1, other.y1) - Math.min(y2, other.y2));
        return Math.hypot(dx, dy);
    }

    /** Returns whether the point lies in the box or on its edge. */
    public boolean contains(Point point) {
        return point.x() >= x1 && point.x() <= x2 && point.y() >= y1 && point.y() <= y2;
    }

    public Point centre() {
        return new Point((x1 + x2) / 2, (y1 + y2) / 2);
    }

    /** A point in the image, in pixels from its top left corner. */
    public record Point(double x, double y) {
    }

    /**
     * A convex polygon, such as a box that is not axis-parallel.
     *
     * @param corners the corners in order, clockwise or counterclockwise
     */
    public record ConvexPolygon(List<Point> corners) {

        public ConvexPolygon {
            corners = List.copyOf(corners);
        }

        /** Returns the corners of an axis-parallel box. */
        public static ConvexPolygon of(Box box) {
            return new ConvexPolygon(List.of(new Point(box.x1, box.y1), new Point(box.x2, box.y1), new Point(box.x2, box.y2),
                    new Point(box.x1, box.y2)));
        }

        public double area() {
            return Math.abs(signedArea());
        }

        private double signedArea() {
            double twice = 0;
            for (int i = 0; i < corners.size(); i++) {
                Point from = corners.get(i);
                Point to = next(i);
                twice += from.x * to.y - to.x * from.y;
            }
            return twice / 2;
        }

        private Point next(int i) {
            return corners.get((i + 1) % corners.size());
        }

        /** Returns the longest side in pixels. */
        public double longestSide() {
            double longest = 0;
            for (int i = 0; i < corners.size(); i++) {
                longest = Math.max(longest, distance(corners.get(i), next(i)));
            }
            return longest;
        }

        /** Returns the mean of the corners. */
        public Point centre() {
            return new Point(corners.stream().mapToDouble(Point::x).average().orElse(Double.NaN),
                    corners.stream().mapToDouble(Point::y).average().orElse(Double.NaN));
        }

        /** Returns the smallest axis-parallel box around the polygon. */
        public Box bounds() {
            return new Box(corners.stream().mapToDouble(Point::x).min().orElse(0),
                    corners.stream().mapToDouble(Point::y).min().orElse(0), corners.stream().mapToDouble(Point::x).max().orElse(0),
                    corners.stream().mapToDouble(Point::y).max().orElse(0));
        }

        /** Returns whether the point lies in the polygon or on its edge. */
        public boolean contains(Point point) {
            double direction = Math.signum(signedArea());
            for (int i = 0; i < corners.size(); i++) {
                if (direction * side(corners.get(i), next(i), point) < 0) {
                    return false;
                }
            }
            return direction != 0;
        }

        /** Returns twice the area of the triangle; its sign tells on which side of the line the point is. */
        private static double side(Point from, Point to, Point point) {
            return (to.x - from.x) * (point.y - from.y) - (to.y - from.y) * (point.x - from.x);
        }

        /** Returns the area of the intersection in square pixels; 0 if the polygons only touch. */
        public double intersection(ConvexPolygon other) {
            return clippedTo(other).area();
        }

        /** Returns the intersection, which has no corners if there is none (Sutherland and Hodgman). */
        public ConvexPolygon clippedTo(ConvexPolygon other) {
            double direction = Math.signum(other.signedArea());
            List<Point> left = direction == 0 ? List.of() : corners;
            for (int i = 0; i < other.corners.size(); i++) {
                left = clipped(left, other.corners.get(i), other.next(i), direction);
            }
            return new ConvexPolygon(left);
        }

        private static List<Point> clipped(List<Point> corners, Point from, Point to, double direction) {
            List<Point> left = new ArrayList<>();
            for (int i = 0; i < corners.size(); i++) {
                Point corner = corners.get(i);
                Point next = corners.get((i + 1) % corners.size());
                double inside = direction * side(from, to, corner);
                double nextInside = direction * side(from, to, next);
                if (inside >= 0) {
                    left.add(corner);
                }
                if (inside > 0 && nextInside < 0 || inside < 0 && nextInside > 0) {
                    double share = inside / (inside - nextInside);
                    left.add(new Point(corner.x + share * (next.x - corner.x), corner.y + share * (next.y - corner.y)));
                }
            }
            return left;
        }

        /** Returns the shortest distance between the two polygons in pixels; 0 if they touch or intersect. */
        public double gap(ConvexPolygon other) {
            if (corners.stream().anyMatch(other::contains) || other.corners.stream().anyMatch(this::contains)
                    || intersection(other) > 0) {
                return 0;
            }
            return Math.min(gapOfCorners(other), other.gapOfCorners(this));
        }

        /** Returns the shortest distance of a corner of this polygon from a side of the other. */
        private double gapOfCorners(ConvexPolygon other) {
            double shortest = Double.POSITIVE_INFINITY;
            for (Point corner : corners) {
                for (int i = 0; i < other.corners.size(); i++) {
                    shortest = Math.min(shortest, distance(corner, other.corners.get(i), other.next(i)));
                }
            }
            return shortest;
        }

        private static double distance(Point point, Point from, Point to) {
            double dx = to.x - from.x;
            double dy = to.y - from.y;
            double length = dx * dx + dy * dy;
            double along = length == 0 ? 0 : ((point.x - from.x) * dx + (point.y - from.y) * dy) / length;
            double share = Math.max(0, Math.min(1, along));
            return distance(point, new Point(from.x + share * dx, from.y + share * dy));
        }

        private static double distance(Point one, Point other) {
            return Math.hypot(one.x - other.x, one.y - other.y);
        }
    }
}
