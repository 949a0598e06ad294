package io.github.camelroboflow.server;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Which addresses are on the internet for everybody, by IANA's registries of special-purpose addresses (RFC 6890 and later ones).
 */
final class PublicAddresses {

    private static final List<Block> NOT_PUBLIC = blocks("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8",
            "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
            "224.0.0.0/4", "240.0.0.0/4",
            // metadata services of clouds at addresses that look public
            "168.63.129.16/32");

    /** IPv6 gives addresses to everybody from here only. */
    private static final Block GLOBAL_UNICAST = Block.of("2000::/3");
    /** Of those: protocols, documentation, and 6to4 and Teredo, within which an IPv4 address of any kind may hide. */
    private static final List<Block> NOT_PUBLIC_6 = blocks("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");

    private PublicAddresses() {
    }

    private static List<Block> blocks(String... texts) {
        return Arrays.stream(texts).map(Block::of).toList();
    }

    static boolean contain(InetAddress address) {
        // Java makes IPv4 addresses of IPv6's ::ffff:a.b.c.d by itself
        return address instanceof Inet4Address ? NOT_PUBLIC.stream().noneMatch(block -> block.holds(address))
                : GLOBAL_UNICAST.holds(address) && NOT_PUBLIC_6.stream().noneMatch(block -> block.holds(address));
    }

    /** Finds only addresses that are anybody's to ask. */
    static DnsResolver only(DnsResolver names) {
        return new PublicOnly(names);
    }

    private record PublicOnly(DnsResolver names) implements DnsResolver {

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            InetAddress[] found = names.resolve(host);
            // one that isn't public spoils the name: an honest one has none
            if (found == null || found.length == 0 || !Arrays.stream(found).allMatch(PublicAddresses::contain)) {
                throw new UnknownHostException(host);
            }
            return found;
        }

        @Override
        public String resolveCanonicalHostname(String host) throws UnknownHostException {
            return host;
        }
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

        boolean holds(InetAddress address) {
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
