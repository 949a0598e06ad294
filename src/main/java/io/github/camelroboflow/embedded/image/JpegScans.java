package io.github.camelroboflow.embedded.image;

import static io.github.camelroboflow.embedded.image.JpegFrame.LAST;

import io.github.camelroboflow.embedded.image.ImageHeader.State;
import io.github.camelroboflow.embedded.image.JpegFrame.Component;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import javax.imageio.plugins.jpeg.JPEGHuffmanTable;

/**
 * Goes through the entropy-coded data of a JPEG without computing pixels, and finds whether it is damaged: a code that no table
 * has, a coefficient behind the last one of its block, an average brightness that no picture has, data that ends too early or too
 * late for its blocks, zeros in place of data, or restart markers in a wrong order (ITU T.81, annexes B, F and G). Decoders return
 * pictures of such data, too.
 *
 * <p>Data that writers add although the standard has no place for it is no damage: fill bytes, a restart marker after the last
 * interval, some bytes before a marker, a missing end marker. Arithmetic coding, lossless coding and twelve bits are not checked.
 */
final class JpegScans {

    /** The bytes between the data and the next marker that count as padding of a writer, whatever they are. */
    private static final int MOST_PADDING = 15;
    /** The largest dequantized mean of a block, four times as far as samples of eight bits reach. */
    private static final int MOST_MEAN = 4096;
    private static final int MOST_BLOCKS = 10;
    /** The zeros after the data of an interval: more than the blocks of a unit take. */
    private static final int ZEROS = MOST_BLOCKS * 64 * 4;
    /** The zero bytes that the coefficients of a picture may be: those of some blocks. */
    private static final int MOST_ZEROS = 128;
    private static final int FILL = 0xFF;
    private static final int END_OF_IMAGE = 0xD9;
    private static final int START_OF_SCAN = 0xDA;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes;
    private final ByteBuffer segments;
    private final HuffmanTable[] dcTables = new HuffmanTable[4];
    private final HuffmanTable[] acTables = new HuffmanTable[4];
    private final int[] quantizers = {1, 1, 1, 1};
    private int position = 2;
    private int restartInterval;
    private JpegFrame frame;
    /** The data of one interval without stuffed bytes, followed by zeros; its length in bits; how many of them were read. */
    private byte[] data;
    private long bits;
    private long bit;
    /** The number of blocks whose rest of the band is zero. */
    private int endOfBand;

    private JpegScans(byte[] bytes) {
        this.bytes = bytes;
        segments = ByteBuffer.wrap(bytes);
    }

    /**
     * Returns the state of a JPEG. Call it for an acceptable number of pixels: memory holds its data a second time, and a byte for
     * eight pixels of a progressive JPEG.
     */
    static State state(byte[] jpeg) {
        JpegScans scans = new JpegScans(jpeg);
        try {
            return scans.isWhole() ? State.WHOLE : State.DAMAGED;
        } catch (IndexOutOfBoundsException e) {
            return scans.frame != null && scans.frame.isComplete() ? State.WHOLE : State.TRUNCATED;
        }
    }

    private boolean isWhole() {
        boolean hasScan = false;
        while (true) {
            int marker = nextMarker();
            if (marker == END_OF_IMAGE && hasScan) {
                return true;
            }
            if (marker == 1 || marker >= 0xD0 && marker <= END_OF_IMAGE) {
                continue;
            }
            int length = Math.max(2, segments.getShort(position) & 0xffff);
            ByteBuffer segment = segments.slice(position + 2, length - 2);
            position += length;
            if (marker == START_OF_SCAN) {
                hasScan = true;
                if (!readScan(segment)) {
                    return false;
                }
            } else if (marker >= 0xC0 && marker <= 0xC2) {
                if (frame != null) {
                    return false;
                }
                frame = new JpegFrame(segment, marker == 0xC2);
                if (!frame.isKnown()) {
                    return true;
                }
            } else if (marker == 0xC4) {
                readHuffmanTables(segment);
            } else if (marker > 0xC2 && marker < 0xD0 && marker != 0xC8 && marker != 0xCC) {
                return true;
            } else if (marker == 0xDB && !readQuantizers(segment)) {
                return false;
            } else if (marker == 0xDD) {
                restartInterval = segment.getShort(0) & 0xffff;
            }
        }
    }

    /** Moves behind the next marker and returns it. Skips stray bytes, as decoders do. */
    private int nextMarker() {
        int marker = 0;
        while (marker == 0 || marker == FILL) {
            while (bytes[position++] != (byte) FILL) {
                continue;
            }
            do {
                marker = bytes[position++] & 0xff;
            } while (marker == FILL);
        }
        return marker;
    }

    private void readHuffmanTables(ByteBuffer segment) {
        while (segment.remaining() > 16) {
            int place = segment.get();
            byte[] lengths = new byte[16];
            segment.get(lengths);
            int count = 0;
            for (byte length : lengths) {
                count += length & 0xff;
            }
            byte[] symbols = new byte[count];
            segment.get(symbols, 0, Math.min(count, segment.remaining()));
            (place < 0x10 ? dcTables : acTables)[place & 3] = HuffmanTable.of(lengths, symbols);
        }
    }

    /** Returns false for a table with a zero, which no writer divides by. */
    private boolean readQuantizers(ByteBuffer segment) {
        int at = 0;
        while (at < segment.limit()) {
            int place = segment.get(at++);
            int size = place < 0x10 ? 1 : 2;
            for (int i = 0; i <= LAST; i++) {
                int value = size == 1 ? segment.get(at) & 0xff : segment.getShort(at) & 0xffff;
                if (value == 0) {
                    return false;
                }
                if (i == 0) {
                    quantizers[place & 3] = value;
                }
                at += size;
            }
        }
        return true;
    }

    /** Reads the data of a scan; returns whether it is that of a picture. */
    private boolean readScan(ByteBuffer header) {
        if (frame == null) {
            return false;
        }
        Scan scan = new Scan(header);
        int total = scan.units();
        int interval = restartInterval == 0 ? total : restartInterval;
        for (int done = 0, restart = 0; done < total; done += interval, restart++) {
            if (done > 0 && nextMarker() != 0xD0 + (restart - 1) % 8) {
                return false;
            }
            boolean ended = copyInterval();
            int count = Math.min(interval, total - done);
            boolean right = !hasZeros(scan) && scan.read(done, count);
            if (bit > bits && ended) {
                throw new IndexOutOfBoundsException(position);
            }
            if (!right || bit > bits || endOfBand > 0 || !ended && !isPadding(done + count == total)) {
                return false;
            }
        }
        scan.complete();
        return true;
    }

    /** Copies the data up to the next marker, without stuffed bytes. Returns whether the file ends there. */
    private boolean copyInterval() {
        if (data == null) {
            data = new byte[bytes.length - position + ZEROS];
        }
        int from = position;
        int to = 0;
        int marker = bytes.length;
        while (from < bytes.length) {
            while (from + 8 <= bytes.length && !hasFill((long) LONGS.get(bytes, from))) {
                LONGS.set(data, to, (long) LONGS.get(bytes, from));
                from += 8;
                to += 8;
            }
            while (from < bytes.length && bytes[from] != (byte) FILL) {
                data[to++] = bytes[from++];
            }
            marker = from;
            while (from < bytes.length && bytes[from] == (byte) FILL) {
                from++;
            }
            if (from == bytes.length || bytes[from] != 0) {
                break;
            }
            data[to++] = (byte) FILL;
            from++;
        }
        Arrays.fill(data, to, to + ZEROS, (byte) 0);
        position = marker;
        bits = 8L * to;
        bit = 0;
        endOfBand = 0;
        return from == bytes.length;
    }

    private static boolean hasFill(long eight) {
        return (~eight - 0x0101010101010101L & eight & 0x8080808080808080L) != 0;
    }

    /**
     * Returns whether the rest of the data, if there is any, was added by the writer. After the last interval this may be any
     * number of equal bytes; but not where zeros stand in place of the last blocks.
     */
    private boolean isPadding(boolean last) {
        int end = (int) (bits / 8);
        int start = (int) ((bit + 7) / 8);
        if (end - start <= MOST_PADDING) {
            return true;
        }
        boolean equal = (data[start] == 0 || data[start] == (byte) FILL) && isFilled(start, end, data[start]);
        return last && equal && !isFilled(Math.max(0, start - MOST_PADDING), start, (byte) 0);
    }

    /**
     * Returns whether there are zeros in place of data. They can belong to a picture where they stand for blocks without detail;
     * where they stand for coefficients, all of some blocks would have the same value.
     */
    private boolean hasZeros(Scan scan) {
        if (frame.progressive
                || Arrays.stream(scan.components).noneMatch(component -> (component.acTable.read(0) >>> 8 & 15) > 0)) {
            return false;
        }
        int end = (int) (bits / 8);
        for (int i = 0; i < end; i += MOST_ZEROS / 2) {
            if ((long) LONGS.get(data, i) == 0) {
                int from = i;
                while (from > 0 && data[from - 1] == 0) {
                    from--;
                }
                while (i < end && data[i] == 0) {
                    i++;
                }
                if (i - from >= MOST_ZEROS && i < end) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isFilled(int from, int to, byte value) {
        for (int i = from; i < to; i++) {
            if (data[i] != value) {
                return false;
            }
        }
        return true;
    }

    /** Returns the next bits, at least 57 of them, from the highest bit on. */
    private static long bitsAt(byte[] data, long bit) {
        return (long) LONGS.get(data, (int) (bit >>> 3)) << (bit & 7);
    }

    /** A pass over some components: all coefficients of a sequential picture, or some bits of some coefficients. */
    private final class Scan {

        private final Component[] components;
        private final int first;
        private final int last;
        private final int high;
        private final int low;

        Scan(ByteBuffer header) {
            components = new Component[header.get(0) & 0xff];
            for (int i = 0; i < components.length; i++) {
                int id = header.get(1 + 2 * i);
                int tables = header.get(2 + 2 * i);
                Component component = Arrays.stream(frame.components).filter(one -> one.id == id).findFirst()
                        .orElse(frame.components[i % frame.components.length]);
                component.dcTable = tableOrStandard(dcTables, tables >> 4 & 3);
                component.acTable = tableOrStandard(acTables, tables & 3);
                component.meanLimit = MOST_MEAN / quantizers[component.quantizer] + 1;
                components[i] = component;
            }
            int band = 1 + 2 * components.length;
            first = frame.progressive ? header.get(band) & LAST : 0;
            last = frame.progressive ? header.get(band + 1) & LAST : LAST;
            high = frame.progressive ? header.get(band + 2) >> 4 & 15 : 0;
            low = frame.progressive ? header.get(band + 2) & 15 : 0;
        }

        /** Returns the table, or the standard's own one for files that leave out the tables, as films do. */
        private HuffmanTable tableOrStandard(HuffmanTable[] tables, int place) {
            if (tables[place] == null) {
                JPEGHuffmanTable standard = tables == dcTables
                        ? place == 0 ? JPEGHuffmanTable.StdDCLuminance : JPEGHuffmanTable.StdDCChrominance
                        : place == 0 ? JPEGHuffmanTable.StdACLuminance : JPEGHuffmanTable.StdACChrominance;
                tables[place] = HuffmanTable.of(bytes(standard.getLengths(), 16), bytes(standard.getValues(), 0));
            }
            return tables[place];
        }

        private static byte[] bytes(short[] numbers, int least) {
            byte[] bytes = new byte[Math.max(least, numbers.length)];
            for (int i = 0; i < numbers.length; i++) {
                bytes[i] = (byte) numbers[i];
            }
            return bytes;
        }

        /** Returns the number of blocks of a single component, or of groups of blocks of several components. */
        int units() {
            return components.length == 1 ? frame.columns(components[0]) * frame.rows(components[0]) : frame.units();
        }

        /** Reads an interval; returns false where its data can't be that of a picture. */
        boolean read(int start, int count) {
            for (Component component : components) {
                component.mean = 0;
            }
            if (!frame.progressive) {
                return readBlocks(count, blocks());
            }
            if (first == 0) {
                return high == 0 ? readMeans(count, blocks()) : skipBits(count, blocks().length);
            }
            Component component = components[0];
            if (component.nonZero == null) {
                component.nonZero = new long[units()];
            }
            return high == 0 ? readBand(component, start, count) : refineBand(component, start, count);
        }

        private Component[] blocks() {
            Component[] blocks = new Component[components.length == 1 ? 1
                    : Arrays.stream(components).mapToInt(component -> component.horizontal * component.vertical).sum()];
            int next = 0;
            for (Component component : components) {
                int times = components.length == 1 ? 1 : component.horizontal * component.vertical;
                Arrays.fill(blocks, next, next + times, component);
                next += times;
            }
            return blocks;
        }

        /**
         * Reads whole blocks. The next bits are in a register, from its highest bit on; it is filled up before each code, with a
         * part of the data that may be there already.
         */
        private boolean readBlocks(int count, Component[] blocks) {
            byte[] source = data;
            long ahead = 0;
            int available = 0;
            int at = 0;
            for (int i = 0; i < count; i++) {
                for (Component block : blocks) {
                    ahead |= (long) LONGS.get(source, at) >>> available;
                    at += 63 - available >>> 3;
                    available |= 56;
                    int length = block.readMean(ahead, 0);
                    if (length < 0) {
                        return false;
                    }
                    ahead <<= length;
                    available -= length;
                    int[] several = block.acTable.several;
                    int k = 0;
                    while (k < LAST) {
                        int entry = several[(int) (ahead >>> 64 - HuffmanTable.AHEAD)];
                        k += entry >>> 8 & 0xff;
                        if (k > LAST) {
                            k -= entry >>> 8 & 0xff;
                            entry = block.acTable.next(ahead, k);
                            k += entry >>> 8 & 0xff;
                            if (k > LAST + 16) {
                                return false;
                            }
                        }
                        ahead <<= entry;
                        available -= entry & 0xff;
                        ahead |= (long) LONGS.get(source, at) >>> available;
                        at += 63 - available >>> 3;
                        available |= 56;
                        if (entry < 0) {
                            break;
                        }
                    }
                }
                if (8L * at - available > bits) {
                    break;
                }
            }
            bit = 8L * at - available;
            return true;
        }

        private boolean readMeans(int count, Component[] blocks) {
            for (int i = 0; i < count && bit <= bits; i++) {
                for (Component block : blocks) {
                    int length = block.readMean(bitsAt(data, bit), low);
                    if (length < 0) {
                        return false;
                    }
                    bit += length;
                }
            }
            return true;
        }

        private boolean skipBits(int count, int each) {
            bit += (long) count * each;
            return true;
        }

        private boolean readBand(Component component, int start, int count) {
            for (int block = start; block < start + count && bit <= bits; block++) {
                if (endOfBand > 0) {
                    int skipped = Math.min(endOfBand, start + count - block);
                    endOfBand -= skipped;
                    block += skipped - 1;
                    continue;
                }
                long nonZero = 0;
                for (int k = first; k <= last && endOfBand == 0; k++) {
                    int symbol = readSymbol(component.acTable);
                    int size = symbol & 15;
                    int run = symbol >> 4;
                    if (symbol < 0 || size > 0 && k + run > last) {
                        return false;
                    }
                    k += run;
                    if (size > 0) {
                        nonZero |= 1L << k;
                        bit += size;
                    } else if (run < 15) {
                        readEndOfBand(run);
                    }
                }
                component.nonZero[block] |= nonZero;
                endOfBand = Math.max(0, endOfBand - 1);
            }
            return true;
        }

        /** Reads further bits of coefficients: one for each that was not zero before, and those which are not zero from now on. */
        private boolean refineBand(Component component, int start, int count) {
            for (int block = start; block < start + count && bit <= bits; block++) {
                long before = component.nonZero[block];
                long nonZero = before;
                int k = first;
                while (k <= last && endOfBand == 0) {
                    int symbol = readSymbol(component.acTable);
                    int size = symbol & 15;
                    int run = symbol >> 4;
                    if (symbol < 0 || size > 1) {
                        return false;
                    }
                    if (size == 0 && run < 15) {
                        readEndOfBand(run);
                        break;
                    }
                    bit += size;
                    while (k <= last && ((before >>> k & 1) == 1 || run > 0)) {
                        if ((before >>> k & 1) == 1) {
                            bit++;
                        } else {
                            run--;
                        }
                        k++;
                    }
                    if (size > 0 && k > last) {
                        return false;
                    }
                    nonZero |= (long) size << k;
                    k++;
                }
                if (k <= last) {
                    bit += Long.bitCount(before >>> k << k & -1L >>> LAST - last);
                }
                component.nonZero[block] = nonZero;
                endOfBand = Math.max(0, endOfBand - 1);
            }
            return true;
        }

        private void readEndOfBand(int size) {
            endOfBand = 1 << size;
            if (size > 0) {
                endOfBand += (int) (bitsAt(data, bit) >>> 64 - size);
                bit += size;
            }
        }

        private int readSymbol(HuffmanTable table) {
            int code = table.read(bitsAt(data, bit));
            bit += code & 0xff;
            return code == 0 ? -1 : code >>> 8;
        }

        void complete() {
            for (Component component : components) {
                Arrays.fill(component.missing, first, last + 1, low);
            }
        }
    }
}
