package io.github.camelroboflow.pixels;

import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.pixels.KeptBlocks.Block;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Lends memory for OpenCV's images; closing it returns the memory, which the next images use. Fresh memory costs several times as
 * much as decoding into it: the C library fetches blocks of more than 32 MB from the system each time, which clears their pages one
 * by one. Not thread-safe; the kept memory is shared by all threads.
 */
public final class PixelMemory implements AutoCloseable {

    private static final int CHANNELS = 3;
    private static final KeptBlocks<NativeBlock> BLOCKS = new KeptBlocks<>(NativeBlock::new);

    private final List<NativeBlock> lent = new ArrayList<>();

    /** A block outside the Java heap. */
    private static final class NativeBlock extends Block {

        private final Mat memory;

        NativeBlock(long size) {
            super(size);
            try (PointerScope scope = new PointerScope()) {
                memory = new Mat(Math.toIntExact(size / KeptBlocks.UNIT), KeptBlocks.UNIT, opencv_core.CV_8UC1).retainReference();
            }
        }

        @Override
        boolean begin() {
            return true;
        }

        @Override
        void end() {
            // nothing: the memory stays as it is
        }

        @Override
        void free() {
            memory.releaseReference();
        }
    }

    /** Returns whether memory for an image of this size is kept. More is freed after each image. */
    public static boolean keeps(ImageSize size) {
        return size.area() > 0 && size.area() * CHANNELS <= KeptBlocks.MAX_KEPT_SIZE;
    }

    /** Returns an image of undefined pixels, three channels of bytes, which is valid until this object is closed. */
    public Mat image(ImageSize size) {
        NativeBlock block = BLOCKS.take(size.area() * CHANNELS);
        lent.add(block);
        return new Mat(size.height(), size.width(), opencv_core.CV_8UC3, block.memory.data());
    }

    /** Returns the image in its EXIF orientation (EXIF 2.3, section 4.6.4). The given image is no longer valid. */
    public Mat upright(Mat stored, int orientation) {
        if (orientation == 1) {
            return stored;
        }
        boolean transposed = orientation > 4;
        Mat upright = image(transposed ? new ImageSize(stored.rows(), stored.cols()) : new ImageSize(stored.cols(), stored.rows()));
        switch (orientation) {
            case 2 -> opencv_core.flip(stored, upright, 1);
            case 3 -> opencv_core.flip(stored, upright, -1);
            case 4 -> opencv_core.flip(stored, upright, 0);
            case 6 -> opencv_core.rotate(stored, upright, opencv_core.ROTATE_90_CLOCKWISE);
            case 8 -> opencv_core.rotate(stored, upright, opencv_core.ROTATE_90_COUNTERCLOCKWISE);
            default -> opencv_core.transpose(stored, upright);
        }
        if (orientation == 7) {
            opencv_core.flip(upright, upright, -1);
        }
        giveBack(stored);
        return upright;
    }

    private void giveBack(Mat image) {
        long address = image.data().address();
        lent.stream().filter(block -> block.memory.data().address() == address).findFirst().ifPresent(block -> {
            lent.remove(block);
            BLOCKS.giveBack(block);
        });
    }

    @Override
    public void close() {
        lent.forEach(BLOCKS::giveBack);
        lent.clear();
    }

    /** Frees the kept memory that no image has used for so long. That of the last half minute is kept otherwise. */
    public static void freeUnusedFor(Duration time) {
        BLOCKS.freeUnusedFor(time);
    }

    /** @param instant by {@link System#nanoTime()} */
    static void freeUnusedSince(long instant) {
        BLOCKS.freeUnusedSince(instant);
    }

    /** Returns the bytes that are kept for later images. */
    static long kept() {
        return BLOCKS.kept();
    }
}
