package io.github.camelroboflow.hosted.fake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Reads HTTP/1.1 requests from a connection. */
final class RequestReader {

    private final InputStream in;

    RequestReader(InputStream in) {
        this.in = in;
    }

    /** Returns the next request's head, or {@code null} if the client has closed the connection. */
    FakeRequest head(int connection, Supplier<Duration> clock) throws IOException {
        String first = line();
        if (first == null) {
            return null;
        }
        Duration arrival = clock.get();
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = line(); line != null && !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.merge(line.substring(0, colon), line.substring(colon + 1).strip(), (a, b) -> a + ", " + b);
        }
        String[] parts = first.split(" ");
        return FakeRequest.of(parts[0], parts[1], headers, connection, arrival);
    }

    /** Returns the request with its body. */
    FakeRequest body(FakeRequest head) throws IOException {
        Kept kept = new Kept();
        if (head.header("Transfer-Encoding").orElse("").equalsIgnoreCase("chunked")) {
            for (int size = chunkSize(); size > 0; size = chunkSize()) {
                copy(size, kept);
                line();
            }
            line();
        } else {
            copy(Long.parseLong(head.header("Content-Length").orElse("0")), kept);
        }
        return head.withBody(kept.length > FakeRequest.KEPT ? new byte[0] : kept.bytes.toByteArray(), kept.length);
    }

    private int chunkSize() throws IOException {
        String line = line();
        if (line == null) {
            throw new EOFException("the client is gone");
        }
        return Integer.parseInt(line.split(";")[0].strip(), 16);
    }

    private void copy(long length, Kept kept) throws IOException {
        byte[] buffer = new byte[(int) Math.min(length, 1 << 15)];
        for (long left = length; left > 0;) {
            int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (count < 0) {
                throw new EOFException("the client is gone");
            }
            kept.add(buffer, count);
            left -= count;
        }
    }

    /** Returns a line without its end, or {@code null} at the end of the connection. */
    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        if (next < 0) {
            return null;
        }
        for (; next >= 0 && next != '\n'; next = in.read()) {
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(ISO_8859_1);
    }

    /** Counts all bytes and keeps them up to the limit. */
    private static final class Kept {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private long length;

        void add(byte[] buffer, int count) {
            length += count;
            if (length <= FakeRequest.KEPT) {
                bytes.write(buffer, 0, count);
            }
        }
    }
}
