package io.github.camelroboflow.embedded.image;

import io.github.camelroboflow.inference.geometry.ImageSize;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Lends memory for the pixels of one image; closing it returns the memory, which the next images use. Fresh memory costs several
 * times as much as decoding into it: the C library fetches blocks of more than 32 MB from the system each time, which clears their
 * pages one by one. Not thread-safe; the kept memory is shared by all threads.
 */
public final class PixelMemory implements AutoCloseable {

    /** The greatest number of blocks that are kept: for each processor an image, and the same one turned. */
    private static final int MAX_KEPT = 2 * Runtime.getRuntime().availableProcessors();

    /** The size in bytes of the greatest block that is kept, an image of 44 megapixels. */
    private static final long MAX_KEPT_SIZE = 128L << 20;

    private static final int UNIT = 1 << 20;
    private static final int CHANNELS = 3;

    /** The kept blocks, the one that was used last at first. Guarded by the class. */
    private static final Deque<Block> KEPT = new ArrayDeque<>();

    private final List<Block> lent = new ArrayList<>();

    /**
     * A block of memory.
     *
     * @param memory   rows of 1 MB
     * @param returned the time of its last use, by {@link System#nanoTime()}
     */
    private record Block(Mat memory, long returned) {

        static Block allocate(long bytes) {
            try (PointerScope scope = new PointerScope()) {
                return new Block(new Mat(rows(bytes), UNIT, opencv_core.CV_8UC1).retainReference(), 0);
            }
        }

        private static int rows(long bytes) {
            return Math.toIntExact((bytes + UNIT - 1) / UNIT);
        }

        long size() {
            return (long) memory.rows() * UNIT;
        }

        void free() {
            memory.releaseReference();
        }
    }

    /** Returns an image of undefined pixels, three channels of bytes, which is valid until this object is closed. */
    public Mat image(ImageSize size) {
        Block block = take(size.area() * CHANNELS);
        lent.add(block);
        return new Mat(size.height(), size.width(), opencv_core.CV_8UC3, block.memory().data());
    }

    @Override
    public void close() {
        lent.forEach(PixelMemory::giveBack);
        lent.clear();
    }

    private static Block take(long bytes) {
        synchronized (PixelMemory.class) {
            Block best = KEPT.stream().filter(block -> block.size() >= bytes).min(Comparator.comparing(Block::size)).orElse(null);
            if (best != null) {
                KEPT.remove(best);
                return best;
            }
        }
        return Block.allocate(bytes);
    }

    private static synchronized void giveBack(Block block) {
        if (block.size() > MAX_KEPT_SIZE) {
            block.free();
            return;
        }
        if (KEPT.size() == MAX_KEPT) {
            KEPT.removeLast().free();
        }
        KEPT.addFirst(new Block(block.memory(), System.nanoTime()));
    }

    /** Frees the kept memory that no image has used for so long. The threads of the engine do it when they end. */
    public static synchronized void freeUnusedFor(Duration time) {
        long now = System.nanoTime();
        while (!KEPT.isEmpty() && now - KEPT.peekLast().returned() >= time.toNanos()) {
            KEPT.removeLast().free();
        }
    }

    /** Returns the bytes that are kept for later images. */
    static synchronized long kept() {
        return KEPT.stream().mapToLong(Block::size).sum();
    }
}
