package io.github.camelroboflow.server;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpRequest;

/**
 * The head of a request.
 *
 * @param id       made for it
 * @param method   such as POST
 * @param segments of its path, decoded; a slash at the end makes a last one that is empty
 * @param query    its parameters, decoded; of one that is repeated the last
 * @param headers  by their names in lower case; of one that is repeated the first
 */
record Call(String id, String method, List<String> segments, Map<String, String> query, Map<String, String> headers) {

    /** @throws Refusal if its path or query can't be decoded */
    static Call of(HttpRequest request) {
        String target = request.getPath();
        int start = target.startsWith("/") ? 0 : Math.max(0, target.indexOf('/', target.indexOf("://") + 3));
        int mark = target.indexOf('?', start);
        String path = target.substring(start, mark < 0 ? target.length() : mark);
        Map<String, String> headers = new LinkedHashMap<>();
        for (Header header : request.getHeaders()) {
            headers.putIfAbsent(header.getName().toLowerCase(java.util.Locale.ROOT), header.getValue());
        }
        // as Roboflow's server does it, an encoded slash separates segments, too
        List<String> segments = Arrays.asList(decode(path.replace("+", "%2B")).replaceFirst("^/", "").split("/", -1));
        return new Call(UUID.randomUUID().toString().replace("-", ""), request.getMethod(), segments,
                query(mark < 0 ? "" : target.substring(mark + 1)), headers);
    }

    private static Map<String, String> query(String text) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String parameter : text.split("&")) {
            if (!parameter.isEmpty()) {
                String[] parts = parameter.split("=", 2);
                parameters.put(decode(parts[0]), parts.length < 2 ? "" : decode(parts[1]));
            }
        }
        return parameters;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Refusal(Reply.detail(400, "The URL can't be decoded: write % as %25."));
        }
    }

    /** The path with one slash before each segment. */
    String path() {
        return "/" + String.join("/", segments);
    }

    Optional<String> header(String lowerCaseName) {
        return Optional.ofNullable(headers.get(lowerCaseName));
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name));
    }

    /** What the client showed in the query or, next, as a bearer; empty if neither. */
    Optional<String> key() {
        return parameter("api_key").filter(key -> !key.isEmpty()).or(() -> header("authorization")
                .filter(value -> value.regionMatches(true, 0, "Bearer ", 0, 7)).map(value -> value.substring(7).strip()));
    }
}
