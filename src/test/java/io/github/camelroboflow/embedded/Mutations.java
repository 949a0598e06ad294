package io.github.camelroboflow.embedded;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;

/** Damages images like transfers, disks and attackers. The same seed causes the same damage. */
public final class Mutations {

    private static final int[] EXTREMES = {0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0xffff, 0x7fff, 0x10000, 65_500};

    private final Random random;

    public Mutations(long seed) {
        random = new Random(seed);
    }

    /**
     * Makes one to three changes. After half of the changes, the checksums of a PNG are corrected, so that decoders read further.
     */
    public byte[] of(byte[] image) {
        byte[] mutated = image.clone();
        for (int changes = 1 + random.nextInt(3); changes > 0 && mutated.length > 1; changes--) {
            mutated = change(mutated);
        }
        return random.nextBoolean() ? withChecksums(mutated) : mutated;
    }

    private byte[] change(byte[] image) {
        return switch (random.nextInt(8)) {
            case 0 -> Arrays.copyOf(image, 1 + random.nextInt(image.length));
            case 1 -> flipped(image, image.length);
            case 2 -> flipped(image, Math.min(image.length, 600));
            case 3 -> extreme(image);
            case 4 -> swapped(image);
            case 5 -> without(image);
            case 6 -> doubled(image);
            default -> noise(image);
        };
    }

    private byte[] flipped(byte[] image, int within) {
        for (int bits = 1 + random.nextInt(12); bits > 0; bits--) {
            image[random.nextInt(within)] ^= (byte) (1 << random.nextInt(8));
        }
        return image;
    }

    /** Sets a number of the header, such as a size, to a very large, small or negative value. */
    private byte[] extreme(byte[] image) {
        ByteOrder order = random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        ByteBuffer bytes = ByteBuffer.wrap(image).order(order);
        int value = EXTREMES[random.nextInt(EXTREMES.length)];
        int size = random.nextBoolean() ? 2 : 4;
        int at = random.nextInt(Math.max(1, Math.min(image.length, 400) - size));
        if (at + size <= image.length) {
            if (size == 2) {
                bytes.putShort(at, (short) value);
            } else {
                bytes.putInt(at, value);
            }
        }
        return image;
    }

    private byte[] swapped(byte[] image) {
        int length = 1 + random.nextInt(Math.max(1, Math.min(4096, image.length / 3)));
        int one = random.nextInt(image.length - length + 1);
        int other = random.nextInt(image.length - length + 1);
        byte[] moved = Arrays.copyOfRange(image, one, one + length);
        System.arraycopy(image, other, image, one, length);
        System.arraycopy(moved, 0, image, other, length);
        return image;
    }

    private byte[] without(byte[] image) {
        int from = random.nextInt(image.length);
        int to = Math.min(image.length, from + 1 + random.nextInt(2000));
        byte[] shorter = Arrays.copyOf(image, image.length - (to - from));
        System.arraycopy(image, to, shorter, from, image.length - to);
        return shorter;
    }

    private byte[] doubled(byte[] image) {
        int from = random.nextInt(image.length);
        int length = Math.min(image.length - from, 1 + random.nextInt(2000));
        byte[] longer = Arrays.copyOf(image, image.length + length);
        System.arraycopy(image, from, longer, from + length, image.length - from);
        return longer;
    }

    private byte[] noise(byte[] image) {
        int from = random.nextInt(image.length);
        byte[] bytes = new byte[Math.min(image.length - from, 1 + random.nextInt(300))];
        random.nextBytes(bytes);
        System.arraycopy(bytes, 0, image, from, bytes.length);
        return image;
    }

    private static byte[] withChecksums(byte[] image) {
        ByteBuffer bytes = ByteBuffer.wrap(image);
        boolean png = image.length > 8 && bytes.getLong(0) == 0x89504E470D0A1A0AL;
        long position = 8;
        while (png && position + 12 <= image.length) {
            long length = bytes.getInt((int) position) & 0xffffffffL;
            if (position + 12 + length <= image.length) {
                CRC32 checksum = new CRC32();
                checksum.update(image, (int) position + 4, (int) length + 4);
                bytes.putInt((int) (position + 8 + length), (int) checksum.getValue());
            }
            position += 12 + length;
        }
        return image;
    }
}
