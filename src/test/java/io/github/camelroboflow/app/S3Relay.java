package io.github.camelroboflow.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/** Stands before an S3 server. Each connection serves one request, and requests pass as they are, so that signatures stay valid. */
public abstract class S3Relay implements AutoCloseable {

    protected static final Pattern LENGTH = Pattern.compile("(?im)^content-length:\\s*(\\d+)");
    private static final int LONGEST_HEAD = 64 * 1024;

    protected final ExecutorService threads = Executors.newCachedThreadPool();
    private final URI server;
    private final ServerSocket listener;

    protected S3Relay(String server) {
        this.server = URI.create(server);
        try {
            listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    public String address() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    /**
     * Answers a request.
     *
     * @param head its first line and headers, up to the empty line and with it
     * @param body the rest of the connection
     */
    protected abstract void serve(String head, InputStream body, Socket client) throws IOException;

    protected Socket connect() throws IOException {
        return new Socket(server.getHost(), server.getPort());
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
            if (!head.isEmpty()) {
                serve(head, request, client);
            }
        } catch (IOException gone) {
            // one of both ended it
        }
    }

    /** Up to the empty line, with it; empty if there is none. */
    protected static String head(InputStream from) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        for (int next = from.read(); next >= 0 && head.size() < LONGEST_HEAD; next = from.read()) {
            head.write(next);
            if (next == '\n' && head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
                return head.toString(ISO_8859_1);
            }
        }
        return "";
    }

    /** @param status such as {@code 503 Slow Down} */
    public static String answer(String status, String body) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: application/xml\r\nContent-Length: " + body.length()
                + "\r\nConnection: close\r\n\r\n" + body;
    }

    protected static String refusal(String status, String code, String message) {
        return answer(status, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + code + "</Code><Message>" + message
                + "</Message><RequestId>1</RequestId></Error>");
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
