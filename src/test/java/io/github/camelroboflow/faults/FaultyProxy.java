package io.github.camelroboflow.faults;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands before an S3 server and has its answers go wrong as it is told. Requests and answers pass as they are, so that signatures
 * stay valid; each connection serves one request.
 */
final class FaultyProxy implements AutoCloseable {

    enum Mood {
        WELL,
        /** Answers 503 Slow Down instead. */
        UNAVAILABLE,
        /** The connection ends in the middle of an object that is read. */
        CUT,
        /** Answers 400 Expired Token instead, as Amazon does when credentials have expired. */
        EXPIRED,
        /** Requests are carried out, but the connection ends before the answer. */
        UNANSWERED,
        /** The same, but just for what writes. */
        WRITES_UNANSWERED
    }

    private static final int LONGEST_HEAD = 64 * 1024;
    private static final Pattern LENGTH = Pattern.compile("(?im)^content-length:\\s*(\\d+)");
    /** An object's, not a list of a bucket. */
    private static final Pattern READING = Pattern.compile("GET /[^/? ]+/[^? ]+[? ](?s:.*)");

    private final URI server;
    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger spoilt = new AtomicInteger();
    private volatile Mood mood = Mood.WELL;

    FaultyProxy(String server) {
        this.server = URI.create(server);
        try {
            listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    String address() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    void becomes(Mood next) {
        mood = next;
    }

    /** How many requests went wrong. */
    int spoilt() {
        return spoilt.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                threads.execute(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            InputStream request = new BufferedInputStream(client.getInputStream());
            String head = head(request);
            if (head.isEmpty()) {
                return;
            }
            switch (mood) {
                case WELL -> forward(head, request, InputStream::transferTo, client);
                case CUT -> forward(head, request, READING.matcher(head).matches() ? this::half : InputStream::transferTo, client);
                case WRITES_UNANSWERED ->
                    forward(head, request, head.startsWith("PUT ") ? this::nothing : InputStream::transferTo, client);
                case UNANSWERED -> forward(head, request, this::nothing, client);
                case UNAVAILABLE -> refuse("503 Slow Down", "SlowDown", "Please reduce your request rate.", client);
                case EXPIRED -> refuse("400 Bad Request", "ExpiredToken", "The provided token has expired.", client);
            }
        } catch (IOException gone) {
            // one of both ended it
        }
    }

    @FunctionalInterface
    private interface Answer {
        void pass(InputStream from, OutputStream to) throws IOException;
    }

    private void forward(String head, InputStream request, Answer answer, Socket client) throws IOException {
        try (Socket upstream = new Socket(server.getHost(), server.getPort())) {
            upstream.getOutputStream().write(head.replaceAll("(?im)^connection:.*\r\n", "")
                    .replaceFirst("\r\n", "\r\nConnection: close\r\n").getBytes(ISO_8859_1));
            threads.execute(() -> pass(request, upstream));
            answer.pass(new BufferedInputStream(upstream.getInputStream()), client.getOutputStream());
        }
    }

    private void half(InputStream from, OutputStream to) throws IOException {
        spoilt.incrementAndGet();
        String head = head(from);
        Matcher length = LENGTH.matcher(head);
        to.write(head.getBytes(ISO_8859_1));
        to.write(from.readNBytes(length.find() ? Integer.parseInt(length.group(1)) / 2 : 0));
        to.flush();
    }

    private void nothing(InputStream from, OutputStream to) throws IOException {
        spoilt.incrementAndGet();
        String head = head(from);
        if (head.startsWith("HTTP/1.1 100")) {
            // or the client would not send the rest
            to.write(head.getBytes(ISO_8859_1));
            to.flush();
        }
        from.transferTo(OutputStream.nullOutputStream());
    }

    private void refuse(String status, String code, String message, Socket client) throws IOException {
        spoilt.incrementAndGet();
        client.getOutputStream().write(refusal(status, code, message));
        client.shutdownOutput();
        // or what is still being sent would reset the connection before the answer is read
        client.setSoTimeout(1000);
        client.getInputStream().transferTo(OutputStream.nullOutputStream());
    }

    private static byte[] refusal(String status, String code, String message) {
        String body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + code + "</Code><Message>" + message
                + "</Message><RequestId>1</RequestId></Error>";
        return ("HTTP/1.1 " + status + "\r\nContent-Type: application/xml\r\nContent-Length: " + body.length()
                + "\r\nConnection: close\r\n\r\n" + body).getBytes(ISO_8859_1);
    }

    private static void pass(InputStream from, Socket to) {
        try {
            from.transferTo(to.getOutputStream());
        } catch (IOException gone) {
            // the answer tells
        }
    }

    /** Up to the empty line, with it; empty if there is none. */
    private static String head(InputStream from) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        for (int next = from.read(); next >= 0 && head.size() < LONGEST_HEAD; next = from.read()) {
            head.write(next);
            if (next == '\n' && head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
                return head.toString(ISO_8859_1);
            }
        }
        return "";
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
