package io.github.camelroboflow.server;

import java.net.InetAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpRequest;

/**
 * The head of a request.
 *
 * @param id       id made for the request
 * @param method   HTTP method, such as POST
 * @param segments segments of the path, decoded; a slash at the end makes an empty last one
 * @param query    query parameters, decoded; the last value of a repeated one
 * @param headers  headers by their names in lower case; the first value of a repeated one
 * @param client   the address that sent it; {@code null} if unknown
 */
public record RequestHead(String id, String method, List<String> segments, Map<String, String> query, Map<String, String> headers,
                          InetAddress client) {

    /**
     * Parses the head of a request.
     *
     * @throws ResponseException if its path or query can't be decoded
     */
    static RequestHead of(HttpRequest request, InetAddress client) {
        String target = request.getPath();
        int start = target.startsWith("/") ? 0 : Math.max(0, target.indexOf('/', target.indexOf("://") + 3));
        int mark = target.indexOf('?', start);
        String path = target.substring(start, mark < 0 ? target.length() : mark);
        Map<String, String> headers = new LinkedHashMap<>();
        for (Header header : request.getHeaders()) {
            headers.putIfAbsent(header.getName().toLowerCase(Locale.ROOT), header.getValue());
        }
        // as on Roboflow's server, an encoded slash separates segments, too
        List<String> segments = Arrays.asList(decode(path.replace("+", "%2B")).replaceFirst("^/", "").split("/", -1));
        return new RequestHead(UUID.randomUUID().toString().replace("-", ""), request.getMethod(), segments,
                query(mark < 0 ? "" : target.substring(mark + 1)), headers, client);
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
            throw new ResponseException(ServerResponse.detail(400, "The URL can't be decoded: write % as %25."));
        }
    }

    /** Returns the path, with one slash before each segment. */
    public String path() {
        return "/" + String.join("/", segments);
    }

    /** Returns the first value of a header. */
    public Optional<String> header(String lowerCaseName) {
        return Optional.ofNullable(headers.get(lowerCaseName));
    }

    /** Returns the last value of a query parameter. */
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name));
    }

    /** Returns the key in the query or, if there is none, the bearer token; empty if there is neither. */
    Optional<String> key() {
        return parameter("api_key").filter(key -> !key.isEmpty()).or(() -> header("authorization")
                .filter(value -> value.regionMatches(true, 0, "Bearer ", 0, 7)).map(value -> value.substring(7).strip()));
    }
}
