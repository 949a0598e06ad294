package io.github.camelroboflow.faults;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.camelroboflow.app.fixture.BucketRelay;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A proxy of an S3 server that makes requests fail in the mode that a test sets. */
final class FaultyProxy extends BucketRelay {

    enum Mood {
        WELL,
        /** Answers 503 Slow Down instead. */
        UNAVAILABLE,
        /** Ends the connection in the middle of an object that is read. */
        CUT,
        /** Answers 400 Expired Token instead, as Amazon does when credentials have expired. */
        EXPIRED,
        /** Executes requests, but ends the connection before the answer. */
        UNANSWERED,
        /** Does the same, but only for requests that write. */
        WRITES_UNANSWERED
    }

    /** Requests that read an object, not the list of a bucket. */
    private static final Pattern READING = Pattern.compile("GET /[^/? ]+/[^? ]+[? ](?s:.*)");

    private final AtomicInteger spoilt = new AtomicInteger();
    private volatile Mood mood = Mood.WELL;

    FaultyProxy(String server) {
        super(server);
    }

    void becomes(Mood next) {
        mood = next;
    }

    /** Returns the number of failed requests. */
    int spoilt() {
        return spoilt.get();
    }

    @Override
    protected void serve(String head, InputStream request, Socket client) throws IOException {
        switch (mood) {
            case WELL -> forward(head, request, InputStream::transferTo, client);
            case CUT -> forward(head, request, READING.matcher(head).matches() ? this::half : InputStream::transferTo, client);
            case WRITES_UNANSWERED ->
                forward(head, request, head.startsWith("PUT ") ? this::nothing : InputStream::transferTo, client);
            case UNANSWERED -> forward(head, request, this::nothing, client);
            case UNAVAILABLE -> refuse("503 Slow Down", "SlowDown", "Please reduce your request rate.", client);
            case EXPIRED -> refuse("400 Bad Request", "ExpiredToken", "The provided token has expired.", client);
        }
    }

    @FunctionalInterface
    private interface Answer {
        void pass(InputStream from, OutputStream to) throws IOException;
    }

    private void forward(String head, InputStream request, Answer answer, Socket client) throws IOException {
        try (Socket upstream = connect()) {
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
            // otherwise the client would not send the rest
            to.write(head.getBytes(ISO_8859_1));
            to.flush();
        }
        from.transferTo(OutputStream.nullOutputStream());
    }

    private void refuse(String status, String code, String message, Socket client) throws IOException {
        spoilt.incrementAndGet();
        client.getOutputStream().write(refusal(status, code, message).getBytes(ISO_8859_1));
        client.shutdownOutput();
        // reads the rest of the request, which would otherwise reset the connection before the answer is read
        client.setSoTimeout(1000);
        client.getInputStream().transferTo(OutputStream.nullOutputStream());
    }

    private static void pass(InputStream from, Socket to) {
        try {
            from.transferTo(to.getOutputStream());
        } catch (IOException gone) {
            // the server's answer reports the failure
        }
    }
}
