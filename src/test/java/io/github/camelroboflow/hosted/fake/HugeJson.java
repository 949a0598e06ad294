package io.github.camelroboflow.hosted.fake;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Makes valid responses of any length while they are sent. */
public final class HugeJson {

    private static final byte[] START = "{\"image\":{\"width\":640,\"height\":480},\"predictions\":[".getBytes(US_ASCII);
    private static final String DETECTION = "{\"x\":1.0,\"y\":1.0,\"width\":2.0,\"height\":2.0,\"confidence\":0.5,\"class\":\"a\"}";
    private static final byte[] REPEATED = (DETECTION + ",").getBytes(US_ASCII);
    private static final byte[] END = (DETECTION + "]}").getBytes(US_ASCII);

    private HugeJson() {
    }

    public static Reply reply(long atLeast) {
        long repetitions = Math.max(0, (atLeast - START.length - END.length + REPEATED.length - 1) / REPEATED.length);
        long length = START.length + repetitions * REPEATED.length + END.length;
        return new Reply(200, Map.of("Content-Type", "application/json"), length, () -> open(repetitions), false);
    }

    private static InputStream open(long repetitions) {
        return new SequenceInputStream(Collections.enumeration(List.of(new ByteArrayInputStream(START),
                new Repetition(repetitions * REPEATED.length), new ByteArrayInputStream(END))));
    }

    private static final class Repetition extends InputStream {

        private final long length;
        private long position;

        Repetition(long length) {
            this.length = length;
        }

        @Override
        public int read() {
            return position == length ? -1 : REPEATED[(int) (position++ % REPEATED.length)];
        }

        @Override
        public int read(byte[] target, int offset, int wanted) {
            if (position == length) {
                return -1;
            }
            int start = (int) (position % REPEATED.length);
            int count = (int) Math.min(wanted, Math.min(REPEATED.length - start, length - position));
            System.arraycopy(REPEATED, start, target, offset, count);
            position += count;
            return count;
        }
    }
}
