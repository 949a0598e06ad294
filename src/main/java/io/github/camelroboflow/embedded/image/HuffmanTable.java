package io.github.camelroboflow.embedded.image;

import io.github.camelroboflow.inference.support.LruMap;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;

/** A table of codes of a JPEG (ITU T.81, annex C and section F.2.2.3), which reads several codes in one step. */
final class HuffmanTable {

    /** The number of bits that select an entry. */
    static final int AHEAD = 12;
    /** The tables that are kept for later pictures: those of a writer are often the same. Its entries need not be filled again. */
    private static final int MOST_KEPT = 32;
    private static final Map<ByteBuffer, HuffmanTable> KEPT = Collections.synchronizedMap(new LruMap<>(MOST_KEPT));
    private static final int ENDS_BLOCK = 1 << 31;
    private static final int UNKNOWN = 0xff00;

    /**
     * The number of bits of all codes that are complete in these bits, with the bits of their coefficients, and the number of
     * coefficients, shifted by 8. Negative if they end the block, which counts as a coefficient. It is filled when it is used, by
     * any thread: each writes the same number.
     */
    final int[] several = new int[1 << AHEAD];
    /** The length of the first code and its symbol, shifted by 8; 0 if the code is longer, or if there is none. */
    private final short[] one = new short[1 << AHEAD];
    private final byte[] symbols;
    /** For each length, the first code that is longer, aligned to 16 bits, and the index of the symbol of code 0. */
    private final int[] ends = new int[17];
    private final int[] offsets = new int[17];

    /**
     * Returns the table of a segment.
     *
     * @param lengths the number of codes of each length, from 1 to 16 bits
     * @param symbols the symbols of all codes, in their order
     */
    static HuffmanTable of(byte[] lengths, byte[] symbols) {
        ByteBuffer key = ByteBuffer.allocate(lengths.length + symbols.length).put(lengths).put(symbols).flip();
        return KEPT.computeIfAbsent(key, absent -> new HuffmanTable(lengths, symbols));
    }

    private HuffmanTable(byte[] lengths, byte[] symbols) {
        this.symbols = symbols;
        Arrays.fill(several, UNKNOWN);
        int code = 0;
        int index = 0;
        for (int length = 1; length <= 16; length++) {
            offsets[length] = index - code;
            int count = Math.min(lengths[length - 1] & 0xff, symbols.length - index);
            for (int i = 0; i < count && length <= AHEAD; i++) {
                int from = Math.min(one.length, code + i << AHEAD - length);
                int to = Math.min(one.length, code + i + 1 << AHEAD - length);
                Arrays.fill(one, from, to, (short) ((symbols[index + i] & 0xff) << 8 | length));
            }
            code += count;
            index += count;
            ends[length] = code << 16 - length;
            code <<= 1;
        }
    }

    /**
     * Returns an entry as those for several codes are, where there is none yet, or where it may reach into the next block.
     *
     * @param k index of the last coefficient before it
     */
    int next(long ahead, int k) {
        int index = (int) (ahead >>> 64 - AHEAD);
        if (several[index] == UNKNOWN) {
            several[index] = several(index);
            if (k + (several[index] >>> 8 & 0xff) <= JpegFrame.LAST) {
                return several[index];
            }
        }
        int code = read(ahead);
        int size = code >>> 8 & 15;
        int run = code >>> 12;
        int length = (code & 0xff) + size;
        if (size == 0) {
            return code == 0 ? UNKNOWN : run < 15 ? ENDS_BLOCK | length : 16 << 8 | length;
        }
        return k + run < JpegFrame.LAST ? run + 1 << 8 | length : UNKNOWN;
    }

    private int several(int bits) {
        int length = 0;
        int count = 0;
        while (length < AHEAD) {
            int code = one[bits << length & (1 << AHEAD) - 1];
            int size = code >>> 8 & 15;
            int run = code >>> 12 & 15;
            if (code == 0 || length + (code & 0xff) > AHEAD) {
                break;
            }
            length += (code & 0xff) + size;
            if (size == 0 && run < 15) {
                return ENDS_BLOCK | count + 1 << 8 | length;
            }
            count += run + 1;
        }
        return length == 0 ? JpegFrame.LAST + 1 << 8 : count << 8 | length;
    }

    /** Returns the length of the first code and its symbol, shifted by 8; 0 if there is no such code. */
    int read(long ahead) {
        int code = one[(int) (ahead >>> 64 - AHEAD)] & 0xffff;
        if (code != 0) {
            return code;
        }
        int bits = (int) (ahead >>> 48);
        for (int length = AHEAD + 1; length <= 16; length++) {
            int index = offsets[length] + (bits >>> 16 - length);
            if (bits < ends[length] && index >= 0 && index < symbols.length) {
                return (symbols[index] & 0xff) << 8 | length;
            }
        }
        return 0;
    }
}
