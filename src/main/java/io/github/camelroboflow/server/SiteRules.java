package io.github.camelroboflow.server;

import io.github.camelroboflow.inference.support.LruMap;
import io.github.camelroboflow.server.AccessControl.LoopbackAddresses;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Admits requests that the user of a browser, or a program, makes; none that another web page makes in that browser. */
final class SiteRules implements RequestDispatcher.Rules {

    private static final Logger LOG = LoggerFactory.getLogger(SiteRules.class);

    private static final String TOKEN_HEADER = "x-page-token";

    private static final String BEARER = "Bearer ";
    private static final String REALM = "Basic realm=\"camel-roboflow\", charset=\"UTF-8\"";
    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+]");

    private final ServerSettings settings;
    private final String token;
    private final String localName;
    /** The name behind a proxy; empty for none. */
    private final String name;
    private final RequestRouter.Handler handler;
    private final Map<String, String> headers;
    private final PasswordGuard guard = new PasswordGuard(System::nanoTime);
    /** The cookie of browsers that have shown the password. It opens nothing. */
    private final String knownBrowser;

    SiteRules(HttpService.Site site, ServerSettings settings, String token, String localName) {
        this.settings = settings;
        this.token = token;
        this.localName = localName;
        this.name = site.name().toLowerCase(Locale.ROOT);
        this.headers = site.headers();
        this.knownBrowser = "camel-roboflow-" + settings.port() + "=" + HttpService.newToken();
        this.handler = new RequestRouter.Handler() {

            @Override
            public int bytesPerByte() {
                return 1;
            }

            @Override
            public CompletionStage<ServerResponse> handle(RequestHead request, byte[] body, LongConsumer memory) {
                ServerResponse response = site.answer(request, body);
                return (isOpen() || isKnownBrowser(request) ? response : response.with("Set-Cookie",
                        knownBrowser + "; Path=/; HttpOnly; SameSite=Strict")).completed();
            }
        };
    }

    static String localName() {
        try {
            return InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
        } catch (UnknownHostException e) {
            LOG.debug("This machine has no name", e);
            return "localhost";
        }
    }

    @Override
    public RequestRouter.Handler admit(RequestHead request) {
        if (!isOwnName(request.header("host").orElse("")) && !(hasBearer(request) && isAuthenticated(request))) {
            throw ResponseException.message(403, "This page answers under the names localhost, " + settings.host()
                    + " and, with a password, " + localName + ", addresses of its machine and page.name.");
        }
        if (isOfAnotherPage(request)) {
            throw ResponseException.message(403, "Another web page made this request, and none may.");
        }
        if (!isOpen() && !isAuthenticated(request)) {
            throw new ResponseException(ServerResponse.message(401, "This page needs the password that page.password sets.")
                    .with("WWW-Authenticate", REALM));
        }
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        if (!reads && !request.method().equals("POST")) {
            throw ResponseException.methodNotAllowed();
        }
        if (!reads && !(isOwnOrigin(request) && hasToken(request))) {
            throw ResponseException.message(403, "Only the page itself may do this: reload it and try again.");
        }
        return handler;
    }

    private boolean isOwnName(String authority) {
        String asked = withoutPort(authority);
        return LoopbackAddresses.contain(asked) || !isOpen()
                && (ADDRESS.matcher(asked).matches() || asked.equals(localName) || isNameBehindProxy(asked)
                        || asked.equals(settings.host().toLowerCase(Locale.ROOT)));
    }

    private static String withoutPort(String authority) {
        return authority.toLowerCase(Locale.ROOT).replaceFirst(":\\d+$", "");
    }

    private boolean isNameBehindProxy(String asked) {
        return !isOpen() && !name.isEmpty() && asked.equals(name);
    }

    private boolean isOpen() {
        return settings.keys().isEmpty();
    }

    /** Returns whether the request may have the password as a bearer token, which no browser sends by itself. */
    private static boolean hasBearer(RequestHead request) {
        return request.header("authorization").filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .isPresent();
    }

    /**
     * Returns whether the request has the password.
     *
     * @throws ResponseException if too many wrong ones came from its address: then the right one is refused, too, since the answer
     *                           would show that it is right. A browser that has shown it before is not refused
     */
    private boolean isAuthenticated(RequestHead request) {
        Optional<String> shown = request.header("authorization").flatMap(SiteRules::password);
        if (isOpen() || shown.isEmpty()) {
            return false;
        }
        guard.pause(request.client()).filter(pause -> !isKnownBrowser(request)).ifPresent(pause -> {
            throw ResponseException.tooManyRequests(pause);
        });
        // the keys have no spaces around them
        boolean right = settings.keys().find(shown.get().strip()).isPresent();
        if (!right) {
            guard.wrong(request.client());
        }
        return right;
    }

    private boolean isKnownBrowser(RequestHead request) {
        return Stream.of(request.header("cookie").orElse("").split(";")).map(String::strip)
                .anyMatch(cookie -> MessageDigest.isEqual(bytes(cookie), bytes(knownBrowser)));
    }

    /** Browsers name the kind of page that makes a request. A link on another page may lead here. */
    private boolean isOfAnotherPage(RequestHead request) {
        String site = request.header("sec-fetch-site").orElse("none");
        boolean follows = request.method().equals("GET")
                && request.header("sec-fetch-mode").filter("navigate"::equals).isPresent()
                && request.header("sec-fetch-dest").filter("document"::equals).isPresent();
        return !site.equals("none") && !site.equals("same-origin") && !follows
                || request.header("origin").isPresent() && !isOwnOrigin(request);
    }

    private boolean isOwnOrigin(RequestHead request) {
        String host = request.header("host").orElse("");
        return request.header("origin").filter(origin -> origin.matches("(?i)https?://.*")).map(origin ->
                origin.substring(origin.indexOf("://") + 3)).filter(page -> page.equalsIgnoreCase(host)
                        || isNameBehindProxy(withoutPort(page))).isPresent();
    }

    private boolean hasToken(RequestHead request) {
        return MessageDigest.isEqual(bytes(request.header(TOKEN_HEADER).orElse("")), bytes(token));
    }

    /** Returns the password of basic authentication, whose user may be any, or a bearer token. */
    private static Optional<String> password(String authorization) {
        String[] parts = authorization.strip().split("\\s+", 2);
        if (parts.length < 2) {
            return Optional.empty();
        }
        if (parts[0].equalsIgnoreCase(BEARER.strip())) {
            return Optional.of(parts[1]);
        }
        try {
            String pair = new String(Base64.getDecoder().decode(parts[1]), StandardCharsets.UTF_8);
            return parts[0].equalsIgnoreCase("Basic") && pair.contains(":")
                    ? Optional.of(pair.substring(pair.indexOf(':') + 1)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Map<String, String> headers(RequestHead request) {
        return headers;
    }

    /**
     * Counts the wrong passwords of each address, of the network for version 6 of IP, so that nobody can guess many. Addresses do
     * not count for each other, and at most {@value #MOST_ADDRESSES} are remembered.
     */
    static final class PasswordGuard {

        /** The number of wrong passwords that may come from an address in {@link #PERIOD}. */
        static final int MOST_WRONG = 10;
        static final Duration PERIOD = Duration.ofMinutes(1);

        private static final int MOST_ADDRESSES = 1000;
        private static final int NETWORK_BYTES = 8;

        private final LongSupplier nanoTime;
        private final Map<String, Wrong> addresses = new LruMap<>(MOST_ADDRESSES);

        /** The wrong passwords that came since a time, in nanoseconds. */
        private record Wrong(long since, int count) {
        }

        /** @param nanoTime a clock like {@link System#nanoTime()} */
        PasswordGuard(LongSupplier nanoTime) {
            this.nanoTime = nanoTime;
        }

        /** Returns how long passwords from an address are refused; empty if they are not. */
        synchronized Optional<Duration> pause(InetAddress address) {
            return recent(address).filter(wrong -> wrong.count() >= MOST_WRONG)
                    .map(wrong -> PERIOD.minusNanos(nanoTime.getAsLong() - wrong.since()));
        }

        /** Counts a wrong password. */
        synchronized void wrong(InetAddress address) {
            Wrong before = recent(address).orElseGet(() -> new Wrong(nanoTime.getAsLong(), 0));
            addresses.put(network(address), new Wrong(before.since(), before.count() + 1));
            if (before.count() + 1 == MOST_WRONG) {
                LOG.warn("{} wrong passwords for the page came from {}: more are refused for {} s, also the right one unless its"
                        + " browser has shown it before", MOST_WRONG, network(address), PERIOD.toSeconds());
            }
        }

        private Optional<Wrong> recent(InetAddress address) {
            return Optional.ofNullable(addresses.get(network(address)))
                    .filter(wrong -> nanoTime.getAsLong() - wrong.since() < PERIOD.toNanos());
        }

        private static String network(InetAddress address) {
            if (address == null) {
                return "unknown addresses";
            }
            return address instanceof Inet6Address ? HexFormat.ofDelimiter(":").formatHex(address.getAddress(), 0, NETWORK_BYTES)
                    : address.getHostAddress();
        }
    }
}
