package io.github.camelroboflow.embedded;

import java.util.function.UnaryOperator;
import org.bytedeco.opencv.opencv_core.Mat;

/** How the contrast of images was raised for training, by the platform's names. */
enum Contrast {

    NONE("", image -> image),
    STRETCHING("Contrast Stretching", ContrastStretching::apply),
    HISTOGRAM_EQUALIZATION("Histogram Equalization", HistogramEqualization::apply),
    ADAPTIVE_EQUALIZATION("Adaptive Equalization", AdaptiveEqualization::apply);

    private final String title;
    private final UnaryOperator<Mat> step;

    Contrast(String title, UnaryOperator<Mat> step) {
        this.title = title;
        this.step = step;
    }

    /** @throws IllegalArgumentException if there is no such contrast */
    static Contrast of(String title) {
        for (Contrast contrast : values()) {
            if (contrast != NONE && contrast.title.equalsIgnoreCase(title.strip())) {
                return contrast;
            }
        }
        throw new IllegalArgumentException("its contrast step '" + title + "' is none of " + STRETCHING.title + ", "
                + HISTOGRAM_EQUALIZATION.title + " and " + ADAPTIVE_EQUALIZATION.title);
    }

    /** @param image three channels of bytes; not changed */
    Mat apply(Mat image) {
        return step.apply(image);
    }
}
