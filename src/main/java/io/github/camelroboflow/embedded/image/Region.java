package io.github.camelroboflow.embedded.image;

import io.github.camelroboflow.inference.geometry.ImageSize;

/** A rectangle of whole pixels. */
public record Region(int left, int top, int width, int height) {

    /** Returns the largest part with these proportions, in the middle. */
    public Region middle(ImageSize proportions) {
        double scale = Math.min((double) width / proportions.width(), (double) height / proportions.height());
        int middleWidth = Math.max(1, (int) Math.rint(proportions.width() * scale));
        int middleHeight = Math.max(1, (int) Math.rint(proportions.height() * scale));
        return new Region(left + (width - middleWidth) / 2, top + (height - middleHeight) / 2, middleWidth, middleHeight);
    }
}
