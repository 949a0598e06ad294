package io.github.camelroboflow.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Stands before an S3 server and makes it another kind of server: refuses some requests, and changes some answers. */
final class OddS3 extends S3Relay {

    /** @param answer what is told instead of the server's answer, of which it may be made */
    private record Rule(Predicate<String> requests, boolean asked, UnaryOperator<String> answer) {
    }

    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final Queue<String> heads = new ConcurrentLinkedQueue<>();

    OddS3(S3Server server) {
        super(server.address());
    }

    /** Matches requests by their first line, {@code GET /images/inbox/a.jpg HTTP/1.1}. */
    static Predicate<String> line(String regex) {
        Pattern pattern = Pattern.compile(regex);
        return head -> pattern.matcher(head.substring(0, head.indexOf('\r'))).find();
    }

    /** Refuses requests; a HEAD gets the status alone. */
    OddS3 refusing(Predicate<String> requests, String status, String code, String message) {
        rules.add(new Rule(requests, false, none -> refusal(status, code, message)));
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

    @Override
    protected void serve(String head, InputStream request, Socket client) throws IOException {
        if (head.toLowerCase().contains("expect: 100-continue")) {
            client.getOutputStream().write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
        }
        Matcher length = LENGTH.matcher(head);
        byte[] body = request.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
        heads.add(head);
        client.getOutputStream().write(answer(head, body).getBytes(ISO_8859_1));
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
        try (Socket upstream = connect()) {
            // by HTTP 1.0, for an answer without chunks
            upstream.getOutputStream().write(head.replaceAll("(?im)^(connection|expect):.*\r\n", "")
                    .replaceFirst(" HTTP/1\\.1\r\n", " HTTP/1.0\r\n").getBytes(ISO_8859_1));
            upstream.getOutputStream().write(body);
            upstream.getOutputStream().flush();
            return new String(upstream.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }
}
