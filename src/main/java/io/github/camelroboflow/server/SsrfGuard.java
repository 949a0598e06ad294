package io.github.camelroboflow.server;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Refuses URLs by which a client could reach servers of the local network through this one (server-side request forgery): allows
 * only https, host names of the internet, and addresses that are public by IANA's registries of special-purpose addresses (RFC 6890
 * and later ones).
 */
final class SsrfGuard {

    private static final String NOT_HTTPS = "Providing images via non https:// URL is not supported"
            + " in this configuration of `inference`.";
    private static final String NO_NAME = "Providing images via URL without FQDN is not supported"
            + " in this configuration of `inference`.";
    private static final String INVALID = "Provided image URL is invalid";

    private static final int MAX_URL_LENGTH = 8192;
    private static final Pattern NAME =
            Pattern.compile("([a-z0-9_]([a-z0-9_-]*[a-z0-9])?\\.)+([a-z]{2,63}|xn--[a-z0-9-]{2,59})\\.?");
    /** Names that never lead to the internet (RFC 2606, 6761, 6762, 7686, 8375, and names that clouds use internally). */
    private static final Set<String> LOCAL = Set.of("local", "localhost", "localdomain", "internal", "intranet", "lan",
            "home", "corp", "private", "invalid", "test", "example", "onion", "arpa");

    private static final List<Block> NOT_PUBLIC = blocks("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8",
            "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
            "224.0.0.0/4", "240.0.0.0/4",
            // a metadata service of a cloud, at an address that looks public
            "168.63.129.16/32");
    /** All public IPv6 addresses are in this block. */
    private static final Block GLOBAL_UNICAST = Block.of("2000::/3");
    /** Exceptions in it: protocols, documentation, and 6to4 and Teredo, which may contain an IPv4 address of any kind. */
    private static final List<Block> NOT_PUBLIC_6 = blocks("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");

    private SsrfGuard() {
    }

    /**
     * Checks that a URL is one of https with a host name of the internet.
     *
     * @throws ResponseException if it is not, in the words of Roboflow's server
     */
    static URI check(String url) {
        URI uri = parse(url);
        if (uri.getScheme() == null) {
            throw ResponseException.image(INVALID);
        }
        if (!uri.getScheme().equalsIgnoreCase("https")) {
            throw ResponseException.image(NOT_HTTPS);
        }
        if (uri.getHost() == null || uri.getRawUserInfo() != null) {
            throw ResponseException.image(INVALID);
        }
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        String[] labels = host.split("\\.");
        if (!NAME.matcher(host).matches() || LOCAL.contains(labels[labels.length - 1])) {
            throw ResponseException.image(NO_NAME);
        }
        return uri;
    }

    /** Parses any URL, also a relative one as in redirects. */
    static URI parse(String url) {
        if (url.length() > MAX_URL_LENGTH) {
            throw ResponseException.image(INVALID);
        }
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw ResponseException.image(url.startsWith("data:") || url.startsWith("http:") ? NOT_HTTPS : INVALID);
        }
    }

    static boolean isPublic(InetAddress address) {
        // Java itself converts ::ffff:a.b.c.d to an IPv4 address
        return address instanceof Inet4Address ? NOT_PUBLIC.stream().noneMatch(block -> block.contains(address))
                : GLOBAL_UNICAST.contains(address) && NOT_PUBLIC_6.stream().noneMatch(block -> block.contains(address));
    }

    /** Makes a resolver that finds only public addresses. */
    static DnsResolver publicOnly(DnsResolver names) {
        return new PublicOnly(names);
    }

    private record PublicOnly(DnsResolver names) implements DnsResolver {

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            InetAddress[] found = names.resolve(host);
            // one private address is enough to refuse the name: a public name has none
            if (found == null || found.length == 0 || !Arrays.stream(found).allMatch(SsrfGuard::isPublic)) {
                throw new UnknownHostException(host);
            }
            return found;
        }

        @Override
        public String resolveCanonicalHostname(String host) throws UnknownHostException {
            return host;
        }
    }

    private static List<Block> blocks(String... texts) {
        return Arrays.stream(texts).map(Block::of).toList();
    }

    private record Block(byte[] start, int bits) {

        static Block of(String text) {
            String[] parts = text.split("/");
            try {
                return new Block(InetAddress.getByName(parts[0]).getAddress(), Integer.parseInt(parts[1]));
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(text, e);
            }
        }

        boolean contains(InetAddress address) {
            byte[] bytes = address.getAddress();
            if (bytes.length != start.length) {
                return false;
            }
            for (int i = 0; i < bits; i++) {
                int mask = 0x80 >> i % 8;
                if ((bytes[i / 8] & mask) != (start[i / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }
}
