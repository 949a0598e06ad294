package io.github.camelroboflow.inference.geometry;

import io.github.camelroboflow.inference.geometry.Mask.ResultLimits;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * A mask in COCO's run-length encoding (the form that pycocotools calls a compressed RLE): the lengths of alternating
 * runs of pixels outside and inside, down the columns from the left. From the fourth run on, the difference to the run
 * before the last is stored. Each number is stored in groups of five bits, low bits first, as characters from
 * {@code '0'} on with a continuation bit of 32.
 *
 * @param width the width of the image, pixels
 * @param height the height of the image, pixels
 * @param counts the encoded run lengths
 */
public record Rle(int width, int height, String counts) {

    /**
     * An outline without points, which an object without pixels has in results with outlines. It has no size, because
     * the result has none.
     */
    public static final Rle NO_OUTLINE = new Rle(0, 0, "");

    public Rle {
        if (width < 0 || height < 0) {
            throw new IllegalArgumentException("an RLE mask can't be " + width + " x " + height);
        }
        if ((long) width * height > ResultLimits.MAX_PIXELS) {
            throw new IllegalArgumentException("an RLE mask of " + width + " x " + height + " pixels is larger than any image");
        }
    }

    /** @param runs the lengths of the runs in pixels, starting with one outside the mask (which may be 0) */
    public static Rle ofRuns(int width, int height, List<Integer> runs) {
        StringBuilder counts = new StringBuilder();
        for (int i = 0; i < runs.size(); i++) {
            int value = i > 2 ? runs.get(i) - runs.get(i - 2) : runs.get(i);
            boolean more = true;
            while (more) {
                int group = value & 31;
                value >>= 5;
                more = (group & 16) != 0 ? value != -1 : value != 0;
                counts.append((char) (48 + (more ? group | 32 : group)));
            }
        }
        return new Rle(width, height, counts.toString());
    }

    /** @throws IllegalArgumentException if the counts are invalid or don't cover the image */
    public List<Integer> runs() {
        List<Integer> runs = new ArrayList<>();
        forEachRun(runs::add);
        return runs;
    }

    /** @throws IllegalArgumentException as {@link #runs}, but needs no memory for the runs */
    public void validate() {
        forEachRun(run -> { });
    }

    private void forEachRun(IntConsumer consumer) {
        long pixels = (long) width * height;
        long total = 0;
        long count = 0;
        int beforeLast = 0;
        int last = 0;
        int position = 0;
        while (position < counts.length()) {
            int value = 0;
            int shift = 0;
            int group;
            do {
                if (position == counts.length() || shift > 30) {
                    throw new IllegalArgumentException("the RLE mask is truncated or invalid");
                }
                group = counts.charAt(position++) - 48;
                if (group < 0 || group > 63) {
                    throw new IllegalArgumentException("the RLE mask is truncated or invalid");
                }
                value |= (group & 31) << shift;
                shift += 5;
            } while ((group & 32) != 0);
            if ((group & 16) != 0 && shift < 32) {
                value |= -1 << shift;
            }
            int run = count > 2 ? value + beforeLast : value;
            if (run < 0) {
                throw new IllegalArgumentException("the RLE mask has a run of " + run + " pixels");
            }
            total += run;
            count++;
            if (total > pixels || count > 2 * pixels + 2) {
                throw new IllegalArgumentException("the RLE mask covers more than " + pixels + " pixels");
            }
            consumer.accept(run);
            beforeLast = last;
            last = run;
        }
        if (total != pixels) {
            throw new IllegalArgumentException("the RLE mask covers " + total + " of " + pixels + " pixels");
        }
    }

    /** Returns the same pixels, row by row. */
    public Mask mask() {
        validate();
        BitSet bits = new BitSet(Math.multiplyExact(width, height));
        forEachRun(new IntConsumer() {
            private int position;
            private boolean inside;

            @Override
            public void accept(int run) {
                int end = position + run;
                for (; inside && position < end; position++) {
                    bits.set(position % height * width + position / height);
                }
                position = end;
                inside = !inside;
            }
        });
        return new Mask(0, 0, width, height, bits);
    }
}
