package io.github.camelroboflow.embedded;

import io.github.camelroboflow.inference.ImageSize;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;

/**
 * An image in memory.
 *
 * @param pixels    three channels of bytes, blue first
 * @param reduction how many pixels of the image's width, and of its height, one of these stands for
 */
record DecodedImage(Mat pixels, int reduction) {

    /** The image's own, in its EXIF orientation if that was applied. */
    ImageSize size() {
        return new ImageSize(pixels.cols() * reduction, pixels.rows() * reduction);
    }

    /** @param region of the image; if that was reduced, all of it */
    Mat part(Region region) {
        boolean whole = region.width() == pixels.cols() * reduction && region.height() == pixels.rows() * reduction;
        return whole ? pixels : pixels.apply(new Rect(region.left(), region.top(), region.width(), region.height()));
    }
}
