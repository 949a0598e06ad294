package io.github.camelroboflow.hosted.fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A request as the fake received it.
 *
 * @param target the path and query as they were sent
 * @param path the decoded path with its first slash
 * @param query the decoded query; the last of several values of a name
 * @param headers the headers by case-insensitive name; several values of a name are joined by commas
 * @param body the bytes; none if they are more than {@link #KEPT} or were not waited for
 * @param length the number of bytes of the body
 * @param connection 1 for the first connection to the fake, 2 for the second, …
 * @param arrival the time from the fake's start to the arrival of the request's head
 * @param aborted set when the client closed the connection before it had the whole response
 */
public record FakeRequest(String method, String target, String path, Map<String, String> query, Map<String, String> headers,
                          byte[] body, long length, int connection, Duration arrival, AtomicBoolean aborted) {

    /** The maximum number of bytes of a body that are kept. Longer bodies are only counted. */
    public static final int KEPT = 20_000_000;

    static FakeRequest of(String method, String target, Map<String, String> headers, int connection, Duration arrival) {
        int mark = target.indexOf('?');
        return new FakeRequest(method, target, decode((mark < 0 ? target : target.substring(0, mark)).replace("+", "%2B")),
                mark < 0 ? Map.of() : parse(target.substring(mark + 1)), headers, new byte[0], 0, connection,
                arrival, new AtomicBoolean());
    }

    FakeRequest withBody(byte[] bytes, long count) {
        return new FakeRequest(method, target, path, query, headers, bytes, count, connection, arrival, aborted);
    }

    private static Map<String, String> parse(String query) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            if (!pair.isEmpty()) {
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                values.put(decode(equals < 0 ? pair : pair.substring(0, equals)), decode(value));
            }
        }
        return values;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    public boolean wasAborted() {
        return aborted.get();
    }

    /** Returns the body as text in UTF-8. */
    public String text() {
        return new String(body, UTF_8);
    }

    /**
     * Returns the image in the request, in whichever form it was sent.
     *
     * @throws IllegalStateException if it has no image that Roboflow's server would accept
     */
    public byte[] image() {
        try {
            return RequestImage.of(this);
        } catch (RequestRejectedException e) {
            throw new IllegalStateException(e);
        }
    }
}
