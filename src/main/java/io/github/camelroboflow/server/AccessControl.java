package io.github.camelroboflow.server;

import dev.failsafe.RateLimiter;
import io.github.camelroboflow.server.RequestParameters.JsonBody;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Decides which clients are let in: by key and request rate, or, on a server without keys, only clients on this machine. */
final class AccessControl {

    private final ServerSettings.Keys keys;
    private final List<RateLimiter<Object>> rates;
    private final Duration pause;

    AccessControl(ServerSettings.Keys keys, double maxRequestsPerSecond) {
        this.keys = keys;
        // the requests of one second may come at once; a rate below one is one request in a longer time
        long burst = Math.max(1, Math.round(maxRequestsPerSecond));
        pause = Duration.ofNanos(maxRequestsPerSecond == 0 ? 1 : (long) (burst * 1e9 / maxRequestsPerSecond));
        rates = maxRequestsPerSecond == 0 ? List.of()
                : IntStream.range(0, Math.max(1, keys.size())).mapToObj(i -> RateLimiter.burstyBuilder(burst, pause).build())
                        .toList();
    }

    /** Returns whether no client needs a key. */
    boolean isOpen() {
        return keys.isEmpty();
    }

    /** Returns whether a client with this key would be let in; does not count a request. */
    boolean isValid(Optional<String> key) {
        return isOpen() || key.flatMap(shown -> keys.find(shown).stream().boxed().findFirst()).isPresent();
    }

    /**
     * Counts a request of the client with this key.
     *
     * @throws ResponseException if the key is missing, wrong or used too often
     */
    void enter(Optional<String> key) {
        int client = keys.isEmpty() ? 0
                : key.map(keys::find).orElseThrow(ResponseException::unauthorized).orElseThrow(ResponseException::unauthorized);
        if (!rates.isEmpty() && !rates.get(client).tryAcquirePermit()) {
            throw ResponseException.tooManyRequests(pause);
        }
    }

    /**
     * Tells whether a request that reached a loopback address was made by a program or page of this machine. Browsers on this
     * machine also send requests there for pages from anywhere, and under any name that resolves to it (DNS rebinding).
     */
    static final class LoopbackAddresses {

        private static final Pattern NAMES = Pattern.compile("(.+\\.)?localhost\\.?|127(\\.\\d{1,3}){3}|\\[::1]");
        private static final Pattern ORIGIN = Pattern.compile("[a-z][a-z0-9+.-]*://([^/]*)");

        private LoopbackAddresses() {
        }

        /** Checks the host that the request names and, if a page made the request, the host of the page. */
        static boolean areUsedBy(RequestHead request) {
            return request.header("host").filter(host -> !host.isEmpty()).map(LoopbackAddresses::contain).orElse(true)
                    && request.header("origin").map(LoopbackAddresses::containOrigin).orElseGet(() -> !isEmbedded(request));
        }

        /** Returns whether the request is for an image or a frame in a page from elsewhere: browsers send no origin with it. */
        private static boolean isEmbedded(RequestHead request) {
            return request.header("sec-fetch-site").filter("cross-site"::equals).isPresent()
                    && request.header("sec-fetch-dest").filter("document"::equals).isEmpty();
        }

        private static boolean containOrigin(String origin) {
            Matcher parts = ORIGIN.matcher(origin.toLowerCase(Locale.ROOT));
            return parts.matches() && contain(parts.group(1));
        }

        /** @param authority a name or an address, with or without a port */
        static boolean contain(String authority) {
            return NAMES.matcher(authority.toLowerCase(Locale.ROOT).replaceFirst(":\\d+$", "")).matches();
        }
    }

    /**
     * Allows pages of any origin to use the server, as Roboflow's server does. Keys protect it, which a browser never adds by
     * itself, and on a server without keys {@link LoopbackAddresses}.
     */
    static final class Cors {

        private static final String METHODS = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";

        private Cors() {
        }

        /** Makes the response to a preflight request; empty if the request is none. */
        static Optional<ServerResponse> preflight(RequestHead request) {
            Optional<String> method = request.header("access-control-request-method");
            if (!request.method().equals("OPTIONS") || method.isEmpty() || request.header("origin").isEmpty()) {
                return Optional.empty();
            }
            ServerResponse response = ServerResponse.text(200, "text/plain; charset=utf-8", "OK")
                    .with("access-control-allow-methods", METHODS).with("access-control-max-age", "600");
            return Optional.of(request.header("access-control-request-headers").map(names ->
                    response.with("access-control-allow-headers", names)).orElse(response));
        }

        /** Makes the headers that every response to a page carries. */
        static Map<String, String> headers(RequestHead request) {
            Map<String, String> headers = new LinkedHashMap<>();
            request.header("origin").ifPresent(origin -> {
                boolean isPreflight = request.method().equals("OPTIONS");
                headers.put("access-control-allow-origin", isPreflight ? origin : "*");
                headers.put("access-control-allow-credentials", "true");
                headers.put("vary", "Origin");
            });
            headers.put("access-control-expose-headers", "x-request-id, x-model-id, retry-after");
            return headers;
        }
    }

    /** The rules of Roboflow's protocol. */
    record ProtocolRules(AccessControl access, RequestRouter router) implements RequestDispatcher.Rules {

        @Override
        public RequestRouter.Handler admit(RequestHead request) {
            // also for a page that is refused afterwards: otherwise the browser hides the reason from it
            Optional<ServerResponse> preflight = Cors.preflight(request);
            if (preflight.isPresent()) {
                throw new ResponseException(preflight.get());
            }
            if (access.isOpen() && !LoopbackAddresses.areUsedBy(request)) {
                throw ResponseException.foreign();
            }
            RequestRouter.Handler handler = router.find(request);
            if (handler.key() != RequestRouter.Key.NONE && !isKeyInBody(request, handler)) {
                access.enter(request.key());
            }
            return handler;
        }

        private static boolean isKeyInBody(RequestHead request, RequestRouter.Handler handler) {
            return handler.key().isSoughtInBody() && request.key().isEmpty();
        }

        @Override
        public boolean isAuthenticated(RequestHead request, RequestRouter.Handler handler) {
            return handler.key() == RequestRouter.Key.NONE ? access.isValid(request.key())
                    : !isKeyInBody(request, handler) || access.isOpen();
        }

        @Override
        public void authenticate(RequestHead request, RequestRouter.Handler handler, Supplier<byte[]> body) {
            if (isKeyInBody(request, handler)) {
                access.enter(key(handler.key(), body));
            }
        }

        private static Optional<String> key(RequestRouter.Key place, Supplier<byte[]> body) {
            try {
                return JsonBody.key(body.get());
            } catch (ResponseException e) {
                if (place == RequestRouter.Key.PERHAPS_IN_BODY) {
                    return Optional.empty();
                }
                throw e;
            }
        }

        @Override
        public Map<String, String> headers(RequestHead request) {
            return Cors.headers(request);
        }
    }
}
