package io.github.camelroboflow.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A proxy for {@code CONNECT} that requires a user and connects all names to one port of this machine. */
public final class TunnelProxy implements AutoCloseable {

    private final ServerSocket server;
    private final int target;
    private final String credentials;
    private final List<String> asked = new CopyOnWriteArrayList<>();

    /** @param credentials the value of {@code Proxy-Authorization}; empty if none is required */
    public TunnelProxy(int target, String credentials) {
        this.target = target;
        this.credentials = credentials;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        own(this::accept);
    }

    private static void own(Runnable work) {
        Thread thread = new Thread(work, "tunnel-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                own(() -> serve(client));
            } catch (IOException e) {
                // the proxy is closed
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client; Socket receiver = new Socket(InetAddress.getLoopbackAddress(), target)) {
            String head = head(client.getInputStream());
            while (!credentials.isEmpty() && !head.contains("Proxy-Authorization: " + credentials)) {
                write(client, "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 9\r\n\r\nwho, you?");
                head = head(client.getInputStream());
            }
            asked.add(head.lines().findFirst().orElse(""));
            write(client, "HTTP/1.1 200 Connected\r\n\r\n");
            own(() -> copy(receiver, client));
            copy(client, receiver);
        } catch (IOException e) {
            // one side closed the connection
            return;
        }
    }

    private static void write(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the client is gone");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static void copy(Socket from, Socket to) {
        try {
            OutputStream out = to.getOutputStream();
            from.getInputStream().transferTo(out);
            to.shutdownOutput();
        } catch (IOException e) {
            // one side closed the connection
            return;
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Returns the first lines of the accepted requests. */
    public List<String> asked() {
        return List.copyOf(asked);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
