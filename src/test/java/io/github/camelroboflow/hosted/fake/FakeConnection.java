package io.github.camelroboflow.hosted.fake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** One connection to the fake: HTTP/1.1, one request after the other, with the configured faults. */
final class FakeConnection {

    private static final Duration FOREVER = Duration.ofDays(1);

    private final FakeRoboflow fake;
    private final Socket socket;
    private final int number;
    private final BufferedInputStream in;
    private final OutputStream out;
    private boolean inFlight;

    FakeConnection(FakeRoboflow fake, Socket socket, int number) throws IOException {
        this.fake = fake;
        this.socket = socket;
        this.number = number;
        this.in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        this.out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
        socket.setTcpNoDelay(true);
    }

    /** Serves requests until either side closes the connection. */
    void serve() throws IOException {
        RequestReader reader = new RequestReader(in);
        for (FakeRequest head = read(reader); head != null; head = read(reader)) {
            Behaviour behaviour = fake.arrived();
            inFlight = true;
            try {
                if (!answer(reader, head, behaviour)) {
                    return;
                }
            } catch (IOException e) {
                head.aborted().set(!fake.isClosed());
                throw e;
            } finally {
                leave();
            }
        }
    }

    /** Ends the request's count. Called before the client can see the end of its response and send another request. */
    private void leave() {
        if (inFlight) {
            fake.left();
        }
        inFlight = false;
    }

    private FakeRequest read(RequestReader reader) throws IOException {
        return reader.head(number, fake::now);
    }

    /** @return whether the connection stays open */
    private boolean answer(RequestReader reader, FakeRequest head, Behaviour behaviour) throws IOException {
        FakeRequest request = behaviour.readsBody() ? body(reader, head) : head;
        fake.record(request);
        fake.work();
        try {
            if (behaviour.readsBody()) {
                pause(behaviour.delay());
            }
            return answer(request, behaviour);
        } finally {
            fake.rest();
        }
    }

    private FakeRequest body(RequestReader reader, FakeRequest head) throws IOException {
        if (head.header("Expect").isPresent()) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
            out.flush();
        }
        try {
            return reader.body(head);
        } catch (IOException e) {
            fake.record(head);
            throw e;
        }
    }

    private boolean answer(FakeRequest request, Behaviour behaviour) throws IOException {
        switch (behaviour.fault()) {
            case CUT -> {
                leave();
                return false;
            }
            case RESET -> {
                leave();
                socket.setSoLinger(true, 0);
                return false;
            }
            default -> {
                Reply reply = behaviour.answer().apply(() -> fake.usual(request));
                return send(request, behaviour.fault() == Behaviour.Fault.TRUNCATED ? reply.shortened(reply.length() / 2) : reply,
                        behaviour.fault());
            }
        }
    }

    private boolean send(FakeRequest request, Reply reply, Behaviour.Fault fault) throws IOException {
        boolean early = fault == Behaviour.Fault.BEFORE_BODY || fault == Behaviour.Fault.BEFORE_BODY_RESET;
        boolean last = early || request.header("Connection").orElse("").equalsIgnoreCase("close");
        boolean halved = fault == Behaviour.Fault.CUT_HALFWAY || fault == Behaviour.Fault.STALL_HALFWAY;
        head(reply, last);
        if (!request.method().equals("HEAD")) {
            copy(reply, halved ? reply.length() / 2 : reply.length());
        }
        if (fault == Behaviour.Fault.STALL_HALFWAY) {
            out.flush();
            pause(FOREVER);
        } else if (!halved && reply.chunked()) {
            out.write("0\r\n\r\n".getBytes(ISO_8859_1));
        }
        leave();
        out.flush();
        if (fault == Behaviour.Fault.BEFORE_BODY) {
            socket.shutdownOutput();
            in.transferTo(OutputStream.nullOutputStream());
        }
        return !last && !halved && fault != Behaviour.Fault.CLOSED_AFTERWARDS;
    }

    private void head(Reply reply, boolean last) throws IOException {
        StringBuilder head = new StringBuilder("HTTP/1.1 ").append(reply.status()).append(" \r\n");
        reply.headers().forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        head.append(reply.chunked() ? "Transfer-Encoding: chunked" : "Content-Length: " + reply.length()).append("\r\n");
        head.append("Connection: ").append(last ? "close" : "keep-alive").append("\r\n\r\n");
        out.write(head.toString().getBytes(ISO_8859_1));
    }

    private void copy(Reply reply, long length) throws IOException {
        byte[] buffer = new byte[1 << 15];
        try (InputStream body = reply.body().get()) {
            for (long left = length; left > 0;) {
                int count = body.readNBytes(buffer, 0, (int) Math.min(left, buffer.length));
                if (reply.chunked()) {
                    out.write((Integer.toHexString(count) + "\r\n").getBytes(ISO_8859_1));
                }
                out.write(buffer, 0, count);
                if (reply.chunked()) {
                    out.write("\r\n".getBytes(ISO_8859_1));
                }
                left -= count;
            }
        }
    }

    /** Waits, and detects if the client closes the connection meanwhile. */
    private void pause(Duration time) throws IOException {
        if (time.isZero()) {
            return;
        }
        socket.setSoTimeout((int) Math.max(1, time.toMillis()));
        in.mark(1);
        try {
            if (in.read() < 0) {
                throw new EOFException("the client is gone");
            }
            in.reset();
        } catch (SocketTimeoutException e) {
            // the client is still connected
        } finally {
            socket.setSoTimeout(0);
        }
    }
}
