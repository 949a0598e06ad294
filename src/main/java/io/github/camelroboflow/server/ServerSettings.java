package io.github.camelroboflow.server;

import io.github.camelroboflow.inference.support.Hashes;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * The address, keys and limits of a server.
 *
 * @param host                 name or address to listen at; without keys the loopback address, whatever the host
 * @param port                 port; 0 for any free one
 * @param keys                 keys of the clients that may use it
 * @param maxRequestsPerSecond rate for each key, or for all clients together if there are no keys; 0 for no limit
 * @param maxRequestSize       bytes of a body
 * @param maxRequests          requests in progress at a time; further ones are refused
 * @param maxConnections       connections at a time; further ones are closed
 * @param receiveTimeout       time from the first byte of a request to its last, and for the client to read the response
 * @param idleTimeout          time that a connection may be idle
 * @param stopTimeout          time that a stop waits for requests in progress
 * @param imageUrls            whether images are fetched by URL, in any case only over https from public addresses
 */
public record ServerSettings(String host, int port, Keys keys, double maxRequestsPerSecond, int maxRequestSize,
                             int maxRequests, int maxConnections, Duration receiveTimeout, Duration idleTimeout,
                             Duration stopTimeout, boolean imageUrls) {

    /** Makes settings with the default limits. */
    public static ServerSettings of(String host, int port, Keys keys) {
        return new ServerSettings(host, port, keys, 0, 20_000_000, 64, 1000, Duration.ofSeconds(60), Duration.ofSeconds(60),
                Duration.ofSeconds(30), true);
    }

    /** Returns the same settings with any free port. */
    public ServerSettings atAnyPort() {
        return new ServerSettings(host, 0, keys, maxRequestsPerSecond, maxRequestSize, maxRequests, maxConnections, receiveTimeout,
                idleTimeout, stopTimeout, imageUrls);
    }

    /** @throws IllegalArgumentException if a value is out of range; the message names it */
    public ServerSettings {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(keys, "keys");
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port=" + port + " is out of range: it must be 0 to 65535");
        }
        if (!(maxRequestsPerSecond >= 0)) {
            throw new IllegalArgumentException("maxRequestsPerSecond=" + maxRequestsPerSecond
                    + " is out of range: it must be 0 or more");
        }
        positive("maxRequestSize", maxRequestSize);
        positive("maxRequests", maxRequests);
        positive("maxConnections", maxConnections);
        positive("receiveTimeout", receiveTimeout.toMillis());
        positive("idleTimeout", idleTimeout.toMillis());
        if (stopTimeout.isNegative()) {
            throw new IllegalArgumentException("stopTimeout=" + stopTimeout.toMillis() + " is out of range: it must be 0 or more");
        }
    }

    private static void positive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + "=" + value + " is out of range: it must be 1 or more");
        }
    }

    /** The keys of the clients that a server lets in. Keeps only their hashes. */
    public static final class Keys {

        /** No keys: all clients that can reach the server may use it. */
        public static final Keys NONE = new Keys(List.of());

        private final List<byte[]> hashes = new ArrayList<>();

        /** @param keys blank keys are left out */
        public Keys(Collection<String> keys) {
            keys.stream().map(String::strip).filter(key -> !key.isEmpty()).distinct()
                    .forEach(key -> hashes.add(Hashes.sha256(key)));
        }

        public boolean isEmpty() {
            return hashes.isEmpty();
        }

        /** Returns the number of keys. */
        public int size() {
            return hashes.size();
        }

        /** Returns the index of the key; empty if it is none of them. Takes as long for a wrong key as for a right one. */
        OptionalInt find(String key) {
            byte[] hash = Hashes.sha256(key);
            int found = -1;
            for (int i = 0; i < hashes.size(); i++) {
                if (MessageDigest.isEqual(hashes.get(i), hash)) {
                    found = i;
                }
            }
            return found < 0 ? OptionalInt.empty() : OptionalInt.of(found);
        }

        @Override
        public String toString() {
            return size() + " keys";
        }
    }
}
