package io.github.camelroboflow.embedded.tiling;

import io.github.camelroboflow.embedded.decode.InstanceMasks.PixelMask;
import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.geometry.Rle;
import java.util.Arrays;
import java.util.List;

/**
 * The pixels of an object in a large image, in memory proportional to their outline: the positions where spans begin and end, in
 * turn, counted down the columns of the image from the left. Spans are in order, their ends are exclusive, and none is empty.
 */
record PixelSpans(ImageSize image, int[] ends) {

    /**
     * Returns the pixels of a mask of the downscaled image. Each pixel of the mask stands for a square of the image with side
     * {@code factor}.
     */
    static PixelSpans enlarged(Rle mask, int factor, ImageSize image) {
        int[] small = of(mask, new Region(0, 0, mask.width(), mask.height()), new ImageSize(mask.width(), mask.height())).ends;
        int[] ends = new int[Math.multiplyExact(small.length, factor)];
        int size = 0;
        int i = 0;
        while (i < small.length) {
            int column = small[i] / mask.height();
            int next = i;
            while (next < small.length && small[next] / mask.height() == column) {
                next += 2;
            }
            for (int x = column * factor; x < (column + 1) * factor; x++) {
                for (int at = i; at < next; at += 2) {
                    ends[size++] = x * image.height() + (small[at] - column * mask.height()) * factor;
                    ends[size++] = x * image.height() + (small[at + 1] - column * mask.height()) * factor;
                }
            }
            i = next;
        }
        return new PixelSpans(image, ends);
    }

    /** Returns the pixels of a mask of a part of the image. */
    static PixelSpans of(Rle mask, Region part, ImageSize image) {
        List<Integer> runs = mask.runs();
        int[] ends = new int[16];
        int size = 0;
        int position = 0;
        for (int i = 0; i < runs.size(); i++) {
            int end = position + runs.get(i);
            while (i % 2 == 1 && position < end) {
                int column = position / part.height();
                int columnEnd = Math.min(end, (column + 1) * part.height());
                int offset = (part.left() + column) * image.height() + part.top() - column * part.height();
                if (size == ends.length) {
                    ends = Arrays.copyOf(ends, 2 * size);
                }
                ends[size++] = offset + position;
                ends[size++] = offset + columnEnd;
                position = columnEnd;
            }
            position = end;
        }
        return new PixelSpans(image, Arrays.copyOf(ends, size));
    }

    /** Returns the pixels of both. */
    PixelSpans union(PixelSpans other) {
        int[] union = new int[ends.length + other.ends.length];
        int size = 0;
        int i = 0;
        int j = 0;
        while (i < ends.length || j < other.ends.length) {
            boolean mine = j == other.ends.length || i < ends.length && ends[i] <= other.ends[j];
            int start = mine ? ends[i] : other.ends[j];
            int end = mine ? ends[i + 1] : other.ends[j + 1];
            i += mine ? 2 : 0;
            j += mine ? 0 : 2;
            if (size > 0 && start <= union[size - 1]) {
                union[size - 1] = Math.max(union[size - 1], end);
            } else {
                union[size++] = start;
                union[size++] = end;
            }
        }
        return new PixelSpans(image, Arrays.copyOf(union, size));
    }

    /** Returns the same pixels within the smallest window that holds them. */
    PixelMask mask() {
        if (ends.length == 0) {
            return PixelMask.EMPTY;
        }
        int left = ends[0] / image.height();
        int right = (ends[ends.length - 1] - 1) / image.height();
        int top = image.height();
        int bottom = 0;
        for (int i = 0; i < ends.length; i += 2) {
            boolean oneColumn = ends[i] / image.height() == (ends[i + 1] - 1) / image.height();
            top = oneColumn ? Math.min(top, ends[i] % image.height()) : 0;
            bottom = oneColumn ? Math.max(bottom, (ends[i + 1] - 1) % image.height()) : image.height() - 1;
        }
        int width = right - left + 1;
        byte[] pixels = new byte[Math.multiplyExact(width, bottom - top + 1)];
        for (int i = 0; i < ends.length; i += 2) {
            for (int position = ends[i]; position < ends[i + 1]; position++) {
                pixels[(position % image.height() - top) * width + position / image.height() - left] = -1;
            }
        }
        return new PixelMask(new Region(left, top, width, bottom - top + 1), pixels);
    }
}
