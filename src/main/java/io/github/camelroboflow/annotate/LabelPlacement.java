package io.github.camelroboflow.annotate;

import io.github.camelroboflow.inference.geometry.Box;
import java.awt.Dimension;
import java.awt.Rectangle;
import java.util.ArrayList;
import java.util.List;

/**
 * Places labels at the edges of their objects, so that each lies within the image and none covers another one. The labels take
 * their places one after the other: of its possible places that are free, each takes the one that hides the least of other objects
 * and is the most usual, which is above the object on the left. The time grows with the square of the number of labels, which the
 * caller limits.
 */
final class LabelPlacement {

    /** Shares of an edge at which labels may stand, the most usual first. */
    private static final double[] SHARES = {0, 1, 0.5, 0.25, 0.75, 0.125, 0.375, 0.625, 0.875};
    /**
     * The possible places, the most usual first. The left edge of a label is at {@code box.left + [0] * box.width + [1] *
     * label.width}, and its top edge at {@code box.top + [2] * box.height + [3] * label.height}.
     */
    private static final double[][] PLACES = places();

    /** Returns the places above an object, in it at its top, below it, in it at its bottom, and outside and inside at its sides. */
    private static double[][] places() {
        List<double[]> places = new ArrayList<>();
        for (double share : SHARES) {
            for (double[] edge : new double[][] {{0, -1}, {0, 0}, {1, 0}, {1, -1}}) {
                places.add(new double[] {share, -share, edge[0], edge[1]});
            }
            for (double[] edge : new double[][] {{1, 0}, {0, -1}, {0, 0}, {1, -1}}) {
                places.add(new double[] {edge[0], edge[1], share, -share});
            }
        }
        return places.toArray(new double[0][]);
    }

    /** The cost of a place for each more usual one. A place that hides one object as a whole costs 1. */
    private static final double UNUSUAL = 0.01;
    /** The cost of a place for each label's height by which it is moved to lie within the image. */
    private static final double MOVED = 0.2;
    /** The cost of hiding the label's own object as a whole; less for a part of it. */
    private static final double OWN = 0.1;

    private final Dimension image;
    private final int gap;
    private final List<Box> objects;
    private final List<Rectangle> taken;

    /**
     * @param gap     the least distance of two labels, pixels
     * @param objects the objects in the order of their labels
     * @param taken   the parts of the image where no label may be
     */
    LabelPlacement(Dimension image, int gap, List<Box> objects, List<Rectangle> taken) {
        this.image = image;
        this.gap = gap;
        this.objects = objects;
        this.taken = new ArrayList<>(taken);
    }

    /**
     * Returns the place of each label; {@code null} for a label without one. Called once.
     *
     * @param sizes  the sizes of the labels, none larger than the image
     * @param orNone whether to end with the first label that has no place
     */
    List<Rectangle> place(List<Dimension> sizes, boolean orNone) {
        List<Rectangle> places = new ArrayList<>();
        for (int i = 0; i < sizes.size() && !(orNone && i > 0 && places.get(i - 1) == null); i++) {
            Rectangle place = best(i, sizes.get(i));
            places.add(place);
            if (place != null) {
                taken.add(new Rectangle(place.x - gap, place.y - gap, place.width + 2 * gap, place.height + 2 * gap));
            }
        }
        return places;
    }

    private Rectangle best(int label, Dimension size) {
        Box own = objects.get(label);
        Rectangle best = null;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < PLACES.length; i++) {
            double left = own.x1() + PLACES[i][0] * own.width() + PLACES[i][1] * size.width;
            double top = own.y1() + PLACES[i][2] * own.height() + PLACES[i][3] * size.height;
            Rectangle place = new Rectangle((int) Math.max(0, Math.min(image.width - size.width, Math.rint(left))),
                    (int) Math.max(0, Math.min(image.height - size.height, Math.rint(top))), size.width, size.height);
            double moved = (Math.abs(place.x - left) + Math.abs(place.y - top)) / size.height;
            double usual = UNUSUAL * i + (moved > 1.0 / size.height ? MOVED * moved : 0);
            if (usual < least && isFree(place)) {
                double cost = usual + hidden(place, label);
                if (cost < least) {
                    least = cost;
                    best = place;
                }
            }
        }
        return best;
    }

    /** Looks at the places one by one, without a stream, since this is most of the time to draw labels. */
    private boolean isFree(Rectangle place) {
        for (int i = taken.size() - 1; i >= 0; i--) {
            Rectangle other = taken.get(i);
            if (place.x < other.x + other.width && other.x < place.x + place.width && place.y < other.y + other.height
                    && other.y < place.y + place.height) {
                return false;
            }
        }
        return true;
    }

    private double hidden(Rectangle place, int label) {
        double area = (double) place.width * place.height;
        double cost = 0;
        for (int i = 0; i < objects.size(); i++) {
            Box object = objects.get(i);
            double width = Math.min(object.x2(), place.x + place.width) - Math.max(object.x1(), place.x);
            double height = Math.min(object.y2(), place.y + place.height) - Math.max(object.y1(), place.y);
            if (width > 0 && height > 0) {
                cost += i == label ? OWN * width * height / object.area() : width * height / Math.min(object.area(), area);
            }
        }
        return cost;
    }
}
