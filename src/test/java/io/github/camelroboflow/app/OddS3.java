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
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands before an S3 server and makes it another kind of server: refuses some requests, and changes some answers. Other requests
 * pass as they are, so that signatures stay valid; each connection serves one.
 */
final class OddS3 implements AutoCloseable {

    private static final Pattern LENGTH = Pattern.compile("(?im)^content-length:\\s*(\\d+)");

    /** @param answer what is told instead of the server's answer, of which it may be made */
    private record Rule(Predicate<String> requests, boolean asked, UnaryOperator<String> answer) {
    }

    private final URI server;
    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final Queue<String> heads = new ConcurrentLinkedQueue<>();

    OddS3(S3Server server) {
        this.server = URI.create(server.address());
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

    /** Matches requests by their first line, {@code GET /images/inbox/a.jpg HTTP/1.1}. */
    static Predicate<String> line(String regex) {
        Pattern pattern = Pattern.compile(regex);
        return head -> pattern.matcher(head.substring(0, head.indexOf('\r'))).find();
    }

    /** Refuses requests; a HEAD gets the status alone. */
    OddS3 refusing(Predicate<String> requests, String status, String code, String message) {
        rules.add(new Rule(requests, false, none -> answer(status, "<Error><Code>" + code + "</Code><Message>" + message
                + "</Message><RequestId>1</RequestId></Error>")));
        return this;
    }

    /** Changes what the server answers to requests: all of its answer, as text of one byte for each character. */
    OddS3 changing(Predicate<String> requests, UnaryOperator<String> change) {
        rules.add(new Rule(requests, true, change));
        return this;
    }

    /** Has it do as the server does from now on. */
    void forget() {
        rules.clear();
    }

    /** How many requests there were. */
    long count(Predicate<String> requests) {
        return heads.stream().filter(requests).count();
    }

    /** The first lines of all requests so far. */
    List<String> requests() {
        return heads.stream().map(head -> head.substring(0, head.indexOf('\r'))).toList();
    }

    static String answer(String status, String body) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: application/xml\r\nContent-Length: " + body.length()
                + "\r\nConnection: close\r\n\r\n" + body;
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
            InputStream in = new BufferedInputStream(client.getInputStream());
            String head = head(in);
            if (head.isEmpty()) {
                return;
            }
            if (head.toLowerCase().contains("expect: 100-continue")) {
                client.getOutputStream().write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
            }
            Matcher length = LENGTH.matcher(head);
            byte[] body = in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
            heads.add(head);
            client.getOutputStream().write(answer(head, body).getBytes(ISO_8859_1));
        } catch (IOException gone) {
            // one of both ended it
        }
    }

    private String answer(String head, byte[] body) throws IOException {
        Rule rule = rules.stream().filter(one -> one.requests.test(head)).findFirst().orElse(null);
        String answer = rule != null && !rule.asked ? "" : ask(head, body);
        String told = rule == null ? answer : rule.answer.apply(answer);
        boolean bare = head.startsWith("HEAD ");
        int end = told.indexOf("\r\n\r\n") + 4;
        return bare ? told.substring(0, end) : told.substring(0, end).replaceFirst("(?im)^content-length:.*$",
                "Content-Length: " + (told.length() - end)) + told.substring(end);
    }

    private String ask(String head, byte[] body) throws IOException {
        try (Socket upstream = new Socket(server.getHost(), server.getPort())) {
            // by HTTP 1.0, for an answer without chunks
            upstream.getOutputStream().write(head.replaceAll("(?im)^(connection|expect):.*\r\n", "")
                    .replaceFirst(" HTTP/1\\.1\r\n", " HTTP/1.0\r\n").getBytes(ISO_8859_1));
            upstream.getOutputStream().write(body);
            upstream.getOutputStream().flush();
            return new String(upstream.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    /** Up to the empty line, with it; empty if there is none. */
    private static String head(InputStream from) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        for (int next = from.read(); next >= 0; next = from.read()) {
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
