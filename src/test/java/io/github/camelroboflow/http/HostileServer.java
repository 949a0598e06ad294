package io.github.camelroboflow.http;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A server of raw bytes that attacks its clients and counts the bytes. An attack ends when the client closes the
 * connection.
 */
public final class HostileServer implements AutoCloseable {

    /** The maximum number of bytes sent: more than any client reads, and few enough to be harmless. */
    private static final long MOST = 300_000_000;
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    /** A declared length of which only a part is sent. */
    public static final long HUGE = 50L << 30;

    /** Responds to one request. */
    @FunctionalInterface
    public interface Answer {
        void to(OutputStream out) throws IOException;
    }

    /** Responses in which a part never ends. */
    public enum Endless implements Answer {
        HEADER_LINE(out -> repeat(out, OK + "X: ", "a".repeat(10_000))),
        STATUS_LINE(out -> repeat(out, "HTTP/1.1 200 ", "a".repeat(10_000))),
        HEADERS(out -> repeat(out, OK, "X: a\r\n".repeat(1000))),
        FOLDED_HEADER(out -> repeat(out, OK + "X: a\r\n", " a\r\n".repeat(1000))),
        EMPTY_LINES(out -> repeat(out, "", "\r\n".repeat(1000))),
        NO_HTTP(out -> repeat(out, "", "hello\r\n".repeat(1000))),
        INTERIM_100(out -> repeat(out, "", "HTTP/1.1 100 Continue\r\n\r\n".repeat(1000))),
        INTERIM_103(out -> repeat(out, "", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n".repeat(1000)));

        private final Answer answer;

        Endless(Answer answer) {
            this.answer = answer;
        }

        @Override
        public void to(OutputStream out) throws IOException {
            answer.to(out);
        }
    }

    /** Responses with a valid head and an endless body. */
    public enum EndlessBody {
        CHUNKS("Transfer-Encoding: chunked\r\n\r\n", "1000\r\n" + "a".repeat(0x1000) + "\r\n"),
        LENGTH("Content-Length: " + HUGE + "\r\n\r\n", "a".repeat(10_000)),
        UNTIL_CLOSED("\r\n", "a".repeat(10_000)),
        TRAILERS("Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", "X: a\r\n".repeat(1000)),
        TRAILER_LINE("Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX: ", "a".repeat(10_000)),
        CHUNK_EXTENSION("Transfer-Encoding: chunked\r\n\r\n2;", "a".repeat(10_000));

        private final String rest;
        private final String again;

        EndlessBody(String rest, String again) {
            this.rest = rest;
            this.again = again;
        }

        /** Returns the response with that status. */
        public Answer status(int status) {
            return out -> repeat(out, "HTTP/1.1 " + status + " S\r\n" + rest, again);
        }
    }

    private final ServerSocket socket;
    private final Answer answer;
    private final boolean first;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicInteger requests = new AtomicInteger();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    public HostileServer(Answer answer) {
        this(answer, false);
    }

    /** Returns a server that speaks before its client. */
    public static HostileServer greeting(Answer answer) {
        return new HostileServer(answer, true);
    }

    private HostileServer(Answer answer, boolean first) {
        this.answer = answer;
        this.first = first;
        try {
            socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        own(this::accept);
    }

    /** Sends the text unchanged. */
    public static Answer text(String text) {
        return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a piece every tenth of a second. */
    public static Answer drip(String begin, String again) {
        return out -> {
            text(begin).to(out);
            CountDownLatch never = new CountDownLatch(1);
            for (int i = 0; i < 600; i++) {
                out.flush();
                try {
                    never.await(100, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                text(again).to(out);
            }
        };
    }

    /** Sends a text, and then another one again and again. */
    public static Answer endless(String begin, String again) {
        return out -> repeat(out, begin, again);
    }

    private static void repeat(OutputStream out, String begin, String again) throws IOException {
        text(begin).to(out);
        byte[] bytes = again.getBytes(StandardCharsets.US_ASCII);
        for (long size = 0; size < MOST; size += bytes.length) {
            out.write(bytes);
        }
    }

    private static void own(Runnable work) {
        Thread thread = new Thread(work, "hostile-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                open.add(connection);
                own(() -> serve(connection));
            } catch (IOException e) {
                // the server is closed
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            OutputStream out = new BufferedOutputStream(new Counted(connection.getOutputStream()), 1 << 14);
            while (first || readRequest(connection.getInputStream())) {
                requests.incrementAndGet();
                answer.to(out);
                out.flush();
            }
        } catch (IOException e) {
            // the client closed the connection
            return;
        } finally {
            open.remove(connection);
        }
    }

    /** Reads a head and the body whose length it declares. */
    private static boolean readRequest(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return false;
            }
            head.append((char) next);
        }
        int length = head.toString().toLowerCase().lines().filter(line -> line.startsWith("content-length:"))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip())).findFirst().orElse(0);
        return in.readNBytes(length).length == length;
    }

    private final class Counted extends OutputStream {

        private final OutputStream out;

        Counted(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            sent.incrementAndGet();
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            out.write(bytes, from, count);
            sent.addAndGet(count);
        }
    }

    public int port() {
        return socket.getLocalPort();
    }

    public String url(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    /** Returns the number of bytes sent, including those in the system's buffers. */
    public long sent() {
        return sent.get();
    }

    public int requests() {
        return requests.get();
    }

    /** Returns the number of open connections. */
    public int connections() {
        return open.size();
    }

    @Override
    public void close() {
        try {
            socket.close();
            for (Socket connection : open) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
