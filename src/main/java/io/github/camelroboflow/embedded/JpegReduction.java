package io.github.camelroboflow.embedded;

import io.github.camelroboflow.inference.ImageSize;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** By how much a JPEG is reduced while it is decoded: its decoder then does less for each block of 8 by 8 pixels. */
final class JpegReduction {

    private JpegReduction() {
    }

    /**
     * The greatest reduction to 1/8, 1/4 or 1/2 that leaves enough pixels and divides both sides, since otherwise the last pixels
     * would stand for less than the others and move what is found; or 1.
     */
    static int of(ImageSize stored, Predicate<ImageSize> enough) {
        return IntStream.of(8, 4, 2).filter(n -> stored.width() % n == 0 && stored.height() % n == 0
                && enough.test(new ImageSize(stored.width() / n, stored.height() / n))).findFirst().orElse(1);
    }
}
