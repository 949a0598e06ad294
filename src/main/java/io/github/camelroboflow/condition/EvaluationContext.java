package io.github.camelroboflow.condition;

import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.Inference.Finding;
import io.github.camelroboflow.inference.Inference.LocatedInference;
import java.util.List;
import java.util.function.Predicate;

/** One result during one test of a condition. Computes a detection's shape at most once. Not thread-safe. */
final class EvaluationContext {

    /**
     * The number of pixels that are compared in about a minute. Hundreds of masks of a usual image need a part of it.
     */
    private static final long MAX_COMPARED_PIXELS = 50_000_000_000L;

    private final Inference inference;
    private final List<? extends Finding> findings;
    private final Shape[] shapes;
    /** The number of pixels that may still be compared. */
    private long remainingPixels = MAX_COMPARED_PIXELS;

    EvaluationContext(Inference inference) {
        this.inference = inference;
        this.findings = inference.findings();
        this.shapes = new Shape[findings.size()];
    }

    boolean isEmpty() {
        return findings.stream().allMatch(finding -> NamePattern.isBackground(finding.className()));
    }

    int size() {
        return findings.size();
    }

    Finding finding(int index) {
        return findings.get(index);
    }

    /** Returns a finding's shape; only for results with boxes. */
    Shape shape(int index) {
        if (shapes[index] == null) {
            shapes[index] = new Shape((Detection) findings.get(index), this::consume);
        }
        return shapes[index];
    }

    private void consume(long pixels) {
        remainingPixels -= pixels;
        if (remainingPixels < 0) {
            throw new IllegalStateException("its " + findings.size() + " masks are too large to be compared with each other");
        }
    }

    /** Returns the share of the image that the classes cover; only for results with locations. */
    double coverage(Predicate<? super String> classNames) {
        return ((LocatedInference) inference).coverage(classNames);
    }
}
