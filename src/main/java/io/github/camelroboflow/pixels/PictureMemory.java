package io.github.camelroboflow.pixels;

import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.pixels.KeptBlocks.Block;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.lang.ref.SoftReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Lends memory for Java's images; closing it returns the memory, which the next images use. The collector frees what is kept before
 * the heap is full. Not thread-safe; the kept memory is shared by all threads. Needs no OpenCV.
 */
public final class PictureMemory implements AutoCloseable {

    private static final int CHANNELS = 3;
    private static final KeptBlocks<ArrayBlock> BLOCKS = new KeptBlocks<>(ArrayBlock::new);

    private final List<ArrayBlock> lent = new ArrayList<>();

    /** A block on the heap. */
    private static final class ArrayBlock extends Block {

        private final SoftReference<byte[]> kept;
        private byte[] used;

        ArrayBlock(long size) {
            super(size);
            used = new byte[Math.toIntExact(size)];
            kept = new SoftReference<>(used);
        }

        @Override
        boolean begin() {
            used = kept.get();
            return used != null;
        }

        @Override
        void end() {
            used = null;
        }

        @Override
        void free() {
            kept.clear();
        }
    }

    /**
     * Returns an image of undefined pixels, of {@link BufferedImage#TYPE_3BYTE_BGR}, which may be used until this object is closed.
     */
    public BufferedImage picture(ImageSize size) {
        ArrayBlock block = BLOCKS.take(size.area() * CHANNELS);
        lent.add(block);
        ComponentColorModel colors = new ComponentColorModel(ColorSpace.getInstance(ColorSpace.CS_sRGB), false, false,
                ComponentColorModel.OPAQUE, DataBuffer.TYPE_BYTE);
        return new BufferedImage(colors, Raster.createInterleavedRaster(new DataBufferByte(block.used, block.used.length),
                size.width(), size.height(), CHANNELS * size.width(), CHANNELS, new int[] {2, 1, 0}, null), false, null);
    }

    /** Returns the pixels of such an image, row by row, blue first. The array may be longer. */
    public static byte[] pixels(BufferedImage picture) {
        return ((DataBufferByte) picture.getRaster().getDataBuffer()).getData();
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

    /** Returns the bytes that are kept for later images. */
    static long kept() {
        return BLOCKS.kept();
    }
}
