package io.github.camelroboflow.condition;

import java.util.stream.Stream;

/** How one detection can lie with regard to others. */
enum RelationKind {

    WITHOUT, NEAR, INSIDE, OVERLAPS;

    boolean holds(Shape shape, Stream<Shape> others) {
        return switch (this) {
            case WITHOUT -> others.noneMatch(shape::holdsCentreOf);
            case NEAR -> others.anyMatch(shape::isNear);
            case INSIDE -> others.anyMatch(shape::isInside);
            case OVERLAPS -> others.anyMatch(shape::overlaps);
        };
    }
}
