package io.github.camelroboflow.inference.geometry;

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
}
