package io.github.camelroboflow.delivery.outbox;

import java.io.IOException;
import java.io.InputStream;
import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.util.UnsafeUriCharactersEncoder;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.routing.RoutingSupport;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;

/**
 * The address of a webhook's receiver, as people write it: a container's name ({@code home_assistant}), an international name, and
 * a user before the host are allowed. Every accepted address can be sent to.
 *
 * @param uri  the address in the form for the wire, without the user
 * @param user {@code name:password}, or {@code null}
 */
public record WebhookAddress(URI uri, String user) {

    private static final Pattern WEB = Pattern.compile("(?is)(https?)://([^/?#]*)([^#]*).*");
    private static final Pattern AUTHORITY =
            Pattern.compile("(?s)(?:(?<user>.*)@)?(?<host>\\[[\\p{XDigit}:.]+\\]|[^:@\\[\\]]+)(?::(?<port>\\d{0,5}))?");
    private static final Pattern NAME = Pattern.compile("(?=.{1,253}\\.?$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})"
            + "(\\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*\\.?");
    private static final Pattern NUMBERS = Pattern.compile("(.*\\.)?\\d+\\.?");
    private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}");
    /** Characters that Java encodes by the standard of 2003 and registries by that of 2008. */
    private static final Pattern IN_TWO_WAYS = Pattern.compile("[\u00df\u1e9e\u03c2\u200c\u200d]");

    /** @throws IllegalArgumentException that says what is wrong, as a clause after the subject, without a part of the address */
    public static WebhookAddress of(String text) {
        Matcher web = WEB.matcher(text.strip());
        Matcher authority = web.matches() ? AUTHORITY.matcher(web.group(2)) : null;
        if (authority == null || !authority.matches()) {
            throw refused("");
        }
        String host = host(authority.group("host"));
        String port = Optional.ofNullable(authority.group("port")).filter(digits -> !digits.isEmpty()).map(WebhookAddress::port)
                .orElse("");
        try {
            URI uri = new URI(web.group(1).toLowerCase(Locale.ROOT) + "://" + host + port
                    + UnsafeUriCharactersEncoder.encodeHttpURI(web.group(3)));
            uri = new URI(uri.toASCIIString());
            if (RoutingSupport.determineHost(new HttpPost(uri)) == null) {
                throw refused(" that can be used: it has no host");
            }
            return new WebhookAddress(uri, authority.group("user") == null ? null : decoded(authority.group("user")));
        } catch (URISyntaxException | HttpException e) {
            // without the cause, which quotes the address
            throw refused(" that can be used: its path or query has characters that have to be percent-encoded");
        }
    }

    private static IllegalArgumentException refused(String why) {
        return new IllegalArgumentException("is no http:// or https:// address" + why);
    }

    private static String host(String written) {
        if (written.startsWith("[")) {
            return written;
        }
        String host = decoded(written);
        if (IN_TWO_WAYS.matcher(host).find()) {
            throw refused(" that can be used: write its host in the form that begins with xn--, since with \u00df, \u03c2"
                    + " or joiners it has two");
        }
        try {
            host = IDN.toASCII(host, IDN.ALLOW_UNASSIGNED);
        } catch (IllegalArgumentException e) {
            throw refused(" that can be used: its host is no name");
        }
        if (!NAME.matcher(host).matches() || NUMBERS.matcher(host).matches() && !IPV4.matcher(host).matches()) {
            throw refused(" that can be used: its host is no name");
        }
        return host;
    }

    private static String port(String digits) {
        int port = Integer.parseInt(digits);
        if (port < 1 || port > 65535) {
            throw refused(" that can be used: its port is not from 1 to 65535");
        }
        return ":" + port;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw refused(" that can be used: a % in its user, password or host has to be written as %25");
        }
    }

    /** Returns the header of HTTP's basic authentication. Empty without a user. */
    Optional<String> authorization() {
        return Optional.ofNullable(user).map(name -> "Basic " + Base64.getEncoder()
                .encodeToString((name.contains(":") ? name : name + ":").getBytes(StandardCharsets.UTF_8)));
    }

    /** Returns the address without its secrets. */
    @Override
    public String toString() {
        return uri.getScheme() + "://" + uri.getRawAuthority();
    }

    /**
     * Reads the start of a receiver's response body for the log and the report, on one line and without the secrets of the request.
     * Error pages often repeat these ({@code Cannot POST /hook/T0KEN}).
     */
    static final class ResponseExcerpt {

        private static final int MOST_BYTES = 1 << 16;
        /** The length below which parts of an address are words, not secrets. */
        private static final int SHORTEST_SECRET = 6;

        private final List<String> secrets = new ArrayList<>();

        ResponseExcerpt(OutboxMessage message, WebhookAddress address) {
            String path = Objects.toString(address.uri().getRawPath(), "");
            String query = Objects.toString(address.uri().getRawQuery(), "");
            Stream.of(path + "?" + query, path, query).forEach(this::hide);
            Stream.of((path + "/" + query).split("[/&=;?]")).forEach(this::hide);
            Stream.of(Objects.toString(address.uri().getPath(), "").split("/")).forEach(this::hide);
            Stream.of(Objects.toString(address.uri().getQuery(), "").split("[&=]")).forEach(this::hide);
            if (address.user() != null) {
                Stream.of(address.user().split(":", 2)).forEach(this::hide);
            }
            address.authorization().ifPresent(this::hideCredentials);
            message.credentials().values().forEach(value -> hideCredentials(String.valueOf(value)));
            secrets.sort(Comparator.comparing(String::length).reversed());
        }

        private void hideCredentials(String value) {
            hide(value);
            Stream.of(value.split("\\s+")).forEach(this::hide);
        }

        private void hide(String secret) {
            if (secret.length() >= SHORTEST_SECRET) {
                secrets.add(secret);
            }
        }

        /** Returns the text. Empty if it is unreadable or breaks off. */
        String of(ClassicHttpResponse response) {
            HttpEntity entity = response.getEntity();
            if (entity == null || entity.getContentEncoding() != null
                    && !"identity".equalsIgnoreCase(entity.getContentEncoding())) {
                return "";
            }
            try {
                InputStream content = entity.getContent();
                return content == null ? "" : withoutSecrets(new String(content.readNBytes(MOST_BYTES), charset(entity)));
            } catch (IOException e) {
                return "";
            }
        }

        private static Charset charset(HttpEntity entity) {
            ContentType type = ContentType.parseLenient(entity.getContentType());
            return type == null ? StandardCharsets.UTF_8 : type.getCharset(StandardCharsets.UTF_8);
        }

        private String withoutSecrets(String text) {
            String hidden = text;
            for (String secret : secrets) {
                hidden = hidden.replace(secret, "…");
            }
            return hidden;
        }
    }
}
