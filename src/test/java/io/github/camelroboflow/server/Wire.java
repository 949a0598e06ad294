package io.github.camelroboflow.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A connection that sends bytes unchanged and reads the server's HTTP responses. Unlike an HTTP client it repairs and hides
 * nothing.
 */
public final class Wire implements AutoCloseable {

    /** An unchanged answer. */
    public record Response(int status, Map<String, String> headers, byte[] body) {

        public String type() {
            return headers.getOrDefault("content-type", "");
        }

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        public JsonNode json() {
            try {
                return ServerResponse.JSON.readTree(body);
            } catch (IOException e) {
                throw new AssertionError(text(), e);
            }
        }
    }

    private final Socket socket;
    private final InputStream input;

    public Wire(int port) {
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(60_000);
            socket.setTcpNoDelay(true);
            input = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a request on its own connection. The content type may be {@code null}. */
    public static Response ask(int port, String method, String target, String contentType, byte[] body) {
        return ask(port, method, target, contentType == null ? new String[0] : new String[] {"Content-Type: " + contentType}, body);
    }

    public static Response ask(int port, String method, String target, String[] headers, byte[] body) {
        try (Wire wire = new Wire(port)) {
            return wire.request(method, target, headers, body);
        }
    }

    public Response request(String method, String target, String[] headers, byte[] body) {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n");
        Arrays.stream(headers).forEach(header -> head.append(header).append("\r\n"));
        if (body != null) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        send(head.append("\r\n").toString());
        if (body != null) {
            send(body);
        }
        return receive(method.equals("HEAD"));
    }

    public void send(String text) {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public void send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns whether the server ends the connection without another byte. */
    public boolean ends() {
        try {
            return input.read() < 0;
        } catch (IOException e) {
            return true;
        }
    }

    public Response receive(boolean headOnly) {
        try {
            String line = line();
            int status = Integer.parseInt(line.split(" ")[1]);
            Map<String, String> headers = new TreeMap<>();
            for (line = line(); !line.isEmpty(); line = line()) {
                String[] parts = line.split(":", 2);
                headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1].strip());
            }
            if (status == 100) {
                return receive(headOnly);
            }
            if (headOnly) {
                return new Response(status, headers, new byte[0]);
            }
            if ("chunked".equals(headers.get("transfer-encoding"))) {
                return new Response(status, headers, chunks());
            }
            return new Response(status, headers, input.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
            body.write(input.readNBytes(size));
            line();
        }
        line();
        return body.toByteArray();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = input.read(); next != '\n'; next = input.read()) {
            if (next < 0) {
                throw new IOException("the server ended the connection after '" + line + "'");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
